import Foundation
import HTTP
import HTTPServer
import Reactor
import TestKit

/// A server on a loop of its own, for the length of one test.
struct TestServer: Sendable {
    let loop: EventLoop
    let server: HTTPServer
    let port: UInt16

    /// Runs `body` against a server with `handler`, and stops it.
    static func run<Result: Sendable>(
        _ handler: any HTTPHandler = Echo(),
        _ configuration: HTTPServerConfiguration = .with { _ in },
        _ body: @Sendable (TestServer) async throws -> Result
    ) async throws -> Result {
        let loop = try EventLoop(name: "server")
        loop.start()
        let server = HTTPServer(loop: loop, configuration: configuration, handler: handler)
        let port = try await loop.submit { try server.listen() }.port
        let result: Result
        do {
            result = try await body(TestServer(loop: loop, server: server, port: port))
        } catch {
            try await loop.submit { await server.drain(within: .zero) }
            throw error
        }
        try await loop.submit { await server.drain(within: .seconds(1)) }
        await loop.stop()
        return result
    }

    func connect(receiveBuffer: Int32? = nil) throws -> WireClient {
        try WireClient(port: port, receiveBuffer: receiveBuffer)
    }

    /// Sends `request` on a new connection and reads everything until the server closes it.
    func exchange(_ request: String) throws -> String {
        let client = try connect()
        client.send(request)
        return try client.readToEnd()
    }

    /// Waits until `condition`, which is asked on the loop, holds.
    func until(_ condition: @escaping @Sendable (HTTPServer) -> Bool) async throws {
        try await loop.submit { [server, loop] in
            let deadline = ContinuousClock.now + .seconds(30)
            while !condition(server) {
                guard ContinuousClock.now < deadline else { throw NeverHeld() }
                try await loop.sleep(for: .milliseconds(1))
            }
        }
    }

    /// What was awaited did not come about.
    private struct NeverHeld: Error {}
}

extension HTTPServerConfiguration {
    /// The defaults, on a port that the system chooses, with `change`.
    static func with(_ change: (inout HTTPServerConfiguration) -> Void) -> HTTPServerConfiguration {
        guard let address = SocketAddress("127.0.0.1", port: 0) else {
            preconditionFailure("a numeric address")
        }
        var configuration = HTTPServerConfiguration(address: address)
        configuration.lingerTimeout = .milliseconds(500)
        change(&configuration)
        return configuration
    }
}

/// Answers 200 with what it got: method, path and query in fields, the body as body.
struct Echo: HTTPHandler {
    func handle(_ exchange: HTTPExchange) async {
        do throws(HTTPBodyError) {
            let body = try await exchange.body()
            var fields: HTTPFields = [
                "X-Method": exchange.method.rawValue, "X-Path": exchange.path,
            ]
            if let query = exchange.query { fields.append("X-Query", query) }
            if let host = exchange.authority { fields.append("X-Authority", host) }
            for trailer in exchange.trailers.all {
                fields.append("X-Trailer", "\(trailer.name)=\(trailer.value)")
            }
            exchange.respond(.ok, fields: fields, body: body)
        } catch {
            // The server answers.
        }
    }
}

/// A handler from a closure.
struct Handler: HTTPHandler {
    let body: @Sendable (HTTPExchange) async -> Void

    init(_ body: @escaping @Sendable (HTTPExchange) async -> Void) { self.body = body }

    func handle(_ exchange: HTTPExchange) async { await body(exchange) }
}

/// Holds a loop still while its clients act, so that what they did comes to it at once.
final class Turnstile: Sendable {
    private let held = DispatchSemaphore(value: 0)
    private let released = DispatchSemaphore(value: 0)

    /// Called on the loop: keeps it until `whileHeld` has run.
    func hold() {
        held.signal()
        released.wait()
    }

    /// Runs `body` while the loop is held.
    func whileHeld<Result>(_ body: () throws -> Result) rethrows -> Result {
        held.wait()
        defer { released.signal() }
        return try body()
    }
}
