import HTTP
import HTTPServer
import JSON

@testable import Simulators

// For vendors that ask a shop and wait for its word.
extension LiveBench {
    /// Runs `body` with a shop that is asked again quickly.
    static func run(
        _ settings: Vendor.Settings,
        shop: some HTTPHandler,
        endpoints: @escaping @Sendable (_ url: String) -> [Vendor.Endpoint],
        _ body: @escaping @Sendable (Self) async throws -> Void
    ) async throws {
        var configuration = Simulator<Vendor>.Configuration(seed: 11)
        configuration.settings = settings
        configuration.webhookPolicy = .init(waits: Array(repeating: .milliseconds(10), count: 3))
        try await run(configuration, shop: shop, endpoints: endpoints, body)
    }

    func post(_ path: String, fields: HTTPFields = [:], _ json: JSONValue) async throws -> Answer {
        var fields = fields
        fields.append(.contentType, "application/json")
        return try await call(.post, path, fields: fields, body: json.bytes())
    }

    /// A control call's answer, once the shop has nothing more to answer.
    func look(_ path: String) async throws -> JSONValue {
        try await control(.get, path + "?wait_ms=10000").json
    }

    /// Tells the simulator something.
    @discardableResult
    func tell(_ path: String, _ json: JSONValue = [:]) async throws -> JSONValue {
        try await control(.post, path, json).json
    }

    /// The book's entry of a payment, whose id may not be known.
    func entry(_ name: String, _ value: String) -> Book.Entry? {
        simulator.book.newestFirst.first { $0.metadata[name] == value }
    }
}

/// Carries what a test saw out of its bench.
final class Box: @unchecked Sendable {
    // Safe because: written by one test's body, read when that is over.
    var value = JSONValue.null
}
