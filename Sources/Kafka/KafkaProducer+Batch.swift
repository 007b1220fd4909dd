#if Kafka
import Reactor

extension KafkaProducer {
    /// Messages that belong together: their sender waits for the last report.
    package final class Batch: @unchecked Sendable {
        // Safe because: touched only on its producer's loop.
        let number: UInt
        private let count: Int
        var left: Int
        /// The first message that is known to have failed.
        private var firstFailed: Int?
        private var failure: KafkaError?
        /// The sender, waiting for reports or for room.
        var waiter = Waiter()

        init(_ number: UInt, of count: Int) {
            self.number = number
            self.count = count
            left = count
        }

        /// Whether one of its messages is known to have failed: what is handed over now would
        /// overtake it.
        package var hasFailed: Bool { failure != nil }

        /// A refusal says more than that the producer is done, which may be because of it.
        func fail(_ error: KafkaError, at index: Int) {
            firstFailed = min(firstFailed ?? index, index)
            if failure == nil || failure?.code == .fatal && error.code == .refused {
                failure = error
            }
        }

        /// A message and those after it were not handed over, so nobody reports them.
        func stop(at index: Int) { left -= min(left, count - index) }

        /// No more is reported: which messages have arrived is not known.
        func abandon(_ error: KafkaError) {
            guard left > 0 else { return }
            left = 0
            fail(error, at: 0)
        }

        var receipt: KafkaReceipt {
            KafkaReceipt(confirmed: firstFailed ?? count, error: failure)
        }
    }
}
#endif
