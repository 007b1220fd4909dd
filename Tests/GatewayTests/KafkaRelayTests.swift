#if Kafka
import Foundation
import HTTP
import JSON
import KafkaKit
import Reactor
import TestKit
import Testing

/// Events from the running gateway to Kafka's wire protocol over real sockets: all of them, in
/// order, whoever dies or is away.
@Suite(.serialized) struct KafkaRelayTests {
    private let kafka: MockCluster
    private let blocking = BlockingPool(name: "reader", threads: 1)

    init() throws {
        kafka = try MockCluster()
    }

    private func makeStack(_ settings: [String: String] = [:]) async throws -> TestStack {
        try await TestStack(
            cluster: try await PostgresCluster(),
            settings: [
                "GATEWAY_KAFKA_BROKERS": kafka.bootstrap,
                "GATEWAY_KAFKA_TOPIC": "{namespace}.{tenant}",
            ].merging(settings) { $1 }
        )
    }

    private func makeReader(_ stack: TestStack) throws -> TopicReader {
        try TopicReader(kafka.bootstrap, topics: ["melmastoon.\(stack.tenant)"])
    }

    /// Returns once the feed has what the payments say.
    private func pay(_ stack: TestStack, _ times: Int) async throws {
        var ids: Set<String> = []
        for _ in 0..<times {
            ids.insert(try await stack.payCash())
        }
        try await eventually {
            let told = try await feed(stack).filter {
                $0["type"]?.stringValue?.contains("transaction.captured") == true
            }
            return ids.isSubset(of: told.compactMap { $0["subject"]?.stringValue })
        }
    }

    /// The feed's documents.
    private func feed(_ stack: TestStack) async throws -> [JSONValue] {
        try #require(
            try await stack.client.get("/events?limit=500").body["data"]?.arrayValue
        )
    }

    /// Reads on until the topic has everything that the feed has, and returns that: events of no
    /// payment may follow at any time.
    @discardableResult
    private func readAll(
        _ reader: TopicReader,
        _ stack: TestStack,
        into records: inout [TopicReader.Record]
    ) async throws -> [JSONValue] {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            records += try await blocking.run { reader.read() }
            let told = Set(records.compactMap { $0.headers["ce_id"] })
            let feed = try await feed(stack)
            if told.isSuperset(of: feed.compactMap { $0["id"]?.stringValue }) { return feed }
        }
        throw Program.Failure(
            description: "not everything arrived\n\(stack.logs.suffix(4_000))"
        )
    }

    /// What arrived is what the feed has, attribute by attribute, and each aggregate's events
    /// arrived first in their order.
    private func check(_ records: [TopicReader.Record], _ feed: [JSONValue]) throws {
        let byID = Dictionary(grouping: records) { $0.headers["ce_id"] ?? "" }
        #expect(byID.count == feed.count)
        for event in feed {
            let members = try #require(event.objectValue)
            var headers: [String: String] = [:]
            for member in members.members where member.name != "data" {
                let isType = member.name == "datacontenttype"
                headers[isType ? "content-type" : "ce_\(member.name)"] =
                    member.value.stringValue
            }
            let told = try #require(byID[headers["ce_id"] ?? ""], "\(event) is missing")
            for record in told {
                #expect(record.headers == headers)
                #expect(record.key == headers["ce_subject"])
                #expect(try JSONValue.parse(record.value) == event["data"])
            }
        }
        for (key, own) in Dictionary(grouping: records, by: \.key) {
            var seen: Set<String> = []
            let firsts = own.filter { seen.insert($0.headers["ce_id"] ?? "").inserted }
            let sequences = firsts.compactMap { Int64($0.headers["ce_sequence"] ?? "") }
            #expect(sequences == sequences.sorted(), "\(key) is out of order")
            #expect(Set(own.map(\.partition)).count == 1)
        }
    }

    @Test func `events arrive as CloudEvents in order, those of a broker's absence too`()
        async throws
    {
        let stack = try await makeStack()
        let reader = try makeReader(stack)
        var records: [TopicReader.Record] = []
        try await pay(stack, 3)
        try await readAll(reader, stack, into: &records)
        #expect(!records.isEmpty)

        kafka.takeDown()
        try await pay(stack, 5)
        try await eventually {
            let metrics = try await stack.client.raw(.get, "/metrics", nil)
            let lag = metrics.body.stringValue?.split(separator: "\n")
                .first { $0.hasPrefix("event_relay_lag_events") }?.split(separator: " ").last
            return (lag.flatMap { Double($0) } ?? 0) > 0
        }
        kafka.bringUp()
        let feed = try await readAll(reader, stack, into: &records)
        try check(records, feed)
        #expect(Set(records.map { $0.headers["ce_id"] }).count == records.count)
        #expect(stack.stop() == 0)
    }

    @Test func `an event that Kafka refuses lets nothing pass it, and nothing is sent twice`()
        async throws
    {
        let stack = try await makeStack(["GATEWAY_KAFKA_OPTIONS": "message.max.bytes=20000"])
        let reader = try makeReader(stack)
        let (aggregate, large, count) = ("pay_of_the_suite", 300, 1_000)
        try await DatabaseHand.on(stack) { hand in
            try await hand.leaveEvents(count, of: aggregate, large: large)
        }
        try await eventually {
            let metrics = try await stack.client.raw(.get, "/metrics", nil)
            let refusals = metrics.body.stringValue?.split(separator: "\n").first {
                $0.hasPrefix(#"event_relay_failures_total{reason="refused"}"#)
            }?.split(separator: " ").last
            return (refusals.flatMap { Double($0) } ?? 0) >= 3
        }
        var sequences: [Int] = []
        func readOn() async throws {
            let records = try await blocking.run { reader.read() }
            sequences += records.filter { $0.key == aggregate }
                .compactMap { Int($0.headers["ce_sequence"] ?? "") }
        }
        try await eventually {
            try await readOn()
            return sequences.count >= large - 1
        }
        try await readOn()
        #expect(sequences == Array(1..<large))

        try await DatabaseHand.on(stack) { hand in
            try await hand.shrinkEvent(large, of: aggregate)
        }
        try await eventually(within: .seconds(60)) {
            try await readOn()
            return sequences.count >= count
        }
        try await readOn()
        #expect(sequences == Array(1...count))
        #expect(stack.stop() == 0)
    }

    @Test func `killed between sending and noting it, the same event comes again`()
        async throws
    {
        let stack = try await makeStack()
        let reader = try makeReader(stack)
        var records: [TopicReader.Record] = []
        try await pay(stack, 1)
        try await readAll(reader, stack, into: &records)

        let before = Set(records.map { $0.headers["ce_id"] })
        kafka.delayConfirmation(milliseconds: 20_000)
        try await pay(stack, 1)
        var unconfirmed: Set<String> = []
        try await eventually {
            records += try await blocking.run { reader.read() }
            unconfirmed = Set(records.compactMap { $0.headers["ce_id"] })
                .subtracting(before.compactMap(\.self))
            return !unconfirmed.isEmpty
        }
        stack.kill()
        try stack.start()
        try await stack.client.untilReady()
        try await pay(stack, 2)
        func copies(of id: String) -> Int { records.count { $0.headers["ce_id"] == id } }
        try await eventually {
            records += try await blocking.run { reader.read() }
            return unconfirmed.allSatisfy { copies(of: $0) >= 2 }
        }
        let feed = try await readAll(reader, stack, into: &records)
        for id in unconfirmed { #expect(copies(of: id) == 2, "\(id)") }
        try check(records, feed)
    }
}
#endif
