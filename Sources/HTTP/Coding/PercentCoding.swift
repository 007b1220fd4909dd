/// Percent-encoding of UTF-8 text (RFC 3986 section 2.1).
package enum PercentCoding {
    /// `text` with every byte except the unreserved ones as `%XX`: fit for one path segment or one
    /// query name or value.
    package static func encode(_ text: String) -> String {
        if text.utf8.allSatisfy(ASCII.unreserved.contains) { return text }
        var bytes: [UInt8] = []
        append(text, spaceAsPlus: false, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text that `text` encodes, or nil when an escape is incomplete, or the bytes are not
    /// UTF-8, or hold NUL, which no name or value of ours can mean. `+` stays as it is.
    package static func decode(_ text: some StringProtocol) -> String? {
        decode(text.utf8, plusAsSpace: false)
    }

    static func append(_ text: String, spaceAsPlus: Bool, to bytes: inout [UInt8]) {
        for byte in text.utf8 {
            if ASCII.unreserved.contains(byte) {
                bytes.append(byte)
            } else if byte == ASCII.space, spaceAsPlus {
                bytes.append(UInt8(ascii: "+"))
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(digit(byte >> 4))
                bytes.append(digit(byte & 15))
            }
        }
    }

    static func decode(_ encoded: some Sequence<UInt8>, plusAsSpace: Bool) -> String? {
        var bytes: [UInt8] = []
        var source = encoded.makeIterator()
        while let byte = source.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard
                    let high = source.next().flatMap(ASCII.hexadecimal),
                    let low = source.next().flatMap(ASCII.hexadecimal),
                    high | low != 0
                else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusAsSpace:
                bytes.append(ASCII.space)
            case 0:
                return nil
            default:
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x41 + value - 10
    }
}
