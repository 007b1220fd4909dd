import JSON
import PaymentCore
import Testing
import VendorRecordings

@testable import Vendors

/// Every code of sections 3.1, 3.2 and 3.10 is answered to the question that deserves it. What
/// Payme's own codes mean to us (section 4.2) is in ``PaymeSubscribeTests``.
@Suite struct PaymeErrorCodeTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let code: Int64
        /// What is named as wrong.
        var data: JSONValue = nil
        let answer: @Sendable () throws -> JSONValue

        var testDescription: String { "\(code)" }
    }

    static let rows = [
        Row(code: -32_300) {
            try PaymeFixture.bench().ask(PaymeFixture.delivery("", method: "GET")).json()
        },
        Row(code: -32_700) { try PaymeFixture.bench().ask(PaymeFixture.delivery("{")).json() },
        Row(code: -32_600) { try PaymeFixture.bench().call("CheckTransaction", [:]) },
        Row(code: -32_601, data: "Nonsense") { try PaymeFixture.bench().call("Nonsense", [:]) },
        Row(code: -32_504) {
            try PaymeFixture.bench().call(
                "CheckTransaction",
                ["id": "x"],
                authorization: PaymeFixture.wrongAuthorization
            )
        },
        Row(code: -32_400) { try PaymeFixture.bench(changing: ["key": []]).checkPerform() },
        Row(code: -31_001) {
            try PaymeFixture.bench().create(amount: .integer(PaymeFixture.amount + 1))
        },
        Row(code: -31_003) { try PaymeFixture.bench().perform() },
        Row(code: -31_007) {
            let bench = try PaymeFixture.bench(changing: ["cancel_performed": ["refuse"]])
            _ = try bench.create()
            _ = try bench.perform()
            return try bench.cancel(reason: 5)
        },
        Row(code: -31_008) {
            let bench = try PaymeFixture.bench()
            _ = try bench.create()
            return try bench.create(PaymeFixture.other)
        },
        Row(code: -31_050, data: "order_id") {
            try PaymeFixture.bench().create(order: "ord-2024-000117")
        },
        Row(code: -31_051, data: "order_id") {
            let bench = try PaymeFixture.bench()
            _ = try bench.create()
            _ = try bench.perform()
            return try bench.create(PaymeFixture.other)
        },
        Row(code: -31_052, data: "order_id") {
            let bench = try PaymeFixture.bench()
            _ = try bench.create()
            _ = try bench.cancel()
            return try bench.create(PaymeFixture.other)
        },
        Row(code: -31_053, data: "order_id") {
            let bench = try QuestionBench(
                Payme.descriptor,
                PaymeFixture.account(),
                amount: Money(PaymeFixture.amount, .usd),
                // Nobody routes dollars to Payme; should one come, it is refused.
                capabilities: Capabilities(operations: [.authorize], methodKinds: [.redirect])
            )
            bench.now = Timestamp(milliseconds: PaymeFixture.createTime)
            return try bench.checkPerform()
        },
        Row(code: -31_099, data: "order_id") {
            try PaymeFixture.bench().call(
                "CheckPerformTransaction",
                ["amount": .integer(PaymeFixture.amount), "account": ["room": "117"]]
            )
        },
        Row(code: -32_001) {
            try PaymeFixture.bench().call(
                "SetFiscalData",
                [
                    "id": .string(PaymeFixture.transaction), "type": "PERFORM",
                    "fiscal_data": ["receipt_id": 1_187],
                ]
            )
        },
        Row(code: -32_602, data: "type") {
            try PaymeFixture.bench().call(
                "SetFiscalData",
                ["id": .string(PaymeFixture.transaction), "fiscal_data": ["receipt_id": 1_187]]
            )
        },
    ]

    @Test(arguments: rows) func `a code of ours is answered`(row: Row) throws {
        let answer = try row.answer()
        #expect(answer.errorCode == row.code)
        #expect(answer["error"]?["data"] == row.data)
    }

    @Test func `a wrong address is told what a wrong key is, with the call's id`() throws {
        let body = #"{"jsonrpc":"2.0","id":4108,"method":"CheckTransaction","params":{"id":"x"}}"#
        let reply = try #require(Payme.Questions().barred(PaymeFixture.delivery(body)))
        #expect(reply.status == 200)
        #expect(try reply.json().errorCode == -32_504)
        #expect(try reply.json()["id"] == 4_108)
    }

    @Test(arguments: [
        ("POST", true, -32_700), ("POST", false, -32_504), ("PUT", true, -32_300),
    ])
    func `a body that is too long is answered as what cannot be read`(
        method: String,
        isAuthorized: Bool,
        code: Int64
    ) throws {
        let sample = PaymeFixture.delivery("", method: method)
        let delivery = isAuthorized ? sample : WebhookDelivery(fields: [], body: [])
        let reply = try #require(
            Payme.Questions().oversized(delivery, account: PaymeFixture.account())
        )
        #expect(reply.status == 200)
        #expect(try reply.json().errorCode == code)
        #expect(try reply.json()["id"] == .null)
    }
}
