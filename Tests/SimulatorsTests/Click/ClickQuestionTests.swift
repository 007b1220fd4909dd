import Cryptography
import HTTP
import JSON
import Testing

@testable import Simulators

/// Questions and answers against the documented vectors and fixtures (sections 2.1, 3 and 8).
struct ClickQuestionTests {
    /// 2024-11-20 14:05:33 in Tashkent.
    private static let time = SimulatedTime(seconds: 1_732_093_533)

    private func question(
        _ action: Click.Question.Action,
        amount: String = "150000.00",
        error: Int64 = 0,
        note: String = "Success"
    ) -> Click.Question {
        Click.Question(
            number: 1,
            action: action,
            transaction: 2_147_483_999_123,
            service: 85_335,
            paydoc: 2_147_490_001,
            reference: "ord-2024-000117",
            amount: amount,
            prepareID: action == .complete ? 900_117 : nil,
            error: error,
            note: note,
            time: Self.time
        )
    }

    private func body(_ question: Click.Question) -> String {
        String(
            decoding: FormEncoder(question.form(secret: ClickBench.secret)).bytes,
            as: UTF8.self
        )
    }

    @Test func `Prepare is the documented form`() {
        let form =
            "click_trans_id=2147483999123&service_id=85335&click_paydoc_id=2147490001"
            + "&merchant_trans_id=ord-2024-000117&amount=150000.00&action=0&error=0"
            + "&error_note=Success&sign_time=2024-11-20+14%3A05%3A33"
            + "&sign_string=d3bcb29c2dcddd7f949f18a18781731f"
        #expect(body(question(.prepare)) == form)
    }

