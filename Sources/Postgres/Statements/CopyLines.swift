/// Rows in the text format of COPY, gathered into chunks to send.
package struct CopyLines: Sendable {
    /// The lines so far.
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// Appends a line. Throws `.misuse` for a value that Postgres cannot take.
    package mutating func append(_ values: [PostgresValue]) throws(PostgresError) {
        var field: [UInt8] = []
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: "\t")) }
            if case .null = value {
                bytes.append(contentsOf: "\\N".utf8)
                continue
            }
            field.removeAll(keepingCapacity: true)
            do {
                try value.appendText(to: &field)
            } catch {
                throw PostgresError(.misuse, "value \(index + 1) of a COPY line \(error)")
            }
            for byte in field { appendEscaped(byte) }
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Takes the lines out.
    package mutating func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        let letter: UInt8
        switch byte {
        case UInt8(ascii: "\t"): letter = UInt8(ascii: "t")
        case UInt8(ascii: "\n"): letter = UInt8(ascii: "n")
        case UInt8(ascii: "\r"): letter = UInt8(ascii: "r")
        case UInt8(ascii: "\\"): letter = UInt8(ascii: "\\")
        default: return bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(letter)
    }
}
