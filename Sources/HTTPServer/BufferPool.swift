/// Buffers that are out of use, kept for the next connection that becomes active.
///
/// A connection holds buffers only while a request is on its way, so memory grows with what is
/// happening and not with who is connected.
struct BufferPool {
    private var inputs: [[UInt8]] = []
    private var outputs: [[UInt8]] = []
    private let inputSize: Int
    private let limit: Int

    /// An output buffer that grew beyond this is freed instead of kept.
    private static let largestOutputKept = 64 * 1024

    init(inputSize: Int, limit: Int = 256) {
        self.inputSize = inputSize
        self.limit = limit
        inputs.reserveCapacity(limit)
        outputs.reserveCapacity(limit)
    }

    /// A buffer of the input size with arbitrary content: its pages cost nothing until written.
    mutating func takeInput() -> [UInt8] {
        if let buffer = inputs.popLast() { return buffer }
        return unsafe [UInt8](unsafeUninitializedCapacity: inputSize) { _, count in
            count = inputSize
        }
    }

    mutating func giveInput(_ buffer: consuming [UInt8]) {
        guard inputs.count < limit, buffer.count == inputSize else { return }
        inputs.append(buffer)
    }

    /// An empty buffer with room for most answers.
    mutating func takeOutput() -> [UInt8] {
        if let buffer = outputs.popLast() { return buffer }
        var buffer: [UInt8] = []
        buffer.reserveCapacity(4096)
        return buffer
    }

    mutating func giveOutput(_ buffer: consuming [UInt8]) {
        guard outputs.count < limit, buffer.capacity > 0,
            buffer.capacity <= BufferPool.largestOutputKept
        else { return }
        buffer.removeAll(keepingCapacity: true)
        outputs.append(buffer)
    }
}
