import JSON
import PaymentCore
import Testing
import VendorRecordings

@testable import Vendors

/// What the Merchant API answers to the malformed, the unknown and the odd (sections 3 and 10).
@Suite struct PaymeProtocolTests {
    private let bench: QuestionBench

    init() throws {
        bench = try PaymeFixture.bench()
    }

    private func ask(_ body: String, method: String = "POST") throws -> JSONValue {
        let reply = try bench.ask(PaymeFixture.delivery(body, method: method))
        #expect(reply.status == 200)
        return try reply.json()
    }

    @Test(arguments: ["GET", "PUT", "HEAD"])
    func `another method than POST`(method: String) throws {
        let answer = try ask("", method: method)
        #expect(answer.errorCode == -32_300)
        #expect(answer["id"] == .null)
    }

    @Test(arguments: [
        "", "{", #"{"id":1,"id":2}"#, "{\"jsonrpc\":\"2.0\",}", "nonsense",
        #"{"id":1,"method":"CheckTransaction","params":{}} x"#, "[[[[[[[[[[[[1]]]]]]]]]]]]",
    ])
    func `what is not JSON has no id to echo`(body: String) throws {
        let answer = try ask(body)
        #expect(answer.errorCode == -32_700)
        #expect(answer["id"] == .null)
    }

