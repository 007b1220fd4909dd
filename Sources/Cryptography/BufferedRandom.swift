internal import Synchronization

/// ``SecureRandom`` a word at a time, from any thread: for identifiers, of which a request makes
/// several. Bytes are fetched many at once, since a system call for each would cost a read of one
/// payment 3 % of its time.
package struct BufferedRandom: RandomNumberGenerator, Sendable {
    package init() {}

    package func next() -> UInt64 {
        BufferedRandom.words.withLock { words in
            if words.isEmpty { words = BufferedRandom.fetch() }
            return words.removeLast()
        }
    }

    private static let words = Mutex<[UInt64]>([])
    private static let fetchedAtOnce = 128

    private static func fetch() -> [UInt64] {
        let bytes = SecureRandom.bytes(fetchedAtOnce * 8)
        return (0..<fetchedAtOnce).map { index in
            bytes[index * 8..<index * 8 + 8].reduce(0) { $0 << 8 | UInt64($1) }
        }
    }
}
