/// A value of a sealed document, as exports show it and the hash covers it.
package enum SealedValue: Sendable, Hashable {
    case text(String)
    case identifier(prefix: String, UUID7)
    case time(Timestamp)
    case integer(Int64)
    case null

    static func text(orNull text: String?) -> SealedValue { text.map { .text($0) } ?? .null }

    static func id<Kind>(_ id: Identifier<Kind>) -> SealedValue {
        .identifier(prefix: Kind.prefix, id.uuid)
    }

    static func id<Kind>(orNull id: Identifier<Kind>?) -> SealedValue {
        id.map { .id($0) } ?? .null
    }

    /// Its text; nil for a null.
    package var text: String? {
        switch self {
        case .text(let text): text
        case .identifier(let prefix, let uuid): "\(prefix)_\(uuid.text)"
        case .time(let moment): moment.rfc3339
        case .integer(let number): String(number)
        case .null: nil
        }
    }
}

/// Values as bytes that no other values have: each as the length of its text in UTF-8, a colon,
/// the text and a comma; a null as a dash and a comma.
package struct SealedBytes: Sendable {
    package private(set) var bytes: [UInt8]
    /// Where a text is written to learn its length, again and again: a million transfers are
    /// verified at once, and none of them needs a string for it.
    private var text: [UInt8] = []

    /// - Parameter prefix: bytes that stand before those of the values.
    package init(_ values: [SealedValue], behind prefix: [UInt8] = []) {
        bytes = prefix
        bytes.reserveCapacity(prefix.count + 512)
        for value in values {
            switch value {
            case .text(let text): append(text.utf8)
            case .integer(let number): append(String(number).utf8)
            case .identifier(let prefix, let uuid):
                appendText {
                    $0.append(contentsOf: prefix.utf8)
                    $0.append(UInt8(ascii: "_"))
                    uuid.write(to: &$0)
                }
            case .time(let moment): appendText { moment.writeRFC3339(to: &$0) }
            case .null: bytes.append(UInt8(ascii: "-"))
            }
            bytes.append(UInt8(ascii: ","))
        }
    }

    private mutating func appendText(_ write: (inout [UInt8]) -> Void) {
        text.removeAll(keepingCapacity: true)
        write(&text)
        append(text)
    }

    private mutating func append(_ text: some Collection<UInt8>) {
        bytes.append(contentsOf: String(text.count).utf8)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(contentsOf: text)
    }
}
