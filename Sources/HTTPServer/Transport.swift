internal import Cryptography
internal import Reactor

/// A connected socket, plain or under TLS, as plain text in both directions.
///
/// Owns the socket: letting go of it closes the connection.
final class Transport {
    enum Received: Equatable {
        case bytes(Int)
        case wouldBlock
        /// The peer has finished sending.
        case finished
        case broken
    }

    enum Sent: Equatable {
        case bytes(Int)
        case wouldBlock
        case broken
    }

    private let descriptor: Descriptor
    let session: TLSSession?
    /// Ciphertext that the socket has not taken yet, from `ciphertextStart`.
    private var ciphertext: [UInt8] = []
    private var ciphertextStart = 0

    /// Bytes that the socket took.
    private var sentCount = 0
    /// Ciphertext received since plain text last came out of it.
    private var silentCount = 0

    /// The most plain text encrypted ahead of the socket.
    private static let encryptionChunk = 64 * 1024
    /// The most ciphertext without plain text in it: more than any handshake takes. A peer that only
    /// renews its keys would otherwise be listened to for ever.
    private static let longestSilence = 256 * 1024
    /// The most ciphertext held back: more than an encrypted chunk, so that only a peer that
    /// provokes answers below HTTP and does not read them gets there.
    private static let longestCiphertext = 128 * 1024

    init(_ descriptor: consuming Descriptor, session: TLSSession?) {
        self.descriptor = descriptor
        self.session = session
    }

    var number: Int32 { descriptor.number }

    /// Bytes that the peer's kernel has acknowledged; grows.
    var takenCount: Int { sentCount - descriptor.unacknowledgedCount }

    /// Whether everything sent is with the kernel.
    var isFlushed: Bool { ciphertext.isEmpty }

    /// Receives plain text into `buffer[range]`.
    ///
    /// - Parameter scratch: room for ciphertext, shared by all connections of a loop.
    func receive(
        into buffer: inout [UInt8],
        at range: Range<Int>,
        scratch: inout [UInt8]
    ) -> Received {
        guard let session else {
            switch descriptor.receive(into: &buffer, at: range) {
            case .done(0): return .finished
            case .done(let count): return .bytes(count)
            case .wouldBlock: return .wouldBlock
            case .failed: return .broken
            }
        }
        while true {
            let reading = session.read(into: &buffer, at: range)
            // Reading may have produced a handshake message or an alert.
            session.takeCiphertext(into: &ciphertext)
            _ = flushCiphertext()
            switch reading {
            case .bytes(let count):
                silentCount = 0
                return .bytes(count)
            case .finished: return .finished
            case .failed: return .broken
            case .needsInput: break
            }
            guard silentCount <= Transport.longestSilence,
                ciphertext.count <= Transport.longestCiphertext
            else { return .broken }
            switch descriptor.receive(into: &scratch, at: 0..<scratch.count) {
            case .done(0): return .finished
            case .done(let count):
                silentCount += count
                session.admit(scratch, at: 0..<count)
            case .wouldBlock: return .wouldBlock
            case .failed: return .broken
            }
        }
    }

    /// Sends what can be taken of `bytes[range]`.
    func send(_ bytes: [UInt8], at range: Range<Int>) -> Sent {
        guard let session else {
            switch descriptor.send(bytes, at: range) {
            case .done(let count):
                sentCount += count
                return .bytes(count)
            case .wouldBlock: return .wouldBlock
            case .failed: return .broken
            }
        }
        let flushed = flushCiphertext()
        guard case .bytes = flushed else { return flushed }
        let end = min(range.upperBound, range.lowerBound + Transport.encryptionChunk)
        guard session.write(bytes, at: range.lowerBound..<end) else { return .broken }
        session.takeCiphertext(into: &ciphertext)
        if flushCiphertext() == .broken { return .broken }
        return .bytes(end - range.lowerBound)
    }

    /// Sends ciphertext that was held back; `.bytes(0)` when nothing is left.
    func flushCiphertext() -> Sent {
        while ciphertextStart < ciphertext.count {
            switch descriptor.send(ciphertext, at: ciphertextStart..<ciphertext.count) {
            case .done(let count):
                ciphertextStart += count
                sentCount += count
            case .wouldBlock: return .wouldBlock
            case .failed: return .broken
            }
        }
        // Freed rather than kept: an idle connection holds no buffer.
        if !ciphertext.isEmpty {
            ciphertext = []
            ciphertextStart = 0
        }
        return .bytes(0)
    }

    /// Says goodbye: the peer learns that nothing more will come, and may still be read.
    func finishSending() {
        if let session {
            session.finish()
            session.takeCiphertext(into: &ciphertext)
            _ = flushCiphertext()
        }
        descriptor.finishSending()
    }

    /// Makes the close a reset: the peer must not take a cut answer for a whole one.
    func resetOnClose() { descriptor.resetOnClose() }
}
