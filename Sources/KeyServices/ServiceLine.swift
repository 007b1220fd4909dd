package import HTTP
import JSON
package import PaymentCore
import Storage

/// How the key services and secret managers are reached: a transport, a clock, and one way to read their answers.
package struct ServiceLine: Sendable {
    let send: @Sendable (HTTPRequest) async throws(HTTPTransportError) -> HTTPResponse
    let now: @Sendable () -> Timestamp

    /// - Parameter send: sends once within a few seconds, from whatever thread it is called on.
    package init(
        clock: some WallClock,
        send: @escaping @Sendable (HTTPRequest) async throws(HTTPTransportError) -> HTTPResponse
    ) {
        self.send = send
        now = { clock.now }
    }

    /// The document of an answer of 200. Other answers are reported by their status and the
    /// service's own short word for what is wrong, never by their body.
    func document(
        _ request: HTTPRequest,
        of service: String
    ) async throws(KeyManagementError) -> JSONValue {
        let answer: HTTPResponse
        do throws(HTTPTransportError) {
            answer = try await send(request)
        } catch {
            throw KeyManagementError(.unavailable, "\(service): \(error.code.rawValue)")
        }
        // Silence is right: a body that is not JSON is reported by its status.
        let document = try? JSONValue.parse(answer.body)
        guard answer.status.code == 200, let document else {
            let word =
                document?["__type"]?.stringValue ?? document?["error"]?["status"]?.stringValue
                ?? document?["error"]?.stringValue ?? "no reason given"
            throw KeyManagementError(
                Self.code(of: answer.status.code, word),
                "\(service) answered \(answer.status.code): \(word.prefix(100))"
            )
        }
        return document
    }

    private static func code(_ word: String) -> KeyManagementError.Code? {
        switch word.split(separator: "#").last.map(String.init) ?? word {
        case "InvalidCiphertextException", "IncorrectKeyException", "INVALID_ARGUMENT": .notOpened
        case "NotFoundException", "ResourceNotFoundException", "KMSInvalidStateException",
            "DisabledException", "NOT_FOUND", "FAILED_PRECONDITION":
            .unknownKey
        // What we are configured with does not let us in.
        case "AccessDeniedException", "UnrecognizedClientException", "PERMISSION_DENIED",
            "invalid_grant":
            .malformed
        default: nil
        }
    }

    private static func code(of status: Int, _ word: String) -> KeyManagementError.Code {
        code(word) ?? (status == 401 || status == 403 ? .malformed : .unavailable)
    }
}
