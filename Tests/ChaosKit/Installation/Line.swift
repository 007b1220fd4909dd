internal import HTTP
internal import HTTPClient
internal import JSON
internal import Reactor

/// Calls to one process over real sockets. Belongs to its loop.
struct Line: Sendable {
    struct Answer: Sendable, CustomStringConvertible {
        let status: Int
        let body: JSONValue

        var description: String { "\(status) \(String(decoding: body.bytes(), as: UTF8.self))" }
    }

    let base: String
    var apiKey: String?
    let client: HTTPClient

    /// - Parameters:
    ///   - path: from the root.
    ///   - key: of idempotency.
    func send(
        _ method: HTTPMethod,
        _ path: String,
        _ body: JSONValue? = nil,
        key: String? = nil,
        within limit: Duration = .seconds(15)
    ) async throws -> Answer {
        var fields = HTTPFields()
        if let apiKey { fields.append(.authorization, "Bearer \(apiKey)") }
        if body != nil { fields.append(.contentType, "application/json") }
        if let key { fields.append(.idempotencyKey, key) }
        let request = HTTPRequest(
            method: method,
            url: base + path,
            fields: fields,
            body: body?.bytes() ?? []
        )
        let options = HTTPSendOptions(
            connectTimeout: .seconds(2),
            totalTimeout: limit,
            maximumResponseBytes: 64 << 20
        )
        let response = try await answer(to: request, options)
        let type = response.fields[.contentType]?.prefix { $0 != ";" } ?? ""
        let isJSON = type.hasSuffix("/json") || type.hasSuffix("+json")
        return Answer(
            status: response.status.code,
            body: isJSON && !response.body.isEmpty
                ? try JSONValue.parse(response.body, limits: Self.limits)
                : .string(String(decoding: response.body, as: UTF8.self))
        )
    }

    /// A kept connection may be closed for its silence just when it is used again: what only reads is
    /// sent once more (RFC 9112, section 9.3.1).
    private func answer(
        to request: HTTPRequest,
        _ options: HTTPSendOptions
    ) async throws(HTTPTransportError) -> HTTPResponse {
        do throws(HTTPTransportError) {
            return try await client.send(request, options: options)
        } catch {
            guard error.code == .closed, request.method == .get else { throw error }
            return try await client.send(request, options: options)
        }
    }

    /// The API of a gateway.
    func api(
        _ method: HTTPMethod,
        _ path: String,
        _ body: JSONValue? = nil,
        key: String? = nil
    ) async throws -> Answer {
        try await send(method, "/api/v1/payments\(path)", body, key: key)
    }

    /// Does something to a simulator through its control endpoints.
    @discardableResult
    func act(
        _ path: String,
        _ body: JSONValue,
        _ method: HTTPMethod = .post
    ) async throws -> Answer {
        let answer = try await send(method, "/_control/\(path)", body)
        guard answer.status < 300 else { throw Mishap("\(path): \(answer)") }
        return answer
    }

    func untilReady(_ path: String) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            // Silence is right: who is not there yet is asked again.
            if let answer = try? await send(.get, path), answer.status == 200 { return }
            try await pause(.milliseconds(50))
        }
        throw Mishap("\(base)\(path) did not become ready")
    }

    /// A vendor's book of a long run is large.
    private static let limits = JSONLimits(byteCount: 64 << 20, memberCount: 1_000_000)
}

/// What should not have happened here, in words.
struct Mishap: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Waits on the loop that the task runs on.
func pause(_ duration: Duration) async throws {
    guard let loop = EventLoop.current else { preconditionFailure("chaos runs on its loop") }
    try await loop.sleep(for: duration)
}
