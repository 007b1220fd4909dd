#if Kafka
import Kafka
import KafkaKit
import Reactor
import Synchronization
import Testing

/// What is received is handled in order per partition, and never forgotten before it is done.
@Suite(.serialized) struct KafkaConsumerTests {
    private let cluster: MockCluster
    private let loop: EventLoop
    private let blocking = BlockingPool(name: "kafka", threads: 2)

    init() throws {
        cluster = try MockCluster()
        cluster.makeTopic("orders", partitions: 4)
        loop = try EventLoop(name: "kafka")
        loop.start()
    }

    /// What a handler was given, in its order.
    private final class Log: Sendable {
        private let entries = Mutex<[(partition: Int32, text: String)]>([])

        func add(_ message: ReceivedMessage) {
            let text = String(decoding: message.value, as: UTF8.self)
            entries.withLock { $0.append((message.partition, text)) }
        }

        var texts: [String] { entries.withLock { $0.map(\.text) } }

        func numbers(of partition: Int32) -> [Int] {
            entries.withLock { $0.filter { $0.partition == partition } }
                .compactMap { Int($0.text) }
        }

        func count(of text: String) -> Int { texts.count { $0 == text } }
    }

    private func produce(_ range: Range<Int>) async throws {
        let messages = range.map {
            KafkaMessage(
                topic: "orders",
                key: Array("key-\($0 % 8)".utf8),
                headers: [KafkaHeader("ce_id", "\($0)")],
                value: Array("\($0)".utf8),
                timestamp: 0
            )
        }
        try await cluster.produce(messages, on: loop, blocking)
    }

    /// Consumes until `isEnough`, and leaves.
    private func consume(
        until isEnough: @escaping @Sendable () -> Bool,
        _ handle: @escaping @Sendable (ReceivedMessage) async -> KafkaVerdict
    ) async throws {
        let (bootstrap, loop, blocking) = (cluster.bootstrap, loop, blocking)
        try await loop.submit {
            let consumer = try KafkaConsumer(
                loop: loop,
                blocking: blocking,
                // The mock cluster lets who joins after another wait for about a session.
                configuration: KafkaConfiguration([
                    "bootstrap.servers": bootstrap, "session.timeout.ms": "6000",
                ]),
                group: "gateway",
                topics: ["orders"],
                notice: { _ in },
                handle: handle
            )
            let deadline = loop.now + .seconds(30)
            while !isEnough(), loop.now < deadline {
                try await loop.sleep(for: .milliseconds(10))
            }
            await consumer.close()
            #expect(isEnough(), "it did not come about in time")
        }
    }

    @Test func `a message that must wait holds up its partition alone, and order holds`()
        async throws
    {
        try await produce(0..<400)
        let (log, refused) = (Log(), Log())
        try await consume {
            log.texts.count == 400
        } _: { message in
            #expect(message.header("ce_id") == String(decoding: message.value, as: UTF8.self))
            if message.value == Array("9".utf8), refused.texts.count < 3 {
                refused.add(message)
                return .later
            }
            log.add(message)
            return .done
        }
        for partition in Int32(0)..<4 {
            let numbers = log.numbers(of: partition)
            #expect(!numbers.isEmpty)
            #expect(numbers == numbers.sorted())
        }
        #expect(Set(log.texts).count == 400)
    }

    @Test func `who comes after begins with the first message that was not done`() async throws {
        try await produce(0..<40)
        let first = Log()
        // Number 17 is never done here; all that is in front of it is.
        try await consume {
            first.count(of: "17") >= 3
        } _: { message in
            first.add(message)
            return message.value == Array("17".utf8) ? .later : .done
        }
        try await produce(40..<41)
        let second = Log()
        try await consume {
            Set(first.texts).union(second.texts).count == 41 && second.count(of: "17") == 1
        } _: {
            second.add($0)
            return .done
        }
        let done = Set(first.texts).subtracting(["17"])
        #expect(done.isDisjoint(with: second.texts), "what was done came again")
        #expect(Set(first.texts).union(second.texts) == Set((0..<41).map { "\($0)" }))
    }

    @Test func `more than is held in memory is fetched as room comes`() async throws {
        try await produce(0..<3_000)
        let log = Log()
        try await consume {
            log.texts.count >= 3_000
        } _: {
            log.add($0)
            return .done
        }
        #expect(log.texts.count == 3_000)
    }
}
#endif
