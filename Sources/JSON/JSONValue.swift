/// A JSON text as a tree (RFC 8259).
///
/// Equality is that of the parts in their order; `canonicalBytes()` compares without regard to it.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    /// A number written as an integer that fits: no fraction, no exponent, not `-0`.
    case integer(Int64)
    /// Any other valid number, in the digits it was written with.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue {
    package var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }

    package var integerValue: Int64? { if case .integer(let value) = self { value } else { nil } }

    package var stringValue: String? { if case .string(let value) = self { value } else { nil } }

    package var arrayValue: [JSONValue]? { if case .array(let value) = self { value } else { nil } }

    package var objectValue: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    package var isNull: Bool { self == .null }

    /// The member `name`, when this is an object that has it.
    package subscript(_ name: String) -> JSONValue? { objectValue?[name] }

    /// The element at `index`, when this is an array that reaches so far.
    package subscript(_ index: Int) -> JSONValue? {
        guard let elements = arrayValue, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// What `pointer` names in this value (RFC 6901 section 4), or nil.
    package subscript(_ pointer: JSONPointer) -> JSONValue? {
        pointer.tokens.reduce(self) { (value: JSONValue?, token) in
            switch token {
            case .member(let name): value?[name]
            case .index(let index): value?[index]
            }
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(nilLiteral: ()) { self = .null }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(elements))
    }
}
