/// The place of a value in a JSON text (RFC 6901).
package struct JSONPointer: Sendable, Hashable {
    package enum Token: Sendable, Hashable {
        case member(String)
        case index(Int)
    }

    package var tokens: [Token]

    package init(_ tokens: [Token] = []) {
        self.tokens = tokens
    }

    /// The whole text.
    package static let root = JSONPointer()

    package func appending(_ name: String) -> JSONPointer { JSONPointer(tokens + [.member(name)]) }

    package func appending(_ index: Int) -> JSONPointer { JSONPointer(tokens + [.index(index)]) }
}

extension JSONPointer: CustomStringConvertible {
    /// As in a `pointer` of a problem document: `/items/0/unit_amount`; empty for the whole text.
    package var description: String {
        tokens.reduce(into: "") { text, token in
            text.append("/")
            switch token {
            case .member(let name):
                for character in name.unicodeScalars {
                    switch character {
                    case "~": text.append("~0")
                    case "/": text.append("~1")
                    default: text.unicodeScalars.append(character)
                    }
                }
            case .index(let index):
                text.append(String(index))
            }
        }
    }
}
