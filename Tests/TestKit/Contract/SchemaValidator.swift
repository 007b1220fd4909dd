package import JSON
import PaymentCore

/// Holds values against JSON Schemas (draft 2020-12): the keywords that our API document uses. An
/// unknown keyword is a violation, so that nothing goes unchecked.
package struct SchemaValidator: Sendable {
    private let document: JSONValue
    /// Whether a member that an object's schema does not name is a violation, although clients must
    /// bear it: what is answered must be documented.
    private let isClosed: Bool

    /// - Parameter document: what `$ref` points into.
    package init(document: JSONValue, closed: Bool) {
        self.document = document
        isClosed = closed
    }

    /// Everything in `value` that its schema does not allow, with its place.
    package func violations(of value: JSONValue, under schema: JSONValue) -> [String] {
        check(value, schema, JSONPointer.root)
    }

    private func check(
        _ value: JSONValue,
        _ schema: JSONValue,
        _ place: JSONPointer
    ) -> [String] {
        guard case .object(let keywords) = schema else {
            return schema == true ? [] : ["\(place): not allowed"]
        }
        if case .string(let reference)? = keywords["$ref"] {
            guard let target = resolve(reference) else { return ["\(place): no \(reference)"] }
            return check(value, target, place)
        }
        return keywords.members.flatMap { keyword in
            violations(of: value, keyword.name, keyword.value, keywords, place)
        }
    }

    private func resolve(_ reference: String) -> JSONValue? {
        guard reference.hasPrefix("#/") else { return nil }
        return reference.dropFirst(2).split(separator: "/").reduce(document) {
            (value: JSONValue?, name) in value?[String(name)]
        }
    }

    private func violations(
        of value: JSONValue,
        _ keyword: String,
        _ argument: JSONValue,
        _ schema: JSONObject,
        _ place: JSONPointer
    ) -> [String] {
        switch keyword {
        case "description", "summary", "title", "$schema", "$defs": []
        case "type":
            expect(typeNames(argument).contains { value.isA($0) }, "is no \(argument.text)", place)
        case "enum": expect(argument.arrayValue?.contains(value) == true, "is not listed", place)
        case "const": expect(argument == value, "is not \(argument.text)", place)
        case "format":
            expect(
                fits(value, format: argument.stringValue ?? ""),
                "breaks \(argument.text)",
                place
            )
        case "pattern":
            expect(
                fits(value, pattern: argument.stringValue ?? ""),
                "breaks \(argument.text)",
                place
            )
        case "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems",
            "maxProperties":
            expect(fits(value, keyword, argument.integerValue ?? 0), "breaks \(keyword)", place)
        case "required":
            required(value, argument.arrayValue ?? [], place)
        case "properties":
            properties(value, argument.objectValue ?? JSONObject(), schema, place)
        case "additionalProperties":
            additional(value, argument, schema["properties"]?.objectValue, place)
        case "propertyNames":
            (value.objectValue?.names ?? []).flatMap { check(.string($0), argument, place) }
        case "items":
            (value.arrayValue ?? []).enumerated().flatMap {
                check($0.element, argument, place.appending($0.offset))
            }
        case "anyOf":
            expect(
                (argument.arrayValue ?? []).contains { check(value, $0, place).isEmpty },
                "fits none: "
                    + (argument.arrayValue ?? []).flatMap { check(value, $0, place) }
                    .joined(separator: ", "),
                place
            )
        default: ["\(place): the validator does not know \(keyword)"]
        }
    }

    private func expect(_ holds: Bool, _ message: String, _ place: JSONPointer) -> [String] {
        holds ? [] : ["\(place): \(message)"]
    }

    private func typeNames(_ argument: JSONValue) -> [String] {
        argument.stringValue.map { [$0] } ?? (argument.arrayValue ?? []).compactMap(\.stringValue)
    }

    private func required(
        _ value: JSONValue,
        _ names: [JSONValue],
        _ place: JSONPointer
    ) -> [String] {
        guard let object = value.objectValue else { return [] }
        return names.compactMap(\.stringValue).filter { object[$0] == nil }
            .map { "\(place): lacks \($0)" }
    }

    private func properties(
        _ value: JSONValue,
        _ known: JSONObject,
        _ schema: JSONObject,
        _ place: JSONPointer
    ) -> [String] {
        (value.objectValue?.members ?? []).flatMap { member in
            if let schema = known[member.name] {
                return check(member.value, schema, place.appending(member.name))
            }
            let isUndocumented = isClosed && schema["additionalProperties"] == nil
            return expect(!isUndocumented, "undocumented member \(member.name)", place)
        }
    }

    private func additional(
        _ value: JSONValue,
        _ argument: JSONValue,
        _ known: JSONObject?,
        _ place: JSONPointer
    ) -> [String] {
        (value.objectValue?.members ?? []).filter { known?[$0.name] == nil }.flatMap {
            check($0.value, argument, place.appending($0.name))
        }
    }

    private func fits(_ value: JSONValue, _ keyword: String, _ bound: Int64) -> Bool {
        switch (keyword, value) {
        case ("minLength", .string(let text)): text.unicodeScalars.count >= bound
        case ("maxLength", .string(let text)): text.unicodeScalars.count <= bound
        case ("minimum", .integer(let number)): number >= bound
        case ("maximum", .integer(let number)): number <= bound
        case ("minItems", .array(let elements)): elements.count >= bound
        case ("maxItems", .array(let elements)): elements.count <= bound
        case ("maxProperties", .object(let object)): object.count <= bound
        // A keyword says nothing about other types.
        default: true
        }
    }

    private func fits(_ value: JSONValue, format: String) -> Bool {
        guard case .string(let text) = value else { return true }
        return switch format {
        case "date-time": Timestamp(rfc3339: text) != nil
        case "uri": text.contains(":")
        default: true
        }
    }

    private func fits(_ value: JSONValue, pattern: String) -> Bool {
        guard case .string(let text) = value else { return true }
        guard let regex = try? Regex(pattern) else { return false }
        return text.firstMatch(of: regex) != nil
    }
}

extension JSONValue {
    fileprivate func isA(_ type: String) -> Bool {
        switch self {
        case .null: type == "null"
        case .bool: type == "boolean"
        case .integer: type == "integer" || type == "number"
        // A number without a fraction is an integer, however long it is.
        case .number(let digits):
            type == "number" || (type == "integer" && digits.utf8.allSatisfy { $0 != 0x2E })
        case .string: type == "string"
        case .array: type == "array"
        case .object: type == "object"
        }
    }
}
