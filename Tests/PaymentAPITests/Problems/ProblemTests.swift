import HTTP
import HTTPServer
import JSON
import PaymentCore
import Testing

@testable import PaymentAPI

struct ProblemTests {
    @Test(arguments: ProblemCode.allCases)
    func `every problem is told differently in each language`(code: ProblemCode) {
        let texts = Language.allCases.map { code.text(in: $0) }
        #expect(Set(texts.map(\.title)).count == Language.allCases.count)
        #expect(Set(texts.map(\.detail)).count == Language.allCases.count)
        #expect(!texts.contains { $0.title.isEmpty || $0.detail.isEmpty })
    }

    @Test(arguments: ProblemCode.allCases)
    func `the languages of a detail take the same arguments`(code: ProblemCode) {
        let placeholders = Language.allCases.map { language in
            Set(code.text(in: language).detail.matches(of: /\{[a-z_]+\}/).map { String($0.output) })
        }
        #expect(Set(placeholders).count == 1)
    }

    @Test(arguments: FieldProblem.Code.allCases)
    func `every fault of a field is told differently in each language`(code: FieldProblem.Code) {
        #expect(Set(Language.allCases.map { code.text[$0] }).count == Language.allCases.count)
    }

    @Test(arguments: Decline.Class.allCases)
    func `every class of decline is told differently in each language`(
        kind: Decline.Class
    ) throws {
        let texts = Language.allCases.map { kind.text[$0] }
        #expect(Set(texts).count == Language.allCases.count)
        for language in Language.allCases {
            let others = Decline.Class.allCases.filter { $0 != kind }.map { $0.text[language] }
            #expect(!others.contains(kind.text[language]), "a class has words of its own")
            let body = ProblemWriter(typeBase: "").document(
                Problem(.paymentDeclined, decline: Decline(kind, code: "c")),
                requestID: "r",
                language: language
            )
            let json = try JSONValue.parse(body)
            #expect(json["detail"]?.stringValue == kind.text[language])
            #expect(json["decline"]?["class"]?.stringValue == kind.rawValue)
        }
    }

    @Test
    func `a document has the members of RFC 9457 and ours`() throws {
        let problem = Problem(
            .amountExceedsLimit,
            ["limit": "700"],
            errors: [FieldProblem("/amount", .outOfRange, ["minimum": "1", "maximum": "700"])],
            retryAfter: .seconds(2)
        )
        let answer = ProblemWriter(typeBase: "https://x.example/problems/")
            .answer(problem, requestID: "r-1", language: .russian)
        let json = try JSONValue.parse(answer.body)
        #expect(json["type"] == "https://x.example/problems/amount_exceeds_limit")
        #expect(json["status"] == 422)
        #expect(json["code"] == "amount_exceeds_limit")
        #expect(json["title"] == "Слишком большая сумма")
        #expect(json["detail"] == "Возможно не более 700 минимальных единиц валюты.")
        #expect(json["errors"]?[0]?["message"] == "Значение должно быть от 1 до 700.")
        #expect(json["request_id"] == "r-1")
        #expect(answer.fields[.retryAfter] == "2")
        #expect(answer.fields["Content-Language"] == "ru")
        #expect(answer.fields[.contentType] == "application/problem+json")
    }

    @Test
    func `a token that is declined says why`() throws {
        let decline = Decline(.hard, code: "card_declined")
        let answer = ProblemWriter(typeBase: "")
            .answer(Problem(WorkflowError(.declined(decline))), requestID: "r", language: .english)
        #expect(answer.status.code == 402)
        let json = try JSONValue.parse(answer.body)
        #expect(json["decline"]?["class"] == "hard")
        #expect(json["decline"]?["code"] == "card_declined")
    }

    @Test
    func `only so many fields are told of`() throws {
        let errors = (0..<500).map { FieldProblem("/\($0)", .unknownField) }
        let body = ProblemWriter(typeBase: "").document(
            Problem(.validationFailed, errors: errors),
            requestID: "r",
            language: .english
        )
        #expect(try JSONValue.parse(body)["errors"]?.arrayValue?.count == 50)
    }

    @Test(arguments: [
        (HTTPProblem.requestTimeout, 408, "request_timeout"),
        (.bodyTooLarge, 413, "body_too_large"),
        (HTTPProblem(.expectationFailed, code: "x", detail: "x"), 417, "expectation_failed"),
        (.methodNotImplemented, 501, "not_implemented"),
        (.handlerFailed, 500, "internal_error"),
        (.overloaded, 503, "unavailable"),
        (.deadlinePassed, 504, "deadline_exceeded"),
    ])
    func `what the server says by itself is a problem like ours`(
        problem: HTTPProblem,
        status: Int,
        code: String
    ) throws {
        let render = PaymentAPIHandler.problemRenderer(APIConfiguration())
        let response = render(problem, "r-9", "ru, en;q=0.5")
        let json = try JSONValue.parse(response.body)
        #expect(response.status.code == status)
        #expect(json["status"]?.integerValue == Int64(status))
        #expect(json["code"]?.stringValue == code)
        #expect(json["request_id"] == "r-9")
        #expect(response.fields[.requestID] == "r-9")
        #expect(response.fields["Content-Language"] == "ru")
        let english = try JSONValue.parse(render(problem, "r-9", nil).body)
        #expect(english["title"] != json["title"])
    }
}
