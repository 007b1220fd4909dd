#if Kafka
import Kafka
import KafkaKit
import Reactor
import Testing

/// What is sent arrives once, in order per key, whatever happens to connections and brokers.
@Suite(.serialized) struct KafkaProducerTests {
    private let cluster: MockCluster
    private let loop: EventLoop
    private let blocking = BlockingPool(name: "kafka", threads: 2)

    init() throws {
        cluster = try MockCluster()
        loop = try EventLoop(name: "kafka")
        loop.start()
    }

    private func producing(
        _ properties: [String: String] = [:],
        _ body: @escaping @Sendable (KafkaProducer) async throws -> Void
    ) async throws {
        let (bootstrap, loop, blocking) = (cluster.bootstrap, loop, blocking)
        try await loop.submit {
            let producer = try KafkaProducer(
                loop: loop,
                blocking: blocking,
                configuration: KafkaConfiguration(properties)
                    .with(["bootstrap.servers": bootstrap]),
                notice: { _ in }
            )
            do { try await body(producer) } catch {
                await producer.close()
                throw error
            }
            await producer.close()
        }
    }

    /// Messages of `keys` keys in turn; the value counts them.
    private static func messages(_ range: Range<Int>, keys: Int = 5) -> [KafkaMessage] {
        range.map {
            KafkaMessage(
                topic: "events",
                key: Array("key-\($0 % keys)".utf8),
                headers: [KafkaHeader("ce_id", "evt-\($0)"), KafkaHeader("ce_empty", "")],
                value: Array("\($0)".utf8),
                timestamp: 1_700_000_000_000
            )
        }
    }

    /// Everything up to `count` messages, as counted by their values.
    private func read(_ count: Int) async throws -> [TopicReader.Record] {
        let bootstrap = cluster.bootstrap
        return try await blocking.run {
            let reader = try TopicReader(bootstrap, topics: ["events"])
            var records: [TopicReader.Record] = []
            let deadline = ContinuousClock.now + .seconds(20)
            while records.count < count, ContinuousClock.now < deadline {
                records += reader.read()
            }
            // Nothing comes behind the last one.
            return records + reader.read(milliseconds: 200)
        }
    }

    private func expectOnceInOrder(_ records: [TopicReader.Record], _ count: Int) {
        let values = Set(records.map { String(decoding: $0.value, as: UTF8.self) })
        let missing = (0..<count).filter { !values.contains("\($0)") }
        #expect(missing.isEmpty)
        #expect(records.count == count)
        for (key, own) in Dictionary(grouping: records, by: \.key) {
            let numbers = own.compactMap { Int(String(decoding: $0.value, as: UTF8.self)) }
            #expect(numbers == numbers.sorted(), "\(key) is out of order")
            #expect(Set(numbers).count == own.count, "\(key) has one twice")
            #expect(Set(own.map(\.partition)).count == 1, "\(key) is in several partitions")
        }
    }

    @Test func `messages arrive once, in order per key, with key, headers and value`()
        async throws
    {
        try await producing { try await $0.send(Self.messages(0..<1_000)) }
        let records = try await read(1_000)
        expectOnceInOrder(records, 1_000)
        let first = try #require(records.first { $0.headers["ce_id"] == "evt-0" })
        #expect(first.key == "key-0")
        #expect(first.value == Array("0".utf8))
        #expect(first.headers == ["ce_id": "evt-0", "ce_empty": ""])
    }

    @Test func `refused writes and lost connections neither double nor reorder`() async throws {
        let cluster = cluster
        // A broker refuses what overtakes a refused write, by its sequence number. This cluster does
        // not look at those, so nothing may be able to overtake.
        let properties = [
            "linger.ms": "0", "retry.backoff.ms": "10",
            "max.in.flight.requests.per.connection": "1",
        ]
        try await producing(properties) { producer in
            try await producer.send(Self.messages(0..<10))
            cluster.failNextWrites(3, losingConnection: false)
            try await producer.send(Self.messages(10..<200))
            cluster.failNextWrites(2, losingConnection: true)
            try await producer.send(Self.messages(200..<400))
        }
        expectOnceInOrder(try await read(400), 400)
    }

    @Test func `what is sent while the broker is away arrives in order when it is back`()
        async throws
    {
        let (cluster, loop) = (cluster, loop)
        try await producing { producer in
            try await producer.send(Self.messages(0..<10))
            cluster.takeDown()
            let began = ContinuousClock.now
            loop.spawn {
                // Silence is right: nobody cancels it.
                try? await loop.sleep(for: .milliseconds(300))
                cluster.bringUp()
            }
            try await producer.send(Self.messages(10..<300))
            #expect(ContinuousClock.now - began >= .milliseconds(300))
        }
        expectOnceInOrder(try await read(300), 300)
    }

