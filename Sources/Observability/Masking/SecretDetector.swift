/// Finds credentials by their shape: keys with a known prefix, client secrets, `Authorization`
/// values, passwords in URLs and private keys.
enum SecretDetector {
    /// The byte range of the first secret at or after `start`, without the prefix that names it.
    static func firstSecret(in bytes: borrowing Span<UInt8>, from start: Int) -> Range<Int>? {
        var position = start
        while position < bytes.count {
            if let secret = secret(in: bytes, at: position) { return secret }
            position += 1
        }
        return nil
    }

    private static func secret(in bytes: borrowing Span<UInt8>, at start: Int) -> Range<Int>? {
        switch bytes[start] {
        case UInt8(ascii: "s"), UInt8(ascii: "r"), UInt8(ascii: "w"):
            guard start == 0 || !bytes[start - 1].isAlphanumeric else { return nil }
            return token(in: bytes, after: "sk_", at: start)
                ?? token(in: bytes, after: "rk_", at: start)
                ?? token(in: bytes, after: "whsec_", at: start)
        case UInt8(ascii: "_"):
            return token(in: bytes, after: "_secret_", at: start)
        case UInt8(ascii: "B"), UInt8(ascii: "b"):
            guard start == 0 || !bytes[start - 1].isAlphanumeric else { return nil }
            return token(in: bytes, after: "bearer ", at: start)
                ?? token(in: bytes, after: "basic ", at: start)
        case UInt8(ascii: ":"):
            return password(in: bytes, at: start)
        case UInt8(ascii: "-"):
            return privateKey(in: bytes, at: start)
        default:
            return nil
        }
    }

    /// The token that follows `prefix` at `start`; case does not matter, an empty token is not one.
    private static func token(
        in bytes: borrowing Span<UInt8>,
        after prefix: StaticString,
        at start: Int
    ) -> Range<Int>? {
        guard matches(prefix, in: bytes, at: start) else { return nil }
        let first = start + prefix.utf8CodeUnitCount
        var end = first
        while end < bytes.count, bytes[end].isTokenByte { end += 1 }
        return end > first ? first..<end : nil
    }

    /// The password of `scheme://user:password@host`, when `start` is at the scheme's colon.
    private static func password(in bytes: borrowing Span<UInt8>, at start: Int) -> Range<Int>? {
        guard matches("://", in: bytes, at: start) else { return nil }
        var colon: Int?
        var lastAt: Int?
        var position = start + 3
        scan: while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: ":"): colon = colon ?? position
            case UInt8(ascii: "@"): lastAt = position
            case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), 0...0x20: break scan
            default: break
            }
            position += 1
        }
        guard let colon, let lastAt, colon + 1 < lastAt else { return nil }
        return (colon + 1)..<lastAt
    }

    /// Everything from `PRIVATE KEY-----` on: what follows a key is not worth a parser.
    private static func privateKey(in bytes: borrowing Span<UInt8>, at start: Int) -> Range<Int>? {
        guard matches("-----BEGIN ", in: bytes, at: start) else { return nil }
        let last = min(bytes.count, start + 40)
        for position in start..<last where matches("PRIVATE KEY-----", in: bytes, at: position) {
            let first = position + 16
            return first < bytes.count ? first..<bytes.count : nil
        }
        return nil
    }

    private static func matches(
        _ word: StaticString,
        in bytes: borrowing Span<UInt8>,
        at start: Int
    ) -> Bool {
        guard start + word.utf8CodeUnitCount <= bytes.count else { return false }
        return word.withUTF8Buffer { word in
            for offset in 0..<word.count {
                let byte = bytes[start + offset]
                let folded = byte.isLetter ? byte | 0x20 : byte
                let expected = unsafe word[offset]
                guard folded == (expected.isLetter ? expected | 0x20 : expected) else {
                    return false
                }
            }
            return true
        }
    }
}

extension UInt8 {
    /// Letters, digits and what base64, base64url and `token68` (RFC 9110, 11.2) add to them.
    fileprivate var isTokenByte: Bool {
        switch self {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"),
            UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
            true
        default: isAlphanumeric
        }
    }
}
