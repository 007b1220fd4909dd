import HTTP
import JSON

/// A caller of the gateway's API, as a booking service would be.
struct GatewayClient: Sendable {
    struct Answer: Sendable {
        let status: Int
        let body: JSONValue
        let isReplay: Bool

        /// A string member, or `–` when there is none.
        func text(_ names: String...) -> String {
            let value = names.reduce(body as JSONValue?) { value, name in value?[name] }
            switch value {
            case .string(let text): return text
            case .integer(let number): return String(number)
            case .bool(let flag): return String(flag)
            case nil, .null, .number, .array, .object: return "–"
            }
        }
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let transport: any HTTPTransport
    let baseURL: String
    let apiKey: String?

    func get(_ path: String) async throws -> Answer {
        try await send(.get, path, nil, key: nil)
    }

    func post(_ path: String, _ body: JSONValue, key: String? = nil) async throws -> Answer {
        try await send(.post, path, body, key: key)
    }

    func put(_ path: String, _ body: JSONValue) async throws -> Answer {
        try await send(.put, path, body, key: nil)
    }

    func patch(_ path: String, _ body: JSONValue) async throws -> Answer {
        try await send(.patch, path, body, key: nil)
    }

    /// Sends a form, as a payer's browser does; what comes back is a page or the way to one.
    func submit(_ form: String, to url: String) async throws {
        let request = HTTPRequest(
            method: .post,
            url: url,
            fields: [.contentType: FormEncoder.contentType],
            body: Array(form.utf8)
        )
        let status = try await transport.send(request, options: HTTPSendOptions()).status.code
        guard (200..<400).contains(status) else { throw Failure(description: "\(url): \(status)") }
    }

    private func send(
        _ method: HTTPMethod,
        _ path: String,
        _ body: JSONValue?,
        key: String?
    ) async throws -> Answer {
        var fields = HTTPFields()
        if let apiKey { fields.append(.authorization, "Bearer \(apiKey)") }
        if body != nil { fields.append(.contentType, "application/json") }
        if let key { fields.append(.idempotencyKey, key) }
        let request = HTTPRequest(
            method: method,
            url: baseURL + path,
            fields: fields,
            body: body?.bytes() ?? []
        )
        let response = try await transport.send(request, options: HTTPSendOptions())
        let json = response.body.isEmpty ? JSONValue.null : try JSONValue.parse(response.body)
        return Answer(
            status: response.status.code,
            body: json,
            isReplay: response.fields[.idempotentReplayed] == "true"
        )
    }
}

extension GatewayClient.Answer {
    /// That this answer is not the expected one.
    func failure(_ expected: String) -> GatewayClient.Failure {
        GatewayClient.Failure(
            description: """
                expected \(expected), got \(status): \(String(decoding: body.bytes(), as: UTF8.self))
                """
        )
    }
}
