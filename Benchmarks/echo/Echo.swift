import ArgumentParser
import Cryptography
import Glibc
import HTTP
import HTTPServer
import Reactor

/// A server that answers 200 to every method and path and sends the body back: the subject for load
/// tools and for outside conformance suites.
@main
struct Echo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "echo",
        abstract: "Answers 200 to every request and sends its body back."
    )

    @Option(help: "Numeric address to listen on.") var host = "127.0.0.1"
    @Option(help: "Port to listen on; 0 lets the system choose.") var port: UInt16 = 8080
    @Option(help: "Event loops, each with its own listening socket.") var loops = 1

    @Option(help: "Longest request line in bytes.") var maxRequestLine = 8 * 1024
    @Option(help: "Most bytes of all field lines.") var maxHeaderBytes = 16 * 1024
    @Option(help: "Most field lines.") var maxHeaderCount = 100
    @Option(help: "Largest body in bytes.") var maxBody = 1024 * 1024
    @Option(help: "Most connections per loop.") var maxConnections = 10_000

    @Option(help: "Seconds between two requests.") var idleTimeout = 60.0
    @Option(help: "Seconds for a request's head.") var headerTimeout = 10.0
    @Option(help: "Seconds for a request's body.") var bodyTimeout = 30.0
    @Option(help: "Seconds for a client to accept an answer.") var writeTimeout = 30.0
    @Option(help: "Seconds for the handler.") var requestTimeout = 30.0
    @Option(help: "Seconds to listen after the last answer.") var lingerTimeout = 2.0
    @Option(help: "Seconds for running requests at the end.") var drainTimeout = 5.0

    @Option(help: "PEM file with a certificate chain: listens under TLS.") var certificate: String?
    @Option(help: "PEM file with the certificate's key.") var key: String?
    @Option(help: "PEM file with authorities: clients must show certificates.")
    var clientCA: String?

    @Option(help: "Seconds that the handler waits before it answers.") var delay = 0.0

    func validate() throws {
        guard loops > 0 else { throw ValidationError("--loops must be positive") }
        // Half of it would be plain HTTP, or a server that asks nobody for a certificate.
        guard (certificate == nil) == (key == nil) else {
            throw ValidationError("--certificate and --key belong together")
        }
        guard clientCA == nil || certificate != nil else {
            throw ValidationError("--client-ca needs --certificate")
        }
    }

    func run() async throws {
        let stop = ProcessSignals.stream([SIGTERM: (), SIGINT: ()])
        guard let address = SocketAddress(host, port: port) else {
            throw ValidationError("--host must be a numeric address")
        }
        var servers: [HTTPServer] = []
        var shared = address
        for index in 0..<loops {
            let loop = try EventLoop(name: "loop-\(index)")
            loop.start()
            let configuration = try configuration(at: shared)
            let handler = EchoHandler(loop: loop, delay: .seconds(delay))
            let server = HTTPServer(loop: loop, configuration: configuration, handler: handler)
            // The first loop's port is everybody's, also when the system chose it.
            shared = try await loop.submit { try server.listen() }
            servers.append(server)
        }
        print("listening on \(shared)")
        // A pipe gets the line now: whoever let the system choose the port waits for it.
        fflush(nil)
        for await _ in stop { break }
        try await withThrowingTaskGroup { group in
            for server in servers {
                group.addTask { [limit = Duration.seconds(drainTimeout)] in
                    try await server.loop.submit { await server.drain(within: limit) }
                }
            }
            try await group.waitForAll()
        }
    }

    private func configuration(at address: SocketAddress) throws -> HTTPServerConfiguration {
        var configuration = HTTPServerConfiguration(address: address)
        configuration.isPortShared = loops > 1
        configuration.maximumConnections = maxConnections
        configuration.maximumRequestLineBytes = maxRequestLine
        configuration.maximumHeaderBytes = maxHeaderBytes
        configuration.maximumHeaderCount = maxHeaderCount
        configuration.maximumBodyBytes = maxBody
        configuration.idleTimeout = .seconds(idleTimeout)
        configuration.headerTimeout = .seconds(headerTimeout)
        configuration.bodyTimeout = .seconds(bodyTimeout)
        configuration.writeTimeout = .seconds(writeTimeout)
        configuration.requestTimeout = .seconds(requestTimeout)
        configuration.lingerTimeout = .seconds(lingerTimeout)
        if let certificate, let key {
            configuration.tls = try TLSContext.server(
                certificateChain: certificate,
                privateKey: key,
                clientCertificates: clientCA == nil ? .ignored : .required,
                clientAuthorities: clientCA
            )
        }
        return configuration
    }
}

/// Sends the body back.
struct EchoHandler: HTTPHandler {
    let loop: EventLoop
    let delay: Duration

    private static let empty = PreparedResponse(.ok, fields: [.contentType: "text/plain"])

    func handle(_ exchange: HTTPExchange) async {
        if delay > .zero {
            // A server that is going down answers at once.
            do { try await loop.sleep(for: delay) } catch {}
        }
        guard exchange.hasBody else { return exchange.respond(prepared: EchoHandler.empty) }
        do throws(HTTPBodyError) {
            let body = try await exchange.body()
            let type = exchange.field(.contentType) ?? "application/octet-stream"
            exchange.respond(.ok, fields: [.contentType: type], body: body)
        } catch {
            // The server answers what was wrong with the body.
        }
    }
}
