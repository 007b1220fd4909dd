import Cryptography
import Foundation
import HTTP
import HTTPServer
import JSON
import Reactor
import Synchronization
import TestKit
import Testing

/// Subscribers that do what they should not, over real sockets: each is dealt with by itself.
@Suite(.serialized) struct SubscriberTests {
    private func subscribe(
        _ url: String,
        _ client: TestClient,
        types: JSONValue
    ) async throws -> String {
        let body: JSONValue = ["url": .string(url), "event_types": types]
        let made = try await client.post("/event-subscriptions", body)
        #expect(made.status == 201, "\(made)")
        return try #require(made.text("id"))
    }

    /// The delivery log of a subscription once all of it was tried.
    private func log(_ id: String, _ stack: TestStack, _ count: Int) async throws -> [JSONValue] {
        var entries: [JSONValue] = []
        try await eventually {
            let listed = try await stack.client.get("/event-subscriptions/\(id)/deliveries")
            entries = (listed.body["data"]?.arrayValue ?? []).filter {
                $0["last_status_code"] != .null || $0["last_error"] != .null
            }
            return entries.count >= count
        }
        return entries
    }

    @Test(.timeLimit(.minutes(5)))
    func `one that is slow, redirects or wants rest holds up no other and is asked as it says`()
        async throws
    {
        let stack = try await TestStack(settings: ["GATEWAY_EVENT_RECEIVERS": "any"])
        let crowd = Crowd()
        try await crowd.serving { base in
            let types: JSONValue = ["transaction.captured"]
            _ = try await subscribe("\(base)/quick", stack.client, types: types)
            let slow = try await subscribe("\(base)/slow", stack.client, types: types)
            let mover = try await subscribe("\(base)/moved", stack.client, types: types)
            let busy = try await subscribe("\(base)/busy", stack.client, types: types)
            for _ in 0..<5 { try await stack.payCash() }
            try await eventually { crowd.answered("/quick") == 5 }
            #expect(crowd.answered("/slow") == 0, "the quick one waited for the slow one")
            #expect(crowd.asked("/slow") > 0)

            for entry in try await log(mover, stack, 5) {
                #expect(entry["last_status_code"] == 302)
                #expect(entry["status"] == "ready")
            }
            #expect(crowd.asked("/elsewhere") == 0, "a redirect was followed")

            for entry in try await log(busy, stack, 5) {
                #expect(entry["last_status_code"] == 429)
                let due = try #require(entry["due_at"]?.stringValue)
                let date = try #require(Self.date(due))
                #expect(date.timeIntervalSinceNow > 3_500, "not in an hour but at \(due)")
            }
            #expect(crowd.asked("/busy") == 5, "a wish to wait was not heard")

            crowd.release()
            let entries = try await log(slow, stack, 5)
            #expect(entries.allSatisfy { $0["status"] == "delivered" }, "\(entries)")
            #expect(crowd.asked("/slow") == 5)
        }
    }

    private static func date(_ text: String) -> Date? {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        return formatter.date(from: text) ?? ISO8601DateFormatter().date(from: text)
    }

    @Test(.timeLimit(.minutes(5)))
    func `one whose certificate nobody vouches for is told nothing`() async throws {
        let stack = try await TestStack(settings: ["GATEWAY_EVENT_RECEIVERS": "any"])
        let files = (chain: "\(stack.folder)/peer.pem", key: "\(stack.folder)/peer.key")
        try Program.run(
            [
                "openssl", "req", "-x509", "-new", "-nodes", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-subj", "/CN=peer", "-addext",
                "subjectAltName=IP:127.0.0.1", "-days", "2", "-keyout", files.key, "-out",
                files.chain,
            ],
            environment: [:],
            program: "/usr/bin/env"
        )
        let receiver = EventReceiver()
        let context = try TLSContext.server(
            certificateChain: files.chain,
            privateKey: files.key
        )
        try await receiver.serving(tls: context) { base in
            let id = try await subscribe(
                "\(base)/events",
                stack.client,
                types: ["transaction.captured"]
            )
            try await stack.payCash()
            for entry in try await log(id, stack, 1) {
                #expect(entry["last_error"] == "tls")
                #expect(entry["status"] == "ready")
            }
            #expect(receiver.received.isEmpty)
        }
    }

