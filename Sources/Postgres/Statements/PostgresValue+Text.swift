extension PostgresValue {
    /// Appends the value in Postgres' text format; nothing for null.
    func appendText(to bytes: inout [UInt8]) throws(BindError) {
        switch self {
        case .null:
            break
        case .bool(let value):
            bytes.append(UInt8(ascii: value ? "t" : "f"))
        case .int64(let value):
            Self.appendDecimal(value, to: &bytes)
        case .text(let value), .json(let value):
            guard !value.utf8.contains(0) else { throw .zeroByte }
            bytes.append(contentsOf: value.utf8)
        case .bytes(let value):
            Self.appendHexadecimal(value, to: &bytes)
        case .timestamp(let microseconds):
            guard let text = TimestampText.string(microseconds: microseconds) else {
                throw .yearOutOfRange
            }
            bytes.append(contentsOf: text.utf8)
        case .uuid(let value):
            bytes.append(contentsOf: UUIDText.string(of: value).utf8)
        case .int64Array(let values):
            Self.appendArray(values, to: &bytes, Self.appendDecimal)
        case .boolArray(let values):
            Self.appendArray(values, to: &bytes) { $1.append(UInt8(ascii: $0 ? "t" : "f")) }
        case .uuidArray(let values):
            Self.appendArray(values, to: &bytes) { value, bytes in
                bytes.append(contentsOf: (value.map(UUIDText.string) ?? "NULL").utf8)
            }
        case .textArray(let values):
            guard !values.contains(where: { $0?.utf8.contains(0) ?? false }) else {
                throw .zeroByte
            }
            Self.appendArray(values, to: &bytes, Self.appendElement)
        }
    }

    private static func appendArray<Element>(
        _ elements: [Element],
        to bytes: inout [UInt8],
        _ append: (Element, inout [UInt8]) -> Void
    ) {
        bytes.append(UInt8(ascii: "{"))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(element, &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private static func appendElement(_ element: String?, to bytes: inout [UInt8]) {
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

    /// The `hex` input format of bytea.
    private static func appendHexadecimal(_ value: [UInt8], to bytes: inout [UInt8]) {
        let digits = StaticString("0123456789abcdef")
        bytes.append(contentsOf: "\\x".utf8)
        for byte in value {
            unsafe bytes.append(digits.utf8Start[Int(byte >> 4)])
            unsafe bytes.append(digits.utf8Start[Int(byte & 15)])
        }
    }
}

/// Why a value cannot be sent; never shows it.
enum BindError: Error, CustomStringConvertible {
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
