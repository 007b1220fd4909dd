import Cryptography
import HTTP
import JSON
import PaymentCore
import Testing
import VendorRecordings

@testable import Vendors

/// What the Payme suites share: the sheet's cashbox, and its calls.
enum PaymeFixture {
    static let merchantID = "64f1a2b3c4d5e6f708192a3b"
    static let key = "Zt4wQ8@pL1vX6mB9#rN2sD5fG7hJ0kCyTuE3"
    static let authorization =
        "Basic UGF5Y29tOlp0NHdROEBwTDF2WDZtQjkjck4yc0Q1Zkc3aEowa0N5VHVFMw=="
    static let wrongAuthorization = "Basic UGF5Y29tOndyb25n"
    /// The fixtures' transaction.
    static let transaction = "673de1f4a1b2c3d4e5f60718"
    static let other = "673de1f4a1b2c3d4e5f60719"
    static let time: Int64 = 1_732_093_533_123
    static let createTime: Int64 = 1_732_093_533_480
    static let performTime: Int64 = 1_732_093_561_007
    static let cancelTime: Int64 = 1_732_180_000_000
    static let amount: Int64 = 15_000_000
    static let lifetime: Int64 = 43_200_000

    static func account(
        changing changes: [String: [String]] = [:],
        mode: MerchantAccount.Mode = .live
    ) -> MerchantAccount {
        let standard = ["merchant_id": [merchantID], "key": [key]]
        let sample = Sample.account(of: Payme.descriptor, mode: mode)
        return MerchantAccount(
            id: sample.id,
            tenant: sample.tenant,
            vendor: sample.vendor,
            name: sample.name,
            mode: mode,
            isDefault: true,
            isActive: true,
            settlementCurrency: nil,
            credentials: Credentials(standard.merging(changes) { $1 }.filter { !$1.isEmpty })
        )
    }

    static func soum(_ tiyin: Int64) throws -> Money {
        Money(tiyin, try #require(Currency("UZS")))
    }

    /// Two nights for the fixtures' amount.
    static let order = Order(
        id: OrderID(Sample.uuid(20)),
        reference: "BK-1001",
        currency: .usd,
        items: [
            Order.Item(
                description: "Hotel room, standard, night",
                sku: nil,
                quantity: 2,
                unitAmount: 7_500_000
            )
        ],
        customer: nil,
        property: nil,
        metadata: [:],
        createdAt: Sample.now
    )

    /// An order with a payment link, at the fixtures' time.
    static func bench(
        changing changes: [String: [String]] = [:],
        captureMethod: Intent.CaptureMethod = .automatic
    ) throws -> QuestionBench {
        let bench = try QuestionBench(
            Payme.descriptor,
            account(changing: changes),
            amount: soum(amount),
            captureMethod: captureMethod
        )
        bench.now = Timestamp(milliseconds: createTime)
        bench.pageLifetime = .seconds(10_000_000_000)
        bench.answer(
            .requiresAction(
                .redirect(url: "https://checkout.paycom.uz/x"),
                VendorReceipt(reference: "\(bench.attempt)")
            )
        )
        return bench
    }

    static func delivery(
        _ body: String,
        authorization: String? = PaymeFixture.authorization,
        method: String = "POST"
    ) -> WebhookDelivery {
        WebhookDelivery(
            method: method,
            fields: [("content-type", "text/json; charset=UTF-8")]
                + (authorization.map { [("authorization", $0)] } ?? []),
            body: Array(body.utf8)
        )
    }
}

/// Calls in the protocol's own words.
extension QuestionBench {
    func call(
        _ method: String,
        _ parameters: JSONValue,
        id: JSONValue = 4_101,
        authorization: String? = PaymeFixture.authorization
    ) throws -> JSONValue {
        let body: JSONValue = [
            "jsonrpc": "2.0", "id": id, "method": .string(method), "params": parameters,
        ]
        let text = String(decoding: body.bytes(), as: UTF8.self)
        let reply = try ask(PaymeFixture.delivery(text, authorization: authorization))
        #expect(reply.status == 200)
        #expect(reply.contentType == "application/json; charset=utf-8")
        let json = try reply.json()
        #expect(json["jsonrpc"] == "2.0")
        #expect(json["id"] == id)
        #expect((json["result"] == nil) != (json["error"] == nil), "exactly one of both")
        return json
    }

    func checkPerform(
        amount: JSONValue = .integer(PaymeFixture.amount),
        order: String? = nil
    ) throws -> JSONValue {
        try call(
            "CheckPerformTransaction",
            ["amount": amount, "account": ["order_id": .string(order ?? "\(attempt)")]]
        )
    }

    func create(
        _ id: String = PaymeFixture.transaction,
        time: JSONValue = .integer(PaymeFixture.time),
        amount: JSONValue = .integer(PaymeFixture.amount),
        order: String? = nil
    ) throws -> JSONValue {
        try call(
            "CreateTransaction",
            [
                "id": .string(id), "time": time, "amount": amount,
                "account": ["order_id": .string(order ?? "\(attempt)")],
            ]
        )
    }

    func perform(_ id: String = PaymeFixture.transaction) throws -> JSONValue {
        try call("PerformTransaction", ["id": .string(id)])
    }

    func cancel(
        _ id: String = PaymeFixture.transaction,
        reason: Int64 = 3
    ) throws -> JSONValue {
        try call("CancelTransaction", ["id": .string(id), "reason": .integer(reason)])
    }

    func check(_ id: String = PaymeFixture.transaction) throws -> JSONValue {
        try call("CheckTransaction", ["id": .string(id)])
    }

    func statement(from: Int64, to: Int64) throws -> [JSONValue] {
        let answer = try call("GetStatement", ["from": .integer(from), "to": .integer(to)])
        return try #require(answer["result"]?["transactions"]?.arrayValue)
    }
}

extension JSONValue {
    /// The code of an error answer, its form checked: three different texts.
    var errorCode: Int64? {
        guard let error = self["error"], let code = error["code"]?.integerValue else { return nil }
        let texts = ["ru", "uz", "en"].compactMap { error["message"]?[$0]?.stringValue }
        #expect(texts.count == 3 && Set(texts).count == 3 && !texts.contains(""))
        #expect(error["message"]?.objectValue?.count == 3)
        #expect(error.objectValue?.names == ["code", "message", "data"])
        return code
    }
}
