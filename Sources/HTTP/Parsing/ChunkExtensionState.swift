/// How far the extensions after a chunk's size have been read, from their first semicolon on:
/// `*( BWS ";" BWS name [ BWS "=" BWS value ] )`, the value a token or a quoted string (RFC 9112
/// section 7.1.1, RFC 9110 section 5.6).
///
/// What they say means nothing to us. Their form does: where a quoted string ends, and with it the
/// line, every reader has to see at the same byte.
enum ChunkExtensionState: Sendable {
    /// After a semicolon.
    case beforeName
    case name
    /// In white space after a name.
    case afterName
    /// After an equals sign.
    case beforeValue
    case token
    case quotedString
    /// After a backslash in a quoted string.
    case quotedPair
    /// After the quote that ends a string.
    case endOfString
    /// In white space after a value, where nothing but another extension may follow.
    case afterValue

    /// Whether the line may end here. It may not after white space, which belongs to what follows
    /// it.
    var mayEnd: Bool {
        switch self {
        case .name, .token, .endOfString: true
        case .beforeName, .afterName, .beforeValue, .quotedString, .quotedPair, .afterValue: false
        }
    }

    /// The state after `byte`, or nil where it may not stand.
    func after(_ byte: UInt8) -> ChunkExtensionState? {
        switch self {
        case .beforeName:
            if ASCII.isBlank(byte) { return .beforeName }
            return ASCII.isToken(byte) ? .name : nil
        case .name:
            return ASCII.isToken(byte) ? .name : Self.behindName(byte)
        case .afterName:
            return Self.behindName(byte)
        case .beforeValue:
            if ASCII.isBlank(byte) { return .beforeValue }
            if byte == UInt8(ascii: "\"") { return .quotedString }
            return ASCII.isToken(byte) ? .token : nil
        case .token:
            return ASCII.isToken(byte) ? .token : Self.behindValue(byte)
        case .quotedString:
            if byte == UInt8(ascii: "\"") { return .endOfString }
            if byte == UInt8(ascii: "\\") { return .quotedPair }
            return ASCII.isFieldValue(byte) ? .quotedString : nil
        case .quotedPair:
            return ASCII.isFieldValue(byte) ? .quotedString : nil
        case .endOfString, .afterValue:
            return Self.behindValue(byte)
        }
    }

    private static func behindName(_ byte: UInt8) -> ChunkExtensionState? {
        if byte == UInt8(ascii: "=") { return .beforeValue }
        if byte == UInt8(ascii: ";") { return .beforeName }
        return ASCII.isBlank(byte) ? .afterName : nil
    }

    private static func behindValue(_ byte: UInt8) -> ChunkExtensionState? {
        if byte == UInt8(ascii: ";") { return .beforeName }
        return ASCII.isBlank(byte) ? .afterValue : nil
    }
}
