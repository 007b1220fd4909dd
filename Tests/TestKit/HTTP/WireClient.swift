package import Cryptography
internal import Glibc
internal import Reactor

/// A client that speaks bytes: a blocking socket with a time limit, so that no test hangs.
package final class WireClient {
    /// The peer did something else.
    package struct Unexpected: Error {}

    private let descriptor: Descriptor
    private var received: [UInt8] = []
    /// Up to where `received` has been consumed.
    private var start = 0
    package private(set) var session: TLSSession?
    /// Whether the peer ended the connection with a reset.
    package private(set) var wasReset = false
    /// Whether the peer let the time limit pass without a byte.
    package private(set) var hasWaitedInVain = false
    /// Whether the peer said, under TLS, that nothing more would come.
    package private(set) var heardGoodbye = false

    /// One answer as it stood on the wire.
    package struct Answer: Equatable {
        package fileprivate(set) var status: Int
        /// Lower-cased names.
        package fileprivate(set) var fields: [(name: String, value: String)]
        package fileprivate(set) var body: String

        package static func == (one: Answer, other: Answer) -> Bool {
            one.status == other.status && one.body == other.body
        }

        package func field(_ name: String) -> String? { fields.first { $0.name == name }?.value }
    }

    /// - Parameter receiveBuffer: the size of the kernel's buffer for what comes, in bytes; nil
    ///   leaves it to the kernel.
    package init(port: UInt16, receiveBuffer: Int32? = nil) throws {
        descriptor = try Self.connect(to: port, receiveBuffer)
    }

    static func connect(
        to port: UInt16,
        _ receiveBuffer: Int32? = nil
    ) throws -> Descriptor {
        let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard number >= 0 else { throw Unexpected() }
        let descriptor = Descriptor(adopting: number)
        if var receiveBuffer {
            unsafe setsockopt(number, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, 4)
        }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        unsafe setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        var one: Int32 = 1
        unsafe setsockopt(number, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Unexpected() }
        return descriptor
    }

    /// Starts TLS with a server that must prove to be `localhost`; false when it fails. Throws when
    /// the server does not answer at all.
    package func startTLS(_ context: TLSContext) throws -> Bool {
        let session = try TLSSession.connecting(context, to: "localhost")
        self.session = session
        flushTLS()
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while !session.isEstablished {
            guard let count = receive(into: &buffer) else {
                if hasWaitedInVain { throw Unexpected() }
                return false
            }
            session.admit(buffer, at: 0..<count)
            let reading = session.read(into: &buffer, at: 0..<buffer.count)
            flushTLS()
            guard reading == .needsInput else { return false }
        }
        return true
    }

    private func flushTLS() {
        var ciphertext: [UInt8] = []
        session?.takeCiphertext(into: &ciphertext)
        _ = sendRaw(ciphertext)
    }

    /// Sends all of it; false when the peer does not take it.
    @discardableResult
    package func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool {
        guard let session else { return sendRaw(bytes) }
        guard session.write(bytes, at: 0..<bytes.count) else { return false }
        var ciphertext: [UInt8] = []
        session.takeCiphertext(into: &ciphertext)
        return sendRaw(ciphertext)
    }

    private func sendRaw(_ bytes: [UInt8]) -> Bool {
        var start = 0
        while start < bytes.count {
            guard case .done(let count) = descriptor.send(bytes, at: start..<bytes.count) else {
                return false
            }
            start += count
        }
        return true
    }

    package func finishSending() { descriptor.finishSending() }

    package func resetOnClose() { descriptor.resetOnClose() }

    /// More bytes; false at the end of the stream, an error, or when the time is up.
    package func receive() -> Bool {
        guard let session else { return receiveRaw() }
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let reading = session.read(into: &buffer, at: 0..<buffer.count)
            flushTLS()
            switch reading {
            case .bytes(let count):
                received.append(contentsOf: buffer[..<count])
                return true
            case .finished:
                heardGoodbye = true
                return false
            case .failed: return false
            case .needsInput: break
            }
            guard let count = receive(into: &buffer) else { return false }
            session.admit(buffer, at: 0..<count)
        }
    }

    /// As `receive`, in plain text, so many bytes and no more.
    package func receive(atMost count: Int) -> Bool { receiveRaw(count) }

    private func receiveRaw(_ size: Int = 64 * 1024) -> Bool {
        var buffer = [UInt8](repeating: 0, count: size)
        guard let count = receive(into: &buffer) else { return false }
        received.append(contentsOf: buffer[..<count])
        return true
    }

    /// What the socket has; nil at its end, or when the time is up.
    private func receive(into buffer: inout [UInt8]) -> Int? {
        switch descriptor.receive(into: &buffer, at: 0..<buffer.count) {
        case .done(0): return nil
        case .done(let count): return count
        case .wouldBlock:
            hasWaitedInVain = true
            return nil
        case .failed(let number):
            wasReset = number == ECONNRESET
            return nil
        }
    }

    /// Everything until the server closes; throws when it leaves the connection open.
    package func readToEnd() throws -> String {
        while receive() {}
        guard !hasWaitedInVain else { throw Unexpected() }
        defer { (received, start) = ([], 0) }
        return String(decoding: received[start...], as: UTF8.self)
    }

    /// Whether the server closes without another byte.
    package func endsInSilence() -> Bool { (try? readToEnd())?.isEmpty == true }

    /// The next answer. `isBodiless`: it answers HEAD.
    package func answer(isBodiless: Bool = false) throws -> Answer {
        let head = try readLines()
        guard let line = head.first, let status = Int(line.split(separator: " ")[1]) else {
            throw Unexpected()
        }
        var answer = Answer(status: status, fields: [], body: "")
        for line in head.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { throw Unexpected() }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            answer.fields.append((line[..<colon].lowercased(), String(value)))
        }
        if isBodiless || status < 200 || status == 204 { return answer }
        if answer.field("transfer-encoding") == "chunked" {
            answer.body = try readChunks(&answer)
        } else if let length = answer.field("content-length").flatMap({ Int($0) }) {
            answer.body = String(decoding: try take(length), as: UTF8.self)
        } else {
            answer.body = try readToEnd()
        }
        return answer
    }

    private func readChunks(_ answer: inout Answer) throws -> String {
        var body: [UInt8] = []
        while true {
            guard let size = Int(try readLine(), radix: 16) else { throw Unexpected() }
            if size == 0 { break }
            body += try take(size)
            guard try readLine().isEmpty else { throw Unexpected() }
        }
        while case let line = try readLine(), !line.isEmpty {
            answer.fields.append(("trailer-field", line))
        }
        return String(decoding: body, as: UTF8.self)
    }

    private func readLines() throws -> [String] {
        var lines: [String] = []
        while case let line = try readLine(), !line.isEmpty { lines.append(line) }
        return lines
    }

    private func readLine() throws -> String {
        while true {
            if let end = received[start...].firstIndex(of: 10) {
                let line = received[start..<end]
                start = end + 1
                guard line.last == 13 else { throw Unexpected() }
                return String(decoding: line.dropLast(), as: UTF8.self)
            }
            guard receive() else { throw Unexpected() }
        }
    }

    private func take(_ count: Int) throws -> ArraySlice<UInt8> {
        while received.count - start < count {
            guard receive() else { throw Unexpected() }
        }
        defer { start += count }
        return received[start..<start + count]
    }
}
