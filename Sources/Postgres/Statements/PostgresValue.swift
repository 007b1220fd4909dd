/// A value bound to a parameter. Prints as `•••`, so that no log or error can show it.
///
/// All but bytes travel as text with the type left to the server, so one case serves every column
/// type with such a text form: `.text` fits text, uuid, enum and timestamptz columns alike.
package enum PostgresValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case int64(Int64)
    /// Must not contain U+0000, which Postgres cannot store; the query fails with `.misuse`.
    case text(String)
    case bytes([UInt8])
    /// Microseconds since the Unix epoch, UTC: the precision of `timestamptz`.
    case timestamp(microseconds: Int64)
    /// A JSON document as text, for `json` and `jsonb`.
    case json(String)
    case uuid(UInt128)
    case int64Array([Int64])
    /// Elements may be null: the arrays of an `unnest` insert have optional columns.
    case textArray([String?])
    case uuidArray([UInt128?])
    case boolArray([Bool])
}

extension PostgresValue {
    /// The text, or null.
    package static func text(orNull value: String?) -> PostgresValue { value.map(text) ?? .null }

    /// The number, or null.
    package static func int64(orNull value: Int64?) -> PostgresValue { value.map(int64) ?? .null }

    /// The moment in microseconds since the Unix epoch, or null.
    package static func timestamp(orNull microseconds: Int64?) -> PostgresValue {
        microseconds.map(timestamp(microseconds:)) ?? .null
    }
}

extension PostgresValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByStringLiteral
{
    package init(nilLiteral: ()) { self = .null }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int64) { self = .int64(value) }
    package init(stringLiteral value: String) { self = .text(value) }
}

extension PostgresValue: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "•••" }
    package var debugDescription: String { "•••" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
