/// Why a cell could not be read; never shows the value.
enum CellError: Error, CustomStringConvertible {
    case wrongType(wanted: String)
    case malformed(String)
    case outOfRange(String)

    var description: String {
        switch self {
        case .wrongType(let wanted): "cannot be read as \(wanted)"
        case .malformed(let wanted): "is not a well-formed \(wanted)"
        case .outOfRange(let wanted): "does not fit into \(wanted)"
        }
    }
}

/// The bytes of one value that is not null, in the server's text or binary format.
@safe struct Cell: ~Copyable {
    let bytes: UnsafeRawBufferPointer
    let type: PostgresType
    let isBinary: Bool

    init(bytes: UnsafeRawBufferPointer, type: PostgresType, isBinary: Bool) {
        unsafe self.bytes = unsafe bytes
        self.type = type
        self.isBinary = isBinary
    }

    var count: Int { unsafe bytes.count }

    static func int64(_ cell: borrowing Cell) throws(CellError) -> Int64 {
        switch cell.type {
        case .int2, .int4, .int8, .oid:
            guard cell.isBinary else { return try cell.decimal() }
            return switch cell.type {
            case .int2: Int64(try cell.bigEndian(Int16.self))
            case .int4: Int64(try cell.bigEndian(Int32.self))
            case .oid: Int64(try cell.bigEndian(UInt32.self))
            default: try cell.bigEndian(Int64.self)
            }
        case .numeric:
            guard cell.isBinary else { return try cell.decimal() }
            return try BinaryNumeric(cell).int64()
        default:
            throw .wrongType(wanted: "an integer")
        }
    }

    static func bool(_ cell: borrowing Cell) throws(CellError) -> Bool {
        guard cell.type == .bool else { throw .wrongType(wanted: "a bool") }
        guard cell.count == 1 else { throw .malformed("bool") }
        let byte = cell.byte(0)
        return cell.isBinary ? byte != 0 : byte == UInt8(ascii: "t")
    }

    static func text(_ cell: borrowing Cell) throws(CellError) -> String {
        guard cell.isBinary, !cell.type.isTextual else { return try cell.utf8(from: 0) }
        switch cell.type {
        case .jsonb:
            // One byte of version, then the text.
            guard cell.count > 1, cell.byte(0) == 1 else { throw .malformed("jsonb") }
            return try cell.utf8(from: 1)
        case .uuid: return UUIDText.string(of: try uuid(cell))
        case .numeric: return try BinaryNumeric(cell).text()
        default: throw .wrongType(wanted: "text")
        }
    }

    static func bytes(_ cell: borrowing Cell) throws(CellError) -> [UInt8] {
        guard cell.type == .bytea else { throw .wrongType(wanted: "bytes") }
        guard cell.isBinary else { return try cell.hexadecimal() }
        return unsafe [UInt8](cell.bytes)
    }

    static func timestamp(_ cell: borrowing Cell) throws(CellError) -> Int64 {
        guard cell.type == .timestamptz || cell.type == .timestamp else {
            throw .wrongType(wanted: "a timestamp")
        }
        guard cell.isBinary else { return try TimestampText.microseconds(try cell.utf8(from: 0)) }
        let sinceMillennium = try cell.bigEndian(Int64.self)
        // The extremes stand for infinity and minus infinity.
        guard sinceMillennium != .max, sinceMillennium != .min else {
            throw .outOfRange("a timestamp: it is infinite")
        }
        let (value, overflow) = sinceMillennium.addingReportingOverflow(
            TimestampText.millenniumMicroseconds
        )
        guard !overflow else { throw .outOfRange("a timestamp") }
        return value
    }

    static func uuid(_ cell: borrowing Cell) throws(CellError) -> UInt128 {
        guard cell.type == .uuid else { throw .wrongType(wanted: "a uuid") }
        guard cell.isBinary else {
            guard let value = UUIDText.value(of: try cell.utf8(from: 0)) else {
                throw .malformed("uuid")
            }
            return value
        }
        return try cell.bigEndian(UInt128.self)
    }
}

extension Cell {
    func byte(_ index: Int) -> UInt8 { unsafe bytes[index] }

    func bigEndian<Number: FixedWidthInteger>(
        _: Number.Type,
        at offset: Int = 0,
        whole: Bool = true
    ) throws(CellError) -> Number {
        let size = MemoryLayout<Number>.size
        guard whole ? count == size : offset + size <= count else { throw .malformed("number") }
        return unsafe Number(
            bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self)
        )
    }

    func utf8(from start: Int, count: Int? = nil) throws(CellError) -> String {
        let end = count.map { start + $0 } ?? self.count
        guard
            let text = unsafe String(
                validating: UnsafeRawBufferPointer(rebasing: bytes[start..<end]),
                as: UTF8.self
            )
        else { throw .malformed("UTF-8 text") }
        return text
    }

    private func decimal() throws(CellError) -> Int64 {
        guard let value = Int64(try utf8(from: 0)) else { throw .outOfRange("Int64") }
        return value
    }

    /// The `hex` output format of bytea: `\x` and two digits a byte.
    private func hexadecimal() throws(CellError) -> [UInt8] {
        guard count >= 2, count % 2 == 0, byte(0) == UInt8(ascii: "\\"),
            byte(1) == UInt8(ascii: "x")
        else { throw .malformed("bytea in hex format") }
        var result: [UInt8] = []
        result.reserveCapacity(count / 2 - 1)
        for index in stride(from: 2, to: count, by: 2) {
            guard let high = UUIDText.digit(byte(index)), let low = UUIDText.digit(byte(index + 1))
            else { throw .malformed("bytea in hex format") }
            result.append(high << 4 | low)
        }
        return result
    }
}