    @Test(arguments: [
        "[]", "1", "null", "{}", #"{"id":7}"#, #"{"id":7,"method":5,"params":{}}"#,
        #"{"method":"CheckTransaction","params":{"id":"673de1f4a1b2c3d4e5f60718"}}"#,
        #"{"id":7,"method":"CheckTransaction"}"#,
        #"{"id":7,"method":"CheckTransaction","params":[]}"#,
        #"{"id":7,"method":"CheckTransaction","params":{}}"#,
        #"{"id":7,"method":"CheckTransaction","params":{"id":7}}"#,
        #"{"id":7,"jsonrpc":"1.0","method":"CheckTransaction","params":{"id":"x"}}"#,
        #"{"id":[7],"method":"CheckTransaction","params":{"id":"x"}}"#,
        #"{"id":7,"method":"CancelTransaction","params":{"id":"673de1f4a1b2c3d4e5f60718"}}"#,
        #"{"id":7,"method":"CancelTransaction","params":{"id":"x","reason":"3"}}"#,
        #"{"id":7,"method":"GetStatement","params":{"from":2,"to":1}}"#,
        #"{"id":7,"method":"GetStatement","params":{"from":"1","to":2}}"#,
        #"{"id":7,"method":"GetStatement","params":{"from":1.5,"to":2}}"#,
        #"{"id":7,"method":"GetStatement","params":{"from":-1,"to":2}}"#,
        #"{"id":7,"method":"GetStatement","params":{"from":1,"to":9223372036854775807}}"#,
    ])
    func `what is missing or of a wrong type`(body: String) throws {
        let answer = try ask(body)
        #expect(answer.errorCode == -32_600, "\(body)")
        if body.contains(#""id":7"#) { #expect(answer["id"] == 7) }
    }

    @Test(arguments: [
        #""15000000""#, "15000000.5", "1.5e7", "null", "true", "99999999999999999999", "{}",
    ])
    func `an amount that is no whole number`(amount: String) throws {
        let account = #""account":{"order_id":"\#(bench.attempt)"}"#
        let check =
            #"{"id":7,"method":"CheckPerformTransaction","params":{"amount":\#(amount),\#(account)}}"#
        #expect(try ask(check).errorCode == -32_600)
        let create =
            #"{"id":7,"method":"CreateTransaction","params":{"id":"673de1f4a1b2c3d4e5f60718","time":1732093533123,"amount":\#(amount),\#(account)}}"#
        #expect(try ask(create).errorCode == -32_600)
    }

    @Test(arguments: ["15000000.0", "15000000.00"])
    func `a whole amount in float form`(amount: String) throws {
        #expect(try bench.checkPerform(amount: .number(amount))["result"]?["allow"] == true)
        #expect(try bench.create(amount: .number(amount))["result"]?["state"] == 1)
        #expect(try bench.create()["result"]?["state"] == 1, "the same amount")
    }

    @Test func `an amount beyond 32 bits`() throws {
        let amount: Int64 = 5_000_000_000_000
        let bench = try QuestionBench(
            Payme.descriptor,
            PaymeFixture.account(),
            amount: PaymeFixture.soum(amount)
        )
        bench.now = Timestamp(milliseconds: PaymeFixture.createTime)
        #expect(try bench.create(amount: .integer(amount))["result"]?["state"] == 1)
        let line = try bench.statement(from: 0, to: PaymeFixture.time)[0]
        #expect(line["amount"] == .integer(amount))
    }

    @Test(arguments: ["Nonsense", "checktransaction", "ChangePassword", ""])
    func `a method that we do not serve is named`(method: String) throws {
        let answer = try bench.call(method, [:])
        #expect(answer.errorCode == -32_601)
        #expect(answer["error"]?["data"] == .string(method))
    }

    @Test(arguments: [4_101, 0, -1, 9_223_372_036_854_775_807, "abc", JSONValue.number("2032.0")])
    func `the id is echoed as it came`(id: JSONValue) throws {
        _ = try bench.call("CheckTransaction", ["id": "x"], id: id)
    }

    @Test func `authorization comes before JSON, transport before authorization`() throws {
        let broken = PaymeFixture.delivery("{", authorization: nil)
        #expect(try bench.ask(broken).json().errorCode == -32_504)
        let get = PaymeFixture.delivery("", authorization: nil, method: "GET")
        #expect(try bench.ask(get).json().errorCode == -32_300)
    }

    @Test func `without the protocol's version a call is a call`() throws {
        let body = #"{"id":7,"method":"CheckTransaction","params":{"id":"x"}}"#
        #expect(try ask(body).errorCode == -31_003)
    }

    @Test func `an account that has no order's field, or no account at all`() throws {
        let none = try bench.call(
            "CheckPerformTransaction",
            ["amount": .integer(PaymeFixture.amount), "account": ["phone": "998901234567"]]
        )
        #expect(none.errorCode == -31_099)
        #expect(none["error"]?["data"] == "order_id")
        for account: JSONValue in [nil, "x", [], ["order_id": ["x"]]] {
            let answer = try bench.call(
                "CheckPerformTransaction",
                ["amount": .integer(PaymeFixture.amount), "account": account]
            )
            #expect(answer.errorCode == -32_600)
        }
    }

    @Test func `another name of the order's field`() throws {
        let bench = try PaymeFixture.bench(changing: ["account_field": ["booking"]])
        #expect(try bench.checkPerform().errorCode == -31_099)
        let answer = try bench.call(
            "CheckPerformTransaction",
            [
                "amount": .integer(PaymeFixture.amount),
                "account": ["booking": .string("\(bench.attempt)")],
            ]
        )
        #expect(answer["result"]?["allow"] == true)
    }

    @Test func `a repetition with other data is another transaction's`() throws {
        _ = try bench.create()
        let others = [
            try bench.create(time: .integer(PaymeFixture.time + 1)),
            try bench.create(amount: .integer(PaymeFixture.amount + 1)),
            try bench.create(order: "ord-2024-000117"),
        ]
        #expect(others.map(\.errorCode) == [-31_008, -31_008, -31_008])
        #expect(try bench.create()["result"]?["state"] == 1)
    }

    @Test func `a transaction's id has 24 hexadecimal digits`() throws {
        for id in ["", "673de1f4a1b2c3d4e5f6071", "673de1f4a1b2c3d4e5f6071x"] {
            #expect(try bench.create(id).errorCode == -32_600)
        }
    }

    @Test func `several keys are accepted while one replaces another`() throws {
        let bench = try PaymeFixture.bench(changing: ["key": ["new", PaymeFixture.key]])
        #expect(try bench.checkPerform()["result"]?["allow"] == true)
        let foreign = try PaymeFixture.bench(changing: ["key": ["new"]])
        #expect(try foreign.checkPerform().errorCode == -32_504)
    }

    @Test func `an account that lacks its key is our own failure`() throws {
        let bench = try PaymeFixture.bench(changing: ["key": []])
        #expect(try bench.checkPerform().errorCode == -32_400)
    }

    @Test func `our own failures are told with the call's id`() throws {
        let questions = Payme.Questions()
        let body = #"{"id":4101,"method":"CheckTransaction","params":{"id":"x"}}"#
        let reading = questions.read(
            PaymeFixture.delivery(body),
            account: PaymeFixture.account(),
            now: Sample.now
        )
        guard case .question(let question) = reading else {
            Issue.record("a good call is a question")
            return
        }
        #expect(question.name == "CheckTransaction")
        let answer = try questions.unavailable(question).json()
        #expect(answer.errorCode == -32_400)
        #expect(answer["id"] == 4101)
        #expect(try questions.unavailable(nil).json()["id"] == .null)
    }
}
