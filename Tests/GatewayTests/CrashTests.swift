import Foundation
import HTTP
import JSON
import Synchronization
import TestKit
import Testing

/// The process is killed, the database stops, replies are lost: nothing lost, doubled or stuck.
/// The checker reads only the simulator's book, the database's answers over the API and the feed.
@Suite(.serialized) struct CrashTests {
    /// Clients that behave as they should: every request is repeated under its key until it gets
    /// a final answer.
    struct Load {
        let stack: TestStack
        let method: String
        let replicas: Int

        /// Creates a hold and captures part of it, whatever happens to the servers meanwhile.
        func pay(_ number: Int) async throws -> (id: String, captured: Int64) {
            let held = try await insist(
                number,
                "/intents",
                [
                    "amount": .integer(1_000 + Int64(number)), "currency": "USD",
                    "capture_method": "manual",
                    "method": ["kind": "card", "id": .string(method)],
                ],
                key: "hold-\(number)"
            )
            let id = try #require(held.text("id"), "\(held)")
            if held.status == 202 { try await stack.until(id, "authorized", within: .seconds(90)) }
            let captured = try await insist(
                number,
                "/intents/\(id)/capture",
                ["amount": .integer(500 + Int64(number))],
                key: "capture-\(number)"
            )
            if captured.status == 202 {
                try await stack.until(id, "captured", within: .seconds(90))
            }
            return (id, 500 + Int64(number))
        }

        private func insist(
            _ number: Int,
            _ path: String,
            _ body: JSONValue,
            key: String
        ) async throws -> TestClient.Answer {
            let deadline = ContinuousClock.now + .seconds(120)
            var last: TestClient.Answer?
            var turn = number
            while ContinuousClock.now < deadline {
                turn += 1
                let client = stack.replicaClient(turn % replicas)
                if let answer = try? await client.post(path, body, key: key) {
                    last = answer
                    if [200, 201, 202].contains(answer.status) { return answer }
                    guard [409, 429, 503, 504].contains(answer.status) else {
                        throw Program.Failure(description: "\(path): \(answer)")
                    }
                }
                try await TestClient.pause()
            }
            throw Program.Failure(
                description:
                    "\(path): no final answer, last \(last.map(String.init(describing:)) ?? "none")"
            )
        }
    }

    static func check(_ stack: TestStack, _ paid: [(id: String, captured: Int64)]) async throws {
        let book = try await Book(stack.simulator)
        // Every payment of ours is one of the vendor's, and no attempt made two.
        var charged: [String: Int64] = [:]
        for payment in book.payments where payment.captured > 0 {
            let attempt = try #require(payment.attempt)
            #expect(charged[attempt] == nil, "attempt \(attempt) was charged twice")
            charged[attempt] = payment.captured
        }
        #expect(charged.values.reduce(0, +) == paid.map(\.captured).reduce(0, +))
        #expect(charged.count == paid.count)
        for payment in paid {
            let intent = try await stack.client.get("/intents/\(payment.id)")
            #expect(intent.text("status") == "captured", "\(intent)")
            #expect(intent.integer("amount_captured") == payment.captured)
        }
        try await checkFeed(stack, paid)
        // Throws when the books are not whole: a chain with a gap, a sum that no payment has.
        try Program.run(["ledger", "verify", stack.tenant], environment: stack.environment)
    }

