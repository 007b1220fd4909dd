import Logging

/// Writes one line, member by member; every text that came from outside goes through `Masking`.
struct LogLine {
    private let format: LogFormat
    private var bytes: [UInt8] = []

    init(format: LogFormat) {
        self.format = format
        bytes.reserveCapacity(256)
        if format == .json { bytes.append(UInt8(ascii: "{")) }
    }

    /// Adds a member whose value is our own and needs neither masking nor escaping.
    mutating func append(_ key: String, verbatim value: String) {
        beginMember(key)
        if format == .json { bytes.append(UInt8(ascii: "\"")) }
        bytes += value.utf8
        if format == .json { bytes.append(UInt8(ascii: "\"")) }
    }

    mutating func append(_ key: String, _ value: String) {
        beginMember(key)
        appendText(Masking.hidesValue(of: key) ? Masking.mark : Masking.masked(value))
    }

    mutating func append(_ key: String, _ value: Logger.MetadataValue) {
        switch (format, value) {
        case (_, _) where Masking.hidesValue(of: key): append(key, Masking.mark)
        case (_, .string(let text)): append(key, text)
        case (_, .stringConvertible(let value)): append(key, value.description)
        case (.json, .array), (.json, .dictionary):
            beginMember(key)
            appendJSON(value)
        case (.logfmt, .array(let elements)):
            for (index, element) in elements.enumerated() { append("\(key).\(index)", element) }
        case (.logfmt, .dictionary(let members)):
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                // Asked about the short name too: the long one hides `password` from the rule.
                append("\(key).\(name)", Masking.hidesValue(of: name) ? "•••" : member)
            }
        }
    }

    mutating func finish() -> [UInt8] {
        if format == .json { bytes.append(UInt8(ascii: "}")) }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    private mutating func beginMember(_ key: String) {
        switch format {
        case .json:
            if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
            appendQuoted(Masking.masked(key))
            bytes.append(UInt8(ascii: ":"))
        case .logfmt:
            if !bytes.isEmpty { bytes.append(UInt8(ascii: " ")) }
            for byte in Masking.masked(key).utf8 {
                bytes.append(byte.isPlain ? byte : UInt8(ascii: "_"))
            }
            bytes.append(UInt8(ascii: "="))
        }
    }

    private mutating func appendText(_ text: String) {
        if format == .logfmt, !text.isEmpty, text.utf8.allSatisfy(\.isPlain) {
            bytes += text.utf8
        } else {
            appendQuoted(text)
        }
    }

    private mutating func appendJSON(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let text): appendQuoted(Masking.masked(text))
        case .stringConvertible(let value): appendQuoted(Masking.masked(value.description))
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                appendJSON(element)
            }
            bytes.append(UInt8(ascii: "]"))
        case .dictionary(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                appendQuoted(Masking.masked(member.key))
                bytes.append(UInt8(ascii: ":"))
                appendJSON(Masking.hidesValue(of: member.key) ? "•••" : member.value)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// A JSON string (RFC 8259, section 7); logfmt readers take the same escapes.
    private mutating func appendQuoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        defer { bytes.append(UInt8(ascii: "\"")) }
        guard text.needsEscapes else {
            bytes += text.utf8
            return
        }
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes += #"\""#.utf8
            case UInt8(ascii: "\\"): bytes += #"\\"#.utf8
            case UInt8(ascii: "\n"): bytes += #"\n"#.utf8
            case UInt8(ascii: "\r"): bytes += #"\r"#.utf8
            case UInt8(ascii: "\t"): bytes += #"\t"#.utf8
            case 0..<0x20, 0x7F:
                let digits = String(byte, radix: 16)
                bytes += (digits.count == 1 ? "\\u000" : "\\u00").utf8
                bytes += digits.utf8
            default: bytes.append(byte)
            }
        }
    }
}

extension String {
    /// Few texts do, and copying one whole is many times faster than byte by byte.
    fileprivate var needsEscapes: Bool {
        let bytes = utf8Span.span
        var needs = false
        for position in bytes.indices {
            let byte = bytes[position]
            let isSpecial = byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
            needs = needs || byte < 0x20 || byte == 0x7F || isSpecial
        }
        return needs
    }
}

extension UInt8 {
    /// What logfmt leaves unquoted: visible ASCII except quote, backslash and equals sign.
    fileprivate var isPlain: Bool {
        switch self {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "="): false
        case 0x21...0x7E: true
        default: false
        }
    }
}
