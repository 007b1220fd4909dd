import Foundation
import HTTP
import HTTPClient
import JSON
import Reactor
import TestKit

/// A caller over real sockets.
struct TestClient: Sendable {
    struct Answer: Sendable, CustomStringConvertible {
        let status: Int
        let fields: HTTPFields
        let body: JSONValue

        var isReplay: Bool { fields[.idempotentReplayed] == "true" }
        var description: String { "\(status) \(String(decoding: body.bytes(), as: UTF8.self))" }

        func text(_ name: String) -> String? { body[name]?.stringValue }
        /// Where the fields of a problem stand.
        var pointers: [String] {
            (body["errors"]?.arrayValue ?? []).compactMap { $0["pointer"]?.stringValue }
        }
        func integer(_ name: String) -> Int64? { body[name]?.integerValue }
    }

    let baseURL: String
    let apiKey: String?

    func get(_ path: String) async throws -> Answer {
        try await raw(.get, "/api/v1/payments" + path, nil)
    }

    func post(_ path: String, _ body: JSONValue, key: String? = nil) async throws -> Answer {
        try await raw(
            .post,
            "/api/v1/payments" + path,
            body,
            key: key ?? UUID().uuidString
        )
    }

    func send(
        _ method: HTTPMethod,
        _ path: String,
        _ body: JSONValue? = nil,
        key: String? = nil,
        asEvent: Bool = false,
        fields extra: HTTPFields = HTTPFields()
    ) async throws -> Answer {
        var extra = extra
        if asEvent { extra.append(.contentType, "application/cloudevents+json") }
        return try await raw(method, "/api/v1/payments" + path, body, key: key, fields: extra)
    }

    func raw(
        _ method: HTTPMethod,
        _ path: String,
        _ body: JSONValue?,
        key: String? = nil,
        fields: HTTPFields = HTTPFields()
    ) async throws -> Answer {
        try await raw(method, path, bytes: body?.bytes(), key: key, fields: fields)
    }

    /// The same with a body of any bytes.
    func raw(
        _ method: HTTPMethod,
        _ path: String,
        bytes: [UInt8]?,
        key: String? = nil,
        fields extra: HTTPFields = HTTPFields()
    ) async throws -> Answer {
        var fields = extra
        if let apiKey, fields[.authorization] == nil {
            fields.append(.authorization, "Bearer \(apiKey)")
        }
        if bytes != nil, fields[.contentType] == nil {
            fields.append(.contentType, "application/json")
        }
        if let key { fields.append(.idempotencyKey, key) }
        let request = HTTPRequest(
            method: method,
            url: baseURL + path,
            fields: fields,
            body: bytes ?? []
        )
        let response = try await Self.send(request)
        if apiKey != nil {
            let bare = String(path.prefix { $0 != "?" })
            let document = HTTPRequest(method: .get, url: baseURL + "/openapi.json")
            await ContractCheck.check(method, bare, response) { try await Self.send(document) }
        }
        let type = response.fields[.contentType]?.prefix { $0 != ";" } ?? ""
        let isJSON = type.hasSuffix("/json") || type.hasSuffix("+json")
        return Answer(
            status: response.status.code,
            fields: response.fields,
            body: isJSON && !response.body.isEmpty
                ? try JSONValue.parse(response.body, limits: Self.limits)
                : .string(String(decoding: response.body, as: UTF8.self))
        )
    }

    /// Sends a form, as a payer's browser does.
    func submit(_ form: String, to url: String) async throws -> Int {
        let request = HTTPRequest(
            method: .post,
            url: url,
            fields: [.contentType: FormEncoder.contentType],
            body: Array(form.utf8)
        )
        return try await Self.send(request).status.code
    }

    func untilReady(_ path: String = "/health/ready") async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            if let answer = try? await raw(.get, path, nil), answer.status == 200 { return }
            try await Self.pause()
        }
        throw Program.Failure(description: "\(baseURL)\(path) did not become ready")
    }

    /// A moment between two looks at something awaited.
    static func pause() async throws {
        try await loop.submit { try await loop.sleep(for: .milliseconds(20)) }
    }

    private static let loop: EventLoop = {
        guard let loop = try? EventLoop(name: "test-client") else {
            fatalError("no event loop")
        }
        loop.start()
        return loop
    }()

    /// The simulator's book of a long test is large.
    private static let limits = JSONLimits(byteCount: 64 << 20, memberCount: 1_000_000)

    private static let transport = Transport()

    private static func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try await loop.submit {
            try await transport.client(on: loop).send(
                request,
                options: HTTPSendOptions(maximumResponseBytes: 64 << 20)
            )
        }
    }

    private final class Transport: @unchecked Sendable {
        // Safe because: touched only on the loop.
        private var made: HTTPClient?

        func client(on loop: EventLoop) throws -> HTTPClient {
            if let made { return made }
            let client = try HTTPClient(loop: loop)
            made = client
            return client
        }
    }
}

/// Waits until something comes about.
func eventually(
    within limit: Duration = .seconds(30),
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            throw Program.Failure(description: "it did not come about in time")
        }
        try await TestClient.pause()
    }
}
