import Cryptography
import JSON
import PaymentCore
import Testing
import VendorRecordings

@testable import Vendors

/// What the SHOP API answers to the unsigned, the malformed and the odd (sections 2.1, 3.2, 3.3).
@Suite struct ClickProtocolTests {
    private let bench: QuestionBench
    private var order: String { "\(bench.attempt)" }

    init() throws {
        bench = try ClickFixture.bench()
    }

    /// F1, F2 and F3: the sheet's requests as they stand on the wire.
    private static let prepare =
        "click_trans_id=2147483999123&service_id=85335&click_paydoc_id=2147490001&merchant_trans_id=ord-2024-000117&amount=150000.00&action=0&error=0&error_note=Success&sign_time=2024-11-20+14%3A05%3A33&sign_string=d3bcb29c2dcddd7f949f18a18781731f"
    private static let complete =
        "click_trans_id=2147483999123&service_id=85335&click_paydoc_id=2147490001&merchant_trans_id=ord-2024-000117&merchant_prepare_id=900117&amount=150000.00&action=1&error=0&error_note=Success&sign_time=2024-11-20+14%3A05%3A33&sign_string=7ffe5886458d86c29b525bf7b52a6074"
    private static let refused =
        "click_trans_id=2147483999123&service_id=85335&click_paydoc_id=2147490001&merchant_trans_id=ord-2024-000117&merchant_prepare_id=900117&amount=150000.00&action=1&error=-5017&error_note=Insufficient+funds&sign_time=2024-11-20+14%3A05%3A33&sign_string=7ffe5886458d86c29b525bf7b52a6074"

    @Test(arguments: [
        (prepare, "d3bcb29c2dcddd7f949f18a18781731f"),
        (complete, "7ffe5886458d86c29b525bf7b52a6074"),
        (refused, "7ffe5886458d86c29b525bf7b52a6074"),
        (
            prepare.replacing("150000.00", with: "150000"),
            "42b401363449790a0caf938623d5de63"
        ),
        (
            prepare.replacing("150000.00", with: "150000.0"),
            "0c79546237552df18b6a1d970f95aa64"
        ),
    ])
    func `the sheet's signatures, over the amount as it was written`(
        body: String,
        signature: String
    ) throws {
        let unsigned = try #require(body.firstRange(of: "&sign_string=")).lowerBound
        let signed = "\(body[..<unsigned])&sign_string=\(signature)"
        let secrets = [Secret("other"), Secret(ClickFixture.secret)]
        #expect(Click.Form(Array(signed.utf8)).isSigned(with: secrets))
        #expect(Click.Form(Array(signed.uppercased().utf8)).isSigned(with: secrets) == false)
        let loud = "\(body[..<unsigned])&sign_string=\(signature.uppercased())"
        #expect(Click.Form(Array(loud.utf8)).isSigned(with: secrets))
        #expect(Click.Form(Array(signed.utf8)).isSigned(with: [Secret("other")]) == false)
    }

    @Test func `the sheet's requests are understood`() throws {
        #expect(try bench.click(Self.prepare)["error"] == -5)
        #expect(try bench.click(Self.complete)["error"] == -6)
        #expect(try bench.click(Self.refused)["error"] == -6)
    }

    @Test(arguments: ["150000.00", "150000", "150000.0", "0150000.000"])
    func `equal amounts are equal however they are written`(amount: String) throws {
        #expect(try bench.click(.prepare(order, amount: amount))["error"] == 0)
    }

    @Test(arguments: [
        "150000.01", "149999.99", "15000000", "0", "150000.001", "999999999999999999",
    ])
    func `another amount is refused`(amount: String) throws {
        #expect(try bench.click(.prepare(order, amount: amount))["error"] == -2)
        #expect(bench.records.isEmpty)
    }

    @Test(arguments: ["", "1,5", "1.5e5", "-150000", "+150000", "150000.", ".5", "abc", "0x10"])
    func `what is no amount is malformed`(amount: String) throws {
        #expect(try bench.click(.prepare(order, amount: amount))["error"] == -8)
    }

    @Test(arguments: [
        "click_trans_id", "service_id", "click_paydoc_id", "merchant_trans_id", "amount", "action",
        "error", "error_note", "sign_time",
    ])
    func `every field must be there, and once`(name: String) throws {
        let request = ClickRequest.prepare(order)
        let without = request.with(name, nil)
        #expect(try bench.click(without)["error"] == -8)
        let value = try #require(request.fields.first { $0.name == name }).value
        let twice = "\(request.body())&\(name)=\(value)"
        #expect(try bench.click(twice)["error"] == -8)
        #expect(bench.records.isEmpty)
    }

