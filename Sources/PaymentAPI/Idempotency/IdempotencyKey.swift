/// The value of an `Idempotency-Key` header: 1 to 255 printable ASCII characters.
struct IdempotencyKey: Sendable, Hashable {
    let text: String

    /// Reads a bare key, or a structured-field string in double quotes, as the IETF draft has it.
    init?(_ field: String) {
        guard let text = field.utf8.first == UInt8(ascii: "\"") ? Self.unquoted(field) : field,
            (1...255).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { return nil }
        self.text = text
    }

    /// RFC 8941 section 3.3.3: inside quotes a backslash stands before a quote or a backslash.
    private static func unquoted(_ field: String) -> String? {
        guard field.utf8.count >= 2, field.utf8.last == UInt8(ascii: "\"") else { return nil }
        var bytes: [UInt8] = []
        var isEscaped = false
        for byte in field.utf8.dropFirst().dropLast() {
            switch (byte, isEscaped) {
            case (UInt8(ascii: "\\"), false): isEscaped = true
            case (UInt8(ascii: "\""), false): return nil
            case (UInt8(ascii: "\\"), true), (UInt8(ascii: "\""), true), (_, false):
                bytes.append(byte)
                isEscaped = false
            case (_, true): return nil
            }
        }
        return isEscaped ? nil : String(decoding: bytes, as: UTF8.self)
    }
}