    @Test func `Complete is the documented form, and its error is not signed`() {
        let form =
            "click_trans_id=2147483999123&service_id=85335&click_paydoc_id=2147490001"
            + "&merchant_trans_id=ord-2024-000117&merchant_prepare_id=900117&amount=150000.00"
            + "&action=1&error=0&error_note=Success&sign_time=2024-11-20+14%3A05%3A33"
            + "&sign_string=7ffe5886458d86c29b525bf7b52a6074"
        #expect(body(question(.complete)) == form)
        let refused = question(.complete, error: -5_017, note: "Insufficient funds")
        #expect(
            body(refused)
                == form.replacing("error=0", with: "error=-5017")
                .replacing("error_note=Success", with: "error_note=Insufficient+funds")
        )
    }

    @Test(arguments: [
        ("150000", "42b401363449790a0caf938623d5de63"),
        ("150000.0", "0c79546237552df18b6a1d970f95aa64"),
    ])
    func `the digits of the link are signed`(amount: String, signature: String) {
        #expect(body(question(.prepare, amount: amount)).hasSuffix("sign_string=\(signature)"))
    }

    @Test func `a stale question is signed well, a bad one is not`() throws {
        let service = ClickBench.service("http://shop.example")
        let good = try #require(question(.prepare).request(to: service, .good))
        let bad = try #require(question(.prepare).request(to: service, .bad))
        let stale = try #require(question(.complete).request(to: service, .stale))
        #expect(good.url == "http://shop.example/prepare")
        #expect(stale.url == "http://shop.example/complete")
        #expect(good.body != bad.body)
        #expect(String(decoding: stale.body, as: UTF8.self).contains("2024-11-20+13%3A05%3A33"))
        let form = try #require(QueryItems(form: stale.body))
        let signed = [
            "2147483999123", "85335", ClickBench.secret, "ord-2024-000117", "900117",
            "150000.00", "1", "2024-11-20 13:05:33",
        ]
        #expect(form["sign_string"] == Hex.encode(Digest.md5.hash(signed.joined())))
    }

    static let answers: [(Click.Question.Action, String, Int64)] = [
        (
            .prepare,
            #"""
            {"click_trans_id":2147483999123,"merchant_trans_id":"ord-2024-000117",
            "merchant_prepare_id":900117,"error":0,"error_note":"Success"}
            """#, 0
        ),
        (
            .complete,
            #"""
            {"click_trans_id":2147483999123,"merchant_trans_id":"ord-2024-000117",
            "merchant_confirm_id":900117,"error":0,"error_note":"Success"}
            """#, 0
        ),
        (
            .complete,
            #"""
            {"click_trans_id":2147483999123,"merchant_trans_id":"ord-2024-000117",
            "merchant_confirm_id":900117,"error":-4,"error_note":"Already paid"}
            """#, -4
        ),
        (
            .complete,
            #"""
            {"click_trans_id":2147483999123,"merchant_trans_id":"ord-2024-000117",
            "merchant_confirm_id":null,"error":-9,"error_note":"Transaction cancelled"}
            """#, -9
        ),
        (.prepare, #"{"error":-1,"error_note":"SIGN CHECK FAILED!"}"#, -1),
    ]

    @Test(arguments: answers.indices)
    func `a documented answer is without fault`(index: Int) {
        let (action, body, error) = Self.answers[index]
        let answer = read(body, action)
        #expect(answer.violations == [])
        #expect(answer.error == error)
    }

    @Test(arguments: [
        ("", "the body is no JSON object"),
        (#"{"error":1,"error_note":"x"}"#, "error is 1"),
        (#"{"error":"0","error_note":"x"}"#, #"error is "0""#),
        (#"{"error":-1}"#, "error_note is missing"),
        (
            #"{"click_trans_id":2147483999123,"merchant_trans_id":"ord-2024-000117","error":0,"error_note":"x","merchant_prepare_id":"9"}"#,
            #"merchant_prepare_id is "9", no integer"#
        ),
        (
            #"{"click_trans_id":1,"merchant_trans_id":"ord-2024-000117","error":-5,"error_note":"x"}"#,
            "click_trans_id is 1, not 2147483999123"
        ),
    ])
    func `a fault is named`(body: String, violation: String) {
        #expect(read(body, .prepare).violations == [violation])
    }

    private func read(_ body: String, _ action: Click.Question.Action) -> Click.Answer {
        Click.Answer(
            HTTPResponse(
                status: .ok,
                fields: [.contentType: "application/json; charset=utf-8"],
                body: Array(body.utf8)
            ),
            to: question(action)
        )
    }
}

/// Questions of the Advanced and the Split Shop (sections 2.3 and 3.7).
struct ClickAdvancedQuestionTests {
    private func question(_ action: Click.Question.Action) -> Click.Question {
        Click.Question(
            number: 3,
            action: action,
            transaction: 2_147_483_999_123,
            service: 85_335,
            paydoc: 700_117,
            reference: "AC-532",
            amount: "1000",
            prepareID: action == .complete ? 900_117 : nil,
            time: SimulatedTime(seconds: 1_732_093_533)
        )
    }

    @Test func `Prepare is signed as the vector is`() {
        let body = question(.prepare).inquiryBody(secret: ClickBench.secret, attempt: 345)
        #expect(
            String(decoding: body, as: UTF8.self) == """
                {"click_paydoc_id":700117,"attempt_trans_id":345,"service_id":85335,\
                "params":{"contract":"AC-532","amount":1000},"action":1,"error":0,\
                "error_note":"Success","sign_time":"2024-11-20 14:05:33",\
                "sign_string":"be95956d3dc5f6f3cadc88201054166c"}
                """
        )
    }

    @Test func `a repetition has an attempt of its own`() throws {
        let service = ClickBench.service("http://shop.example")
        let attempts = try [1, 2].map { tries in
            let request = question(.complete).inquiry(to: service, .good, tries: tries)
            return try JSONValue.parse(try #require(request).body)["attempt_trans_id"]
        }
        #expect(attempts == [301, 302])
    }

    @Test(arguments: [
        (
            #"{"click_paydoc_id":700117,"merchant_prepare_id":9,"error":0,"error_note":"Success","split":[{"cntrg_id":1,"amount":700.00},{"cntrg_id":2,"amount":300.00}]}"#,
            true
        ),
        (
            #"{"click_paydoc_id":700117,"merchant_prepare_id":9,"error":0,"error_note":"Success","split":[{"cntrg_id":1,"amount":700.00}]}"#,
            false
        ),
        (
            #"{"click_paydoc_id":700117,"merchant_prepare_id":9,"error":0,"error_note":"Success"}"#,
            false
        ),
        (
            #"{"click_paydoc_id":1,"merchant_prepare_id":9,"error":-5,"error_note":"User does not exist"}"#,
            false
        ),
    ])
    func `a split adds up, and an answer names its payment`(body: String, isGood: Bool) {
        let response = HTTPResponse(
            status: .ok,
            fields: [.contentType: "application/json; charset=utf-8"],
            body: Array(body.utf8)
        )
        let answer = Click.Answer(response, to: question(.prepare), in: .split)
        #expect(answer.violations.isEmpty == isGood, "\(answer.violations)")
    }
}
