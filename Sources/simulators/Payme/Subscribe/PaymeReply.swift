internal import HTTP
internal import JSON

// What goes back from the Subscribe API.
extension Payme.Vendor {
    static func reply(_ id: JSONValue, result: JSONValue) -> SimulatedReply {
        reply { answer in
            answer.member("jsonrpc", "2.0")
            answer.member("id", id)
            answer.member("result", result)
        }
    }

    /// - Parameter language: of the text; nil gives all three (section 11: accept both).
    static func reply(
        _ failure: Payme.Failure,
        id: JSONValue,
        _ language: Payme.Language?
    ) -> SimulatedReply {
        reply { answer in
            answer.member("jsonrpc", "2.0")
            answer.member("id", id)
            answer.object("error") { error in
                error.member("code", failure.code)
                if let language {
                    error.member("message", failure.message[language])
                } else {
                    error.object("message") { message in
                        for language in Payme.Language.allCases {
                            message.member(language.rawValue, failure.message[language])
                        }
                    }
                }
                error.member("data", failure.data)
            }
        }
    }

    private static func reply(_ members: (inout JSONWriter) -> Void) -> SimulatedReply {
        var writer = JSONWriter()
        writer.object(members)
        return SimulatedReply(
            status: 200,
            fields: [.contentType: "application/json; charset=utf-8"],
            body: writer.bytes
        )
    }
}
