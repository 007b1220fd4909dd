import ArgumentParser
import Glibc
import HTTP
import HTTPServer
import JSON
import KafkaKit
import Reactor

/// Where events go when they are measured: brokers that are librdkafka's own mock cluster, and receivers of signed
/// HTTP, as many as there are paths.
///
/// - `GET /`: the brokers' addresses.
/// - `POST /NAME`: an event is received; with `POST /NAME?SECONDS` answered so much later.
/// - `GET /NAME`: the report of what arrived at that name; `kafka` for the topic. See ``Arrivals/report()``.
@main
struct Receiver: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events-receiver",
        abstract: "Receives events over Kafka and signed HTTP, and tells how many and how old."
    )

    @Option(help: "Port to listen on; 0 lets the system choose.") var port: UInt16
    @Option(help: "The topic that is read; others are only written to.") var topic = "events"

    func run() async throws {
        let stop = ProcessSignals.stream([SIGTERM: (), SIGINT: ()])
        guard let address = SocketAddress("127.0.0.1", port: port) else {
            throw ValidationError("--port is no port")
        }
        let loop = try EventLoop(name: "receiver")
        loop.start()
        let places = Places()
        var brokers = ""
        #if Kafka
        let cluster = try MockCluster()
        brokers = cluster.bootstrap
        let reader = try TopicReader(brokers, topics: [topic])
        let reading = Task {
            while !Task.isCancelled {
                for record in reader.read(milliseconds: 50) {
                    places["kafka"].note(
                        record.headers["ce_id"] ?? "",
                        happened: record.headers["ce_time"] ?? ""
                    )
                }
            }
        }
        #endif
        let server = HTTPServer(
            loop: loop,
            configuration: HTTPServerConfiguration(address: address),
            handler: ReceiverHandler(loop: loop, places: places, brokers: brokers)
        )
        let bound = try await loop.submit { try server.listen() }
        print("listening on \(bound)")
        // A pipe gets the line now: whoever let the system choose the port waits for it.
        fflush(nil)
        for await _ in stop { break }
        try await loop.submit { await server.drain(within: .seconds(1)) }
        #if Kafka
        reading.cancel()
        await reading.value
        withExtendedLifetime(cluster) {}
        #endif
    }
}

private struct ReceiverHandler: HTTPHandler {
    let loop: EventLoop
    let places: Places
    let brokers: String

    private static let receipt = PreparedResponse(.noContent, fields: HTTPFields())

    func handle(_ exchange: HTTPExchange) async {
        let name = String(exchange.path.dropFirst())
        guard exchange.method == .post else {
            let text = name.isEmpty ? brokers : places[name].report()
            return exchange.respond(.ok, body: Array(text.utf8))
        }
        // Silence is right: a body that does not come is no event.
        guard let body = try? await exchange.body(), let event = try? JSONValue.parse(body) else {
            return exchange.respond(.badRequest)
        }
        if let seconds = exchange.query.flatMap({ Double($0) }) {
            // Silence is right: a server that is going down answers at once.
            try? await loop.sleep(for: .seconds(seconds))
        }
        places[name].note(
            event["id"]?.stringValue ?? "",
            happened: event["time"]?.stringValue ?? ""
        )
        exchange.respond(prepared: Self.receipt)
    }
}
