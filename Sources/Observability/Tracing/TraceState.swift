/// The `tracestate` header: other systems' entries, handed on in the order they came.
package struct TraceState: Sendable, Hashable {
    /// The combined header value; empty when there are no entries.
    package let header: String

    package static let empty = TraceState(header: "")

    /// W3C Trace Context, 3.3.1.1: at most 32 entries.
    private static let maximumEntries = 32
    /// Section 3.3.1.5 asks for at least 512 characters; more than this is not carried.
    private static let maximumBytes = 2_048

    private init(header: String) { self.header = header }

    /// Combines the fields of one message; nil when any entry breaks the grammar, a key comes
    /// twice or there are too many: the whole list is then dropped, as the standard allows.
    package init?(fields: [String]) {
        var entries: [Substring] = []
        var keys: Set<Substring> = []
        for field in fields {
            for part in field.split(separator: ",", omittingEmptySubsequences: false) {
                let entry = part.trimmingOptionalWhitespace()
                if entry.isEmpty { continue }
                let pair = entry.split(
                    separator: "=",
                    maxSplits: 1,
                    omittingEmptySubsequences: false
                )
                guard pair.count == 2, Self.isKey(pair[0].utf8), Self.isValue(pair[1].utf8),
                    keys.insert(pair[0]).inserted
                else { return nil }
                entries.append(entry)
            }
        }
        let header = entries.joined(separator: ",")
        guard entries.count <= Self.maximumEntries, header.utf8.count <= Self.maximumBytes else {
            return nil
        }
        self.header = header
    }

    /// `simple-key`, or `tenant@system` (section 3.3.1.3.1).
    private static func isKey(_ key: Substring.UTF8View) -> Bool {
        let parts = key.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        switch parts.count {
        case 1: return isKeyPart(parts[0], maximum: 256, mayBeginWithDigit: false)
        case 2:
            return isKeyPart(parts[0], maximum: 241, mayBeginWithDigit: true)
                && isKeyPart(parts[1], maximum: 14, mayBeginWithDigit: false)
        default: return false
        }
    }

    private static func isKeyPart(
        _ part: Substring.UTF8View,
        maximum: Int,
        mayBeginWithDigit: Bool
    ) -> Bool {
        guard let first = part.first, part.count <= maximum else { return false }
        guard isLowercase(first) || (mayBeginWithDigit && first.isDigit) else { return false }
        return part.dropFirst().allSatisfy {
            isLowercase($0) || $0.isDigit || "_-*/".utf8.contains($0)
        }
    }

    private static func isLowercase(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
    }

    /// Up to 256 printable characters except comma and equals sign, not ending in a space.
    private static func isValue(_ value: Substring.UTF8View) -> Bool {
        guard let last = value.last, last != UInt8(ascii: " "), value.count <= 256 else {
            return false
        }
        return value.allSatisfy {
            0x20...0x7E ~= $0 && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=")
        }
    }
}

extension Substring {
    /// Without spaces and tabs at either end (`OWS`, RFC 9110, 5.6.3).
    fileprivate func trimmingOptionalWhitespace() -> Substring {
        var result = self
        while let first = result.first, first == " " || first == "\t" { result.removeFirst() }
        while let last = result.last, last == " " || last == "\t" { result.removeLast() }
        return result
    }
}