    /// Every payment's events are there, in order and without a gap.
    private static func checkFeed(
        _ stack: TestStack,
        _ paid: [(id: String, captured: Int64)]
    ) async throws {
        let feed = try await Feed.read(stack.client, atLeast: paid.count * 3)
        let all = try await Feed.all(stack.client)
        #expect(all.map(\.position) == Array(1...Int64(all.count)))
        let bySubject = Dictionary(grouping: feed, by: \.subject)
        for payment in paid {
            let events = try #require(bySubject[payment.id], "no events of \(payment.id)")
            #expect(events.map(\.sequence) == Array(1...Int64(events.count)))
            #expect(events.first?.type == "transaction.created")
            #expect(events.filter { $0.type == "transaction.captured" }.count == 1)
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `killing the gateway at random instants under load loses and doubles nothing`()
        async throws
    {
        let stack = try await TestStack(
            cluster: try await PostgresCluster(),
            simulatorArguments: ["--latency-ms", "10", "--seed", "7"]
        )
        let method = try await stack.method()
        let load = Load(stack: stack, method: method, replicas: 1)
        let kills = Int(ProcessInfo.processInfo.environment["GATEWAY_TEST_KILLS"] ?? "40") ?? 40
        var random = SeededGenerator(seed: 20_261_121)
        let isDone = Mutex(false)
        async let killed: Int = {
            var count = 0
            while count < kills, !isDone.withLock({ $0 }) {
                let wait = UInt64.random(in: 5...400, using: &random)
                let until = ContinuousClock.now + .milliseconds(Int64(wait))
                while ContinuousClock.now < until { try await TestClient.pause() }
                stack.kill()
                try stack.start()
                try await stack.client.untilReady()
                count += 1
            }
            return count
        }()
        let paid = try await withThrowingTaskGroup(of: [(id: String, captured: Int64)].self) {
            group in
            for worker in 0..<8 {
                group.addTask {
                    var paid: [(id: String, captured: Int64)] = []
                    var number = worker
                    // Enough for the killer to be done long before, and then a little in peace.
                    while number < 8 * kills * 2 {
                        paid.append(try await load.pay(number))
                        number += 8
                    }
                    return paid
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        isDone.withLock { $0 = true }
        let count = try await killed
        #expect(count >= kills / 2)
        try await Self.check(stack, paid)
    }

    @Test func `a reply lost after the charge is found out`() async throws {
        let stack = try await TestStack()
        let method = try await stack.method()
        try await stack.fault(
            ["kind": "lose_reply", "name": "payment_intents.create"]
        )
        // The vendor's own word could come before the loss is noticed.
        try await stack.fault(["kind": "webhook_lose", "always": true])
        let unknown = try await stack.client.post(
            "/intents",
            MainPathTests.hold(stack, method),
            key: "once"
        )
        #expect(unknown.status == 202, "\(unknown)")
        #expect(unknown.text("status") == "processing")
        #expect(unknown.body["last_attempt"]?["outcome"] == "unknown")
        let id = try #require(unknown.text("id"))
        try await stack.until(id, "authorized")
        let replay = try await stack.client.post(
            "/intents",
            MainPathTests.hold(stack, method),
            key: "once"
        )
        #expect(replay.status == 201, "\(replay)")
        #expect(replay.isReplay)
        #expect(try await Book(stack.simulator).payments.count == 1)
    }

    @Test func `a fault that the vendor keeps under the key is found out, not repeated for a day`()
        async throws
    {
        let stack = try await TestStack()
        let method = try await stack.method()
        try await stack.fault(
            ["kind": "fail", "status": 500, "after_effect": true, "name": "payment_intents.create"]
        )
        try await stack.fault(["kind": "webhook_lose", "always": true])
        let unknown = try await stack.client.post("/intents", MainPathTests.hold(stack, method))
        #expect(unknown.status == 202, "\(unknown)")
        let id = try #require(unknown.text("id"))
        try await stack.until(id, "authorized")
        #expect(try await Book(stack.simulator).payments.count == 1)
    }

    @Test func `Postgres stopping under load loses and doubles nothing`() async throws {
        let cluster = try await PostgresCluster()
        let stack = try await TestStack(
            replicas: 2,
            cluster: cluster,
            simulatorArguments: ["--latency-ms", "5"]
        )
        let method = try await stack.method()
        let load = Load(stack: stack, method: method, replicas: 2)
        async let restarted: Void = {
            for _ in 0..<3 {
                for _ in 0..<20 { try await TestClient.pause() }
                try await cluster.restart(immediate: true)
            }
        }()
        let paid = try await withThrowingTaskGroup(of: (id: String, captured: Int64).self) {
            group in
            for number in 0..<60 {
                if number >= 8 { _ = try await group.next() }
                group.addTask { try await load.pay(number) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        try await restarted
        // The group's results of the first rounds were taken as they came: read all from the list.
        let list = try await stack.client.get("/intents?limit=100")
        let all = try #require(list.body["data"]?.arrayValue).map {
            (id: $0["id"]?.stringValue ?? "", captured: $0["amount_captured"]?.integerValue ?? 0)
        }
        #expect(all.count == 60)
        #expect(paid.count <= 60)
        try await Self.check(stack, all)
    }
}