    /// A file in the place of `/etc/hosts`, for one program and those that it runs.
    private static let unshare = ["/usr/bin/unshare", "--map-root-user", "--mount"]
    private static let canReplaceHosts =
        (try? Program.run(
            Array(unshare.dropFirst()) + ["true"],
            environment: [:],
            program: unshare[0]
        )) != nil

    @Test(
        .enabled(if: canReplaceHosts, "needs namespaces of a user's own"),
        .timeLimit(.minutes(5))
    )
    func `a name that was public and leads inside when it is called is not called`()
        async throws
    {
        let hosts = FileManager.default.temporaryDirectory
            .appendingPathComponent("gateway-hosts-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: hosts) }
        func resolve(to address: String) throws {
            // In place: the mount holds the file, not its name.
            try Data("\(address) receiver.test\n127.0.0.1 localhost\n".utf8).write(to: hosts)
        }
        try resolve(to: "93.184.216.34")
        // The second replica goes anywhere: it shows that the name leads to the receiver.
        let stack = try await TestStack(
            replicas: 2,
            own: [1: ["GATEWAY_EVENT_RECEIVERS": "any"]],
            launcher: Self.unshare + [
                "sh", "-c", "mount --bind \(hosts.path) /etc/hosts && exec \"$@\"", "sh",
            ]
        )
        let receiver = EventReceiver()
        try await receiver.serving { base in
            let url = base.replacing("127.0.0.1", with: "receiver.test") + "/events"
            let id = try await subscribe(
                url,
                stack.replicaClient(1),
                types: ["transaction.failed"]
            )
            try resolve(to: "127.0.0.1")
            let ping = "/event-subscriptions/\(id)/ping"
            let refused = try await stack.replicaClient(0).post(ping, [:])
            #expect(refused.body["delivered"] == false, "\(refused)")
            #expect(receiver.received.isEmpty)
            let taken = try await stack.replicaClient(1).post(ping, [:])
            #expect(taken.body["delivered"] == true, "\(taken)")
            #expect(receiver.received.count == 1)
        }
    }
}

/// Receivers with a manner each, by their paths.
private final class Crowd: HTTPHandler, Sendable {
    private struct State {
        var asked: [String: Int] = [:]
        var answered: [String: Int] = [:]
        var isReleased = false
    }

    private let state = Mutex(State())

    func asked(_ path: String) -> Int { state.withLock { $0.asked[path] ?? 0 } }
    func answered(_ path: String) -> Int { state.withLock { $0.answered[path] ?? 0 } }

    /// Lets the slow one answer.
    func release() { state.withLock { $0.isReleased = true } }

    func handle(_ exchange: HTTPExchange) async {
        let path = exchange.path
        state.withLock { $0.asked[path, default: 0] += 1 }
        // Silence is right: a body that does not come is no delivery.
        guard (try? await exchange.body(limit: 1 << 20)) != nil else { return }
        switch path {
        case "/moved":
            exchange.respond(.found, fields: [.location: "/elsewhere"])
        case "/busy":
            exchange.respond(.tooManyRequests, fields: [.retryAfter: "3600"])
        default:
            if path == "/slow" { await untilReleased() }
            exchange.respond(.noContent)
        }
        state.withLock { $0.answered[path, default: 0] += 1 }
    }

    private func untilReleased() async {
        while !state.withLock({ $0.isReleased }) {
            // Silence is right: a loop that ends lets it answer.
            do { try await TestClient.pause() } catch { return }
        }
    }
}
