/// What an identifier names; it gives the identifier its type and its prefix.
package protocol IdentifierKind: Sendable {
    static var prefix: String { get }
}

/// A typed identifier: prefix, underscore and a UUIDv7 in 26 base-32 characters, for example
/// `pay_01jgf7…`. Sortable by creation time, so indexes stay local.
package struct Identifier<Kind: IdentifierKind>: Hashable, Sendable, Comparable {
    package let uuid: UUID7

    package init(_ uuid: UUID7) {
        self.uuid = uuid
    }

    /// Parses the text form; nil when the prefix or the body is not one of this kind.
    package init?(_ text: String) {
        let prefix = Kind.prefix
        guard text.utf8.count == prefix.utf8.count + 1 + UUID7.textLength,
            text.hasPrefix(prefix),
            text.utf8[text.utf8.index(text.startIndex, offsetBy: prefix.utf8.count)]
                == UInt8(ascii: "_"),
            let uuid = UUID7(text: text.suffix(UUID7.textLength))
        else { return nil }
        self.uuid = uuid
    }

    package static func < (left: Self, right: Self) -> Bool { left.uuid < right.uuid }
}

extension Identifier: CustomStringConvertible {
    package var description: String { "\(Kind.prefix)_\(uuid.text)" }
}
