internal import JSON
internal import PaymentCore

/// A JSON Schema (draft 2020-12, as OpenAPI 3.1 uses it) of a request or answer.
struct Schema: Sendable, Hashable {
    private(set) var object: JSONObject

    init(_ members: (String, JSONValue)...) {
        object = JSONObject(members)
    }

    var json: JSONValue { .object(object) }

    func described(_ sentence: String) -> Schema {
        var schema = self
        schema.object["description"] = .string(sentence)
        return schema
    }

    /// The same or null.
    var orNull: Schema {
        if case .string(let type)? = object["type"], object["enum"] == nil {
            var schema = self
            schema.object["type"] = [.string(type), "null"]
            return schema
        }
        return Schema(("anyOf", .array([json, ["type": "null"]])))
    }

    // MARK: Shapes

    static let boolean = Schema(("type", "boolean"))
    static let string = Schema(("type", "string"))
    static let integer = Schema(("type", "integer"), ("format", "int64"))
    static let anyObject = Schema(("type", "object"))

    static func integer(_ range: ClosedRange<Int64>) -> Schema {
        Schema(
            ("type", "integer"),
            ("format", "int64"),
            ("minimum", .integer(range.lowerBound)),
            ("maximum", .integer(range.upperBound))
        )
    }

    /// - Parameter pattern: no control characters when not given.
    static func text(
        length: ClosedRange<Int>,
        format: String? = nil,
        pattern: String = "^[^\\u0000-\\u001F\\u007F]*$"
    ) -> Schema {
        var schema = Schema(
            ("type", "string"),
            ("minLength", .integer(Int64(length.lowerBound))),
            ("maxLength", .integer(Int64(length.upperBound))),
            ("pattern", .string(pattern))
        )
        if let format { schema.object["format"] = .string(format) }
        return schema
    }

    static func pattern(_ expression: String, _ description: String) -> Schema {
        Schema(("type", "string"), ("pattern", .string(expression))).described(description)
    }

    static func constant(_ value: String) -> Schema {
        Schema(("type", "string"), ("const", .string(value)))
    }

    static func choice(of values: [String]) -> Schema {
        Schema(("type", "string"), ("enum", .array(values.map(JSONValue.string))))
    }

    static func choice<Choice>(_ type: Choice.Type) -> Schema
    where Choice: RawRepresentable<String> & CaseIterable {
        choice(of: type.allCases.map(\.rawValue))
    }

    static func array(of element: Schema, count: ClosedRange<Int>? = nil) -> Schema {
        var schema = Schema(("type", "array"), ("items", element.json))
        if let count {
            schema.object["minItems"] = .integer(Int64(count.lowerBound))
            schema.object["maxItems"] = .integer(Int64(count.upperBound))
        }
        return schema
    }

    /// Requests are closed; answers stay open, because fields may be added.
    static func object(
        _ members: [(String, Schema)],
        required: [String],
        isOpen: Bool
    ) -> Schema {
        var schema = Schema(
            ("type", "object"),
            ("properties", .object(JSONObject(members.map { ($0.0, $0.1.json) })))
        )
        if !required.isEmpty {
            schema.object["required"] = .array(required.map(JSONValue.string))
        }
        if !isOpen { schema.object["additionalProperties"] = false }
        return schema
    }

    /// An answer whose members are all always there, except those named `optional`.
    static func answer(_ members: [(String, Schema)], optional: Set<String> = []) -> Schema {
        object(members, required: members.map(\.0).filter { !optional.contains($0) }, isOpen: true)
    }

    static func reference(_ component: Component) -> Schema {
        Schema(("$ref", .string("#/components/schemas/\(component.name)")))
    }

    // MARK: Our own words

    static let timestamp = Schema(("type", "string"), ("format", "date-time"))
    static let currency = pattern("^[A-Z]{3}$", "ISO 4217 code.")
    static let network = Schema(("type", "string"), ("maxLength", 64)).described(
        "An address, or a network as address/bits; IPv4 or IPv6."
    )
    static let vendor = pattern("^[a-z0-9_]{1,32}$", "Name of a vendor, such as stripe.")
    static let rate = pattern("^[0-9]{1,18}(\\.[0-9]{1,12})?$", "Exact decimal as text.")
    static let metadata = metadata(of: Schema(("type", "string"), ("maxLength", 500)))
    /// As a request may give it.
    static let givenMetadata = metadata(of: .text(length: 0...500))

    private static func metadata(of value: Schema) -> Schema {
        Schema(
            ("type", "object"),
            ("maxProperties", 50),
            ("propertyNames", ["minLength": 1, "maxLength": 40]),
            ("additionalProperties", value.json)
        )
    }

    /// 128 bits in 26 characters of five: the first has three at most.
    static func identifier(_ prefix: String) -> Schema {
        Schema(
            ("type", "string"),
            ("pattern", .string("^\(prefix)_[0-7][0-9a-hjkmnp-tv-z]{25}$"))
        )
    }
}