    @Test(arguments: [
        ("click_trans_id", "abc"), ("click_trans_id", "1.5"), ("click_trans_id", "0"),
        ("click_trans_id", "99999999999999999999"), ("click_paydoc_id", "x"), ("service_id", ""),
        ("merchant_trans_id", ""), ("action", "zero"), ("error", "none"), ("error", "1"),
        ("sign_time", "20.11.2024"), ("sign_time", "2024-11-20T14:05:33"),
        ("sign_time", "2024-13-20 14:05:33"), ("sign_time", "2024-11-20 14:05"),
    ])
    func `every field must be well formed`(name: String, value: String) throws {
        #expect(try bench.click(ClickRequest.prepare(order).with(name, value))["error"] == -8)
    }

    @Test func `a confirmation needs the preparation's number`() throws {
        let request = ClickRequest.complete(order, 1).with("merchant_prepare_id", nil)
        #expect(try bench.click(request)["error"] == -8)
    }

    @Test(arguments: ["2", "3", "-1", "4"])
    func `an unknown action comes before the signature`(action: String) throws {
        let request = ClickRequest.prepare(order).with("action", action)
        #expect(try bench.click(request, signature: "00")["error"] == -3)
    }

    @Test func `the signature comes before the service, the service before the order`() throws {
        let foreign = ClickRequest.prepare("nobody").with("service_id", "85336")
        #expect(try bench.click(foreign, signature: "00")["error"] == -1)
        #expect(try bench.click(foreign)["error"] == -8)
        #expect(try bench.click(.prepare("nobody"))["error"] == -5)
    }

    @Test func `a refused signature repeats the ids, and changes nothing`() throws {
        let answer = try bench.click(.prepare(order), signature: String(repeating: "a", count: 32))
        let expected: JSONValue = [
            "click_trans_id": .integer(ClickFixture.transaction),
            "merchant_trans_id": .string(order), "error": -1, "error_note": "SIGN CHECK FAILED!",
        ]
        #expect(answer == expected)
        #expect(bench.records.isEmpty)
        #expect(bench.state == .requiresAction)
    }

    @Test(arguments: ["", "{}", "&&&", "%zz=1", "click_trans_id"])
    func `a body that is no form`(body: String) throws {
        let expected: JSONValue = ["error": -8, "error_note": "Error in request from click"]
        #expect(try bench.click(body) == expected)
    }

    @Test func `another method than POST`() throws {
        let body = ClickRequest.prepare(order).body()
        let reply = try bench.ask(ClickFixture.delivery(body, method: "GET"))
        #expect(reply.status == 200)
        #expect(try reply.json()["error"] == -8)
    }

    @Test func `an elder secret is accepted while it is being replaced`() throws {
        let both = try ClickFixture.bench(changing: ["secret_key": ["new", ClickFixture.secret]])
        #expect(try both.click(.prepare(order))["error"] == 0)
        let new = try ClickFixture.bench(changing: ["secret_key": ["new"]])
        #expect(try new.click(.prepare(order))["error"] == -1)
    }

    @Test func `our own failures are told with the ids`() throws {
        let unusable = try ClickFixture.bench(changing: ["secret_key": []])
        #expect(try unusable.click(.prepare(order))["error"] == -7)
        let questions = Click.Questions()
        let delivery = ClickFixture.delivery(ClickRequest.complete(order, 7).body())
        let reading = questions.read(delivery, account: bench.account, now: Sample.now)
        guard case .question(let question) = reading else {
            Issue.record("a signed request is a question")
            return
        }
        #expect(question.name == "Complete")
        let answer = try questions.unavailable(question).json()
        #expect(answer["error"] == -7)
        #expect(answer["click_trans_id"] == .integer(ClickFixture.transaction))
        #expect(try questions.unavailable(nil).json()["error"] == -7)
    }

    @Test func `every verdict has its own words`() {
        let notes = Click.Verdict.allCases.map(\.note)
        #expect(Set(notes).count == notes.count)
        #expect(Click.Verdict.allCases.map(\.rawValue).sorted() == Array(-9...0))
    }
}
