/// Binds in libpq's form: one buffer of bytes and, per bind, where its value starts in it.
struct EncodedBinds {
    private(set) var bytes: [UInt8] = []
    /// Offset of each value; negative for null.
    private(set) var offsets: [Int] = []
    private(set) var lengths: [Int32] = []
    private(set) var formats: [Int32] = []

    var count: Int { offsets.count }

    /// No binds.
    static let none = EncodedBinds()

    private init() {}

    /// Throws `.misuse` for what Postgres cannot take: U+0000 in text, more than 65,535 binds, a
    /// year outside 1 to 9999, a value above 1 GB.
    init(_ query: Query) throws(PostgresError) {
        guard query.binds.count <= Int(UInt16.max) else {
            throw PostgresError(
                .misuse,
                "\(query.binds.count) binds, the protocol takes 65535",
                statement: query.statement.name
            )
        }
        offsets.reserveCapacity(query.binds.count)
        for (index, bind) in query.binds.enumerated() {
            do {
                try append(bind)
            } catch {
                throw PostgresError(
                    .misuse,
                    "bind \(index + 1) \(error)",
                    statement: query.statement.name
                )
            }
        }
    }

    /// Gives libpq's three parallel arrays and the count; valid only inside `body`.
    func withPointers<Result>(
        _ body: (
            Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?,
            UnsafePointer<Int32>?
        ) -> Result
    ) -> Result {
        unsafe bytes.withUnsafeBytes { buffer in
            let base = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            return unsafe withUnsafeTemporaryAllocation(
                of: UnsafePointer<CChar>?.self,
                capacity: count
            ) { pointers in
                for (index, offset) in offsets.enumerated() {
                    unsafe pointers.initializeElement(
                        at: index,
                        to: offset < 0 ? nil : base.map { unsafe $0 + offset }
                    )
                }
                return unsafe lengths.withUnsafeBufferPointer { lengths in
                    unsafe formats.withUnsafeBufferPointer { formats in
                        unsafe body(
                            Int32(count),
                            UnsafePointer(pointers.baseAddress),
                            lengths.baseAddress,
                            formats.baseAddress
                        )
                    }
                }
            }
        }
    }

    private mutating func append(_ bind: PostgresValue) throws(BindError) {
        let start = bytes.count
        var isBinary = false
        switch bind {
        case .null:
            offsets.append(-1)
            lengths.append(0)
            formats.append(0)
            return
        case .bytes(let value):
            bytes.append(contentsOf: value)
            isBinary = true
        default:
            try bind.appendText(to: &bytes)
        }
        let length = bytes.count - start
        guard length < 1 << 30 else { throw .tooLong }
        // libpq reads text values up to a zero byte, lengths are for binary ones.
        bytes.append(0)
        offsets.append(start)
        lengths.append(Int32(length))
        formats.append(isBinary ? 1 : 0)
    }
}
