/// Why bytes are not a JSON text that we accept. Says where, never what was there.
package struct JSONError: Error, Sendable, Hashable {
    package enum Code: String, Sendable, Hashable, CaseIterable {
        case empty
        case unexpectedByte = "unexpected_byte"
        case unexpectedEnd = "unexpected_end"
        case trailingInput = "trailing_input"
        case byteOrderMark = "byte_order_mark"
        case invalidUTF8 = "invalid_utf8"
        case controlCharacter = "control_character"
        case invalidEscape = "invalid_escape"
        case loneSurrogate = "lone_surrogate"
        case invalidNumber = "invalid_number"
        case duplicateName = "duplicate_name"
        case tooLarge = "too_large"
        case tooDeep = "too_deep"
        case tooManyMembers = "too_many_members"
        case stringTooLong = "string_too_long"
        case numberTooLong = "number_too_long"
    }

    package let code: Code
    /// Bytes before the place, from the start of the text.
    package let offset: Int
    /// The innermost value that was being read, or the member that is at fault.
    package internal(set) var pointer: JSONPointer

    package var message: String {
        switch code {
        case .empty: "The text is empty."
        case .unexpectedByte: "Another character is expected here."
        case .unexpectedEnd: "The text ends too early."
        case .trailingInput: "Something follows the value."
        case .byteOrderMark: "A byte order mark is not part of JSON."
        case .invalidUTF8: "The text is not valid UTF-8."
        case .controlCharacter: "A control character in a string must be escaped."
        case .invalidEscape: "The escape sequence is not valid."
        case .loneSurrogate: "A surrogate stands alone."
        case .invalidNumber: "The number is not valid JSON."
        case .duplicateName: "The name occurs twice in its object."
        case .tooLarge: "The text is too large."
        case .tooDeep: "The text is nested too deeply."
        case .tooManyMembers: "The array or object has too many members."
        case .stringTooLong: "The string is too long."
        case .numberTooLong: "The number has too many digits."
        }
    }
}

/// What a text may cost us before it is refused.
package struct JSONLimits: Sendable, Hashable {
    /// Bytes of the whole text.
    package var byteCount: Int
    /// Arrays and objects around a value.
    package var depth: Int
    /// Bytes of one string or name, as UTF-8 without escapes.
    package var stringByteCount: Int
    /// Bytes of one number.
    package var numberByteCount: Int
    /// Elements of one array, or members of one object.
    package var memberCount: Int

    package init(
        byteCount: Int = 1 << 20,
        depth: Int = 32,
        stringByteCount: Int = 64 << 10,
        numberByteCount: Int = 128,
        memberCount: Int = 10_000
    ) {
        self.byteCount = byteCount
        self.depth = depth
        self.stringByteCount = stringByteCount
        self.numberByteCount = numberByteCount
        self.memberCount = memberCount
    }

    package static let standard = JSONLimits()
}
