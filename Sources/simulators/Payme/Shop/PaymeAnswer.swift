internal import HTTP
internal import JSON

extension Payme {
    /// The shop's answer to a question, read as strictly as the protocol is written (section 3.1).
    struct Answer: Sendable {
        enum Content: Sendable {
            case result(JSONObject)
            case error(ShopError)
            /// Nothing that Payme can read: it counts as −32400.
            case unreadable
        }

        struct ShopError: Sendable {
            let code: Int64
            /// By language; empty when there was none that Payme could show.
            let message: [String: String]
            let data: JSONValue
        }

        var content = Content.unreadable
        /// What breaks the protocol, whether Payme could go on or not.
        var violations: [String] = []

        /// The result, when there is one.
        var result: JSONObject? { if case .result(let object) = content { object } else { nil } }

        /// The error's code; −32400 stands for an answer that cannot be read.
        var code: Int64? {
            switch content {
            case .result: nil
            case .error(let error): error.code
            case .unreadable: -32_400
            }
        }

        /// Whether Payme asks again: nobody answered, or the shop had a failure of its own.
        var callsForRepeat: Bool { code == -32_400 }
    }
}

extension Payme.Answer {
    /// - Parameter response: nil when there was none.
    init(_ response: HTTPResponse?, to question: Payme.Question) {
        let answer = ShopAnswer(response)
        violations = answer.violations
        guard let object = answer.object else { return }
        read(object, echoing: question.echo)
        guard answer.isOK else {
            content = .unreadable
            return
        }
        if let method = question.method, case .result(let result) = content {
            violations += Self.violations(in: result, of: method)
        }
    }

    private mutating func read(_ object: JSONObject, echoing id: Int64?) {
        let echo = object["id"] ?? .null
        if echo != (id.map(JSONValue.integer) ?? .null) {
            violations.append("id is \(echo.text), not \(id.map(String.init) ?? "null")")
        }
        if let version = object["jsonrpc"], version != "2.0" {
            violations.append("jsonrpc is \(version.text)")
        }
        switch (object["result"], object["error"]) {
        case (let result?, nil):
            guard let members = result.objectValue else {
                violations.append("result is no object")
                return
            }
            content = .result(members)
        case (nil, let error?):
            guard let code = error["code"]?.integerValue else {
                violations.append("error has no code")
                return
            }
            let message = self.message(error["message"] ?? .null)
            content = .error(
                ShopError(code: code, message: message, data: error["data"] ?? .null)
            )
        case (nil, nil), (_?, _?):
            violations.append("exactly one of result and error must be there")
        }
    }

    /// Errors speak to the payer, who may read any of three languages.
    private mutating func message(_ value: JSONValue) -> [String: String] {
        var texts: [String: String] = [:]
        for language in Payme.Language.allCases {
            guard let text = value[language.rawValue]?.stringValue, !text.isEmpty else {
                violations.append("error.message has no \(language.rawValue)")
                continue
            }
            texts[language.rawValue] = text
        }
        return texts
    }
}
