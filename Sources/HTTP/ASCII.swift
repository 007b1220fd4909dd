/// The byte classes of RFC 9110 and RFC 3986.
enum ASCII {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let delete: UInt8 = 0x7F

    /// A set of ASCII bytes as two words, bit n for byte n: a test is a shift and a mask.
    /// Written as numbers so that no lazy initializer runs; a test compares each with its grammar.
    struct Class: Sendable {
        let low: UInt64
        let high: UInt64

        @inline(__always)
        func contains(_ byte: UInt8) -> Bool {
            byte < 128 && ((byte < 64 ? low : high) >> UInt64(byte & 63)) & 1 == 1
        }
    }

    /// tchar, RFC 9110 section 5.6.2.
    static let token = Class(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE)
    /// unreserved, RFC 3986 section 2.3.
    static let unreserved = Class(low: 0x03FF_6000_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    /// pchar, `/` and `%`: what a path may hold, RFC 3986 section 3.3.
    static let path = Class(low: 0x2FFF_FFF2_0000_0000, high: 0x47FF_FFFE_87FF_FFFF)
    /// What a path may hold, `?`, and the brackets that form fields like `expand[]` arrive with.
    static let query = Class(low: 0xAFFF_FFF2_0000_0000, high: 0x47FF_FFFE_AFFF_FFFF)
    /// unreserved, sub-delims and `%`: a registered name, RFC 3986 section 3.2.2.
    static let registeredName = Class(low: 0x2BFF_7FF2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)

    static func isToken(_ byte: UInt8) -> Bool { token.contains(byte) }

    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    /// SP or HTAB, the white space that fields allow.
    static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    /// Visible, blank or obs-text: what a field value may hold, RFC 9110 section 5.5.
    static func isFieldValue(_ byte: UInt8) -> Bool {
        byte >= space && byte != delete || byte == tab
    }

    @inline(__always)
    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }

    /// The value of a hexadecimal digit of either case, else nil.
    static func hexadecimal(_ byte: UInt8) -> UInt8? {
        if isDigit(byte) { return byte &- 0x30 }
        let letter = (byte | 0x20) &- 0x61
        return letter < 6 ? letter + 10 : nil
    }
}