    @Test func `more than the queue holds waits for room`() async throws {
        try await producing(["queue.buffering.max.messages": "50"]) {
            try await $0.send(Self.messages(0..<1_000))
        }
        expectOnceInOrder(try await read(1_000), 1_000)
    }

    @Test func `closing tells who waits, and nothing is sent afterwards`() async throws {
        cluster.takeDown()
        let loop = loop
        try await producing { producer in
            let waiting = loop.submitting { try await producer.send(Self.messages(0..<3)) }
            try await loop.sleep(for: .milliseconds(50))
            await producer.close()
            await #expect(throws: KafkaError(.closed, "the producer was closed")) {
                try await waiting.value
            }
            await #expect(throws: KafkaError.self) {
                try await producer.send(Self.messages(0..<1))
            }
        }
    }

    @Test func `a message that is too large is refused, and the next is sent`() async throws {
        try await producing(["message.max.bytes": "2000"]) { producer in
            let large = KafkaMessage(
                topic: "events",
                key: [1],
                headers: [],
                value: [UInt8](repeating: 1, count: 5_000),
                timestamp: 0
            )
            do {
                try await producer.send(Self.messages(0..<2) + [large])
                Issue.record("a message of 5,000 bytes was taken")
            } catch let error as KafkaError {
                #expect(error.code == .refused)
            }
            try await producer.send(Self.messages(2..<4))
        }
        expectOnceInOrder(try await read(4), 4)
    }

    @Test func `a receipt counts what was confirmed before a refusal, and nothing follows that`()
        async throws
    {
        try await producing(["message.max.bytes": "2000"]) { producer in
            let large = KafkaMessage(
                topic: "events",
                key: [1],
                headers: [],
                value: [UInt8](repeating: 1, count: 5_000),
                timestamp: 0
            )
            let batch = await producer.hand(
                Self.messages(0..<3) + [large] + Self.messages(9..<12)
            )
            #expect(batch.hasFailed)
            let receipt = await producer.confirm(batch)
            #expect(receipt.confirmed == 3)
            #expect(receipt.error?.code == .refused)
            #expect(!producer.hasFailed)
            let whole = await producer.confirm(await producer.hand(Self.messages(3..<5)))
            #expect(whole.confirmed == 2)
            #expect(whole.error == nil)
        }
        expectOnceInOrder(try await read(5), 5)
    }

    /// Nothing may follow past the gap, so the producer is done; whose message it was can be told
    /// from what was only behind it. What was on its way at that moment a broker refuses by its
    /// sequence number; this cluster does not look at those.
    @Test func `a broker's refusal ends the producer and is told from what it takes along`()
        async throws
    {
        let cluster = cluster
        let properties = [
            "linger.ms": "0", "batch.num.messages": "1",
            "max.in.flight.requests.per.connection": "1",
        ]
        try await producing(properties) { producer in
            try await producer.send(Self.messages(0..<1, keys: 1))
            cluster.refuseNextWrite()
            let refused = await producer.hand(Self.messages(1..<2, keys: 1))
            let behind = await producer.hand(Self.messages(2..<6, keys: 1))
            let receipt = await producer.confirm(refused)
            #expect(receipt.confirmed == 0)
            #expect(receipt.error?.code == .refused)
            #expect(producer.hasFailed)
            await producer.settle()
            let other = await producer.confirm(behind)
            #expect(other.error?.code == .fatal)
            #expect(await producer.hand(Self.messages(6..<7)).hasFailed)
        }
        let values = try await read(1).map { String(decoding: $0.value, as: UTF8.self) }
        #expect(values.first == "0")
        #expect(Set(values).isDisjoint(with: ["1", "4", "5", "6"]))
    }

    @Test(arguments: [["no.such.property": "1"], ["linger.ms": "soon"], ["acks": "1"]])
    func `properties that librdkafka refuses are named, their values are not`(
        properties: [String: String]
    ) async throws {
        do {
            try await producing(properties) { _ in }
            Issue.record("\(properties) was taken")
        } catch let error as KafkaError {
            #expect(error.code == .configuration)
            #expect(!error.message.contains("soon"))
        }
    }
}

extension EventLoop {
    fileprivate func submitting(
        _ body: @escaping @Sendable () async throws -> Void
    ) -> Task<Void, any Error> {
        Task(executorPreference: self) { try await body() }
    }
}
#endif
