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
        case .bool(let value):
            bytes.append(UInt8(ascii: value ? "t" : "f"))
        case .int64(let value):
            Self.appendDecimal(value, to: &bytes)
        case .text(let value), .json(let value):
            guard !value.utf8.contains(0) else { throw .zeroByte }
            bytes.append(contentsOf: value.utf8)
        case .timestamp(let microseconds):
            guard let text = TimestampText.string(microseconds: microseconds) else {
                throw .yearOutOfRange
            }
            bytes.append(contentsOf: text.utf8)
        case .uuid(let value):
            bytes.append(contentsOf: UUIDText.string(of: value).utf8)
        case .int64Array(let values):
            appendArray(values) { Self.appendDecimal($0, to: &$1) }
        case .boolArray(let values):
            appendArray(values) { $1.append(UInt8(ascii: $0 ? "t" : "f")) }
        case .textArray(let values):
            guard !values.contains(where: { $0?.utf8.contains(0) ?? false }) else {
                throw .zeroByte
            }
            appendArray(values, Self.appendArrayElement)
        }
        let length = bytes.count - start
        guard length < 1 << 30 else { throw .tooLong }
        // libpq reads text values up to a zero byte, lengths are for binary ones.
        bytes.append(0)
        offsets.append(start)
        lengths.append(Int32(length))
        formats.append(isBinary ? 1 : 0)
    }

    private mutating func appendArray<Element>(
        _ elements: [Element],
        _ append: (Element, inout [UInt8]) -> Void
    ) {
        bytes.append(UInt8(ascii: "{"))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(element, &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private static func appendArrayElement(_ element: String?, to bytes: inout [UInt8]) {
        guard let element else {
            bytes.append(contentsOf: "NULL".utf8)
            return
        }
        bytes.append(UInt8(ascii: "\""))
        for byte in element.utf8 {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                bytes.append(UInt8(ascii: "\\"))
            }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func appendDecimal(_ value: Int64, to bytes: inout [UInt8]) {
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        var rest = value.magnitude
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }
}

/// Why a bind cannot be sent; never shows the value.
private enum BindError: Error, CustomStringConvertible {
    case zeroByte
    case yearOutOfRange
    case tooLong

    var description: String {
        switch self {
        case .zeroByte: "contains U+0000"
        case .yearOutOfRange: "is a moment outside the years 1 to 9999"
        case .tooLong: "is longer than 1 GB"
        }
    }
}
