/// How the value of one field becomes a `Value`; readers compose.
package struct JSONReader<Value> {
    /// Reads what stands at the pointer; throws all its faults.
    package let read: (JSONValue, JSONPointer) throws(JSONFieldErrors) -> Value

    package init(
        _ read: @escaping (JSONValue, JSONPointer) throws(JSONFieldErrors) -> Value
    ) {
        self.read = read
    }

    /// The same, then made into another type; nil is refused with `message`.
    package func map<Result>(
        _ message: String,
        _ transform: @escaping (Value) -> Result?
    ) -> JSONReader<Result> {
        JSONReader<Result> { (value, pointer) throws(JSONFieldErrors) in
            guard let result = transform(try read(value, pointer)) else {
                throw JSONFieldErrors(pointer, .invalid, message)
            }
            return result
        }
    }
}

extension JSONReader<JSONValue> {
    /// Any value, as it is.
    package static var any: Self { JSONReader { (value, _) in value } }
}

extension JSONReader<Bool> {
    package static var bool: Self {
        JSONReader { (value, pointer) throws(JSONFieldErrors) in
            guard case .bool(let value) = value else {
                throw JSONFieldErrors(pointer, .wrongType, "This must be true or false.")
            }
            return value
        }
    }
}

extension JSONReader<Int64> {
    /// An integer written as one: 1.0, 1e3, -0 and "1" are refused.
    package static var int64: Self { int64(in: Int64.min...Int64.max) }

    package static func int64(in range: PartialRangeFrom<Int64>) -> Self {
        int64(in: range.lowerBound...Int64.max)
    }

    package static func int64(in range: ClosedRange<Int64>) -> Self {
        JSONReader { (value, pointer) throws(JSONFieldErrors) in
            switch value {
            case .integer(let value) where range.contains(value):
                return value
            case .integer:
                throw JSONFieldErrors(pointer, .outOfRange, "This must lie within \(text(range)).")
            case .number:
                throw JSONFieldErrors(pointer, .notInteger, "This must be an integer.")
            case .null, .bool, .string, .array, .object:
                throw JSONFieldErrors(pointer, .wrongType, "This must be an integer.")
            }
        }
    }

    private static func text(_ range: ClosedRange<Int64>) -> String {
        "\(range.lowerBound) to \(range.upperBound)"
    }
}

extension JSONReader<String> {
    package static var string: Self { string(bytes: 0...Int.max) }

    /// A string whose UTF-8 has so many bytes.
    package static func string(bytes range: ClosedRange<Int>) -> Self {
        JSONReader { (value, pointer) throws(JSONFieldErrors) in
            guard case .string(let text) = value else {
                throw JSONFieldErrors(pointer, .wrongType, "This must be a string.")
            }
            guard range.contains(text.utf8.count) else {
                throw JSONFieldErrors(
                    pointer,
                    .wrongLength,
                    "This must have \(range.lowerBound) to \(range.upperBound) bytes."
                )
            }
            return text
        }
    }
}

extension JSONReader where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the words that the cases of `Value` have as raw values.
    package static func oneOf(_ type: Value.Type = Value.self) -> Self {
        JSONReader { (value, pointer) throws(JSONFieldErrors) in
            let text = try JSONReader<String>.string.read(value, pointer)
            guard let known = Value(rawValue: text) else {
                let words = Value.allCases.map(\.rawValue).joined(separator: ", ")
                throw JSONFieldErrors(pointer, .invalid, "This must be one of: \(words).")
            }
            return known
        }
    }
}

extension JSONReader {
    /// An object, read by `members`, which gets its fields and finishes them. They are finished
    /// again after it: an unknown name does not pass even when it forgets.
    package static func object(
        _ members: @escaping (inout JSONFields) throws(JSONFieldErrors) -> Value
    ) -> Self {
        JSONReader { (value, pointer) throws(JSONFieldErrors) in
            guard case .object(let object) = value else {
                throw JSONFieldErrors(pointer, .wrongType, "This must be an object.")
            }
            var fields = JSONFields(object, at: pointer)
            let result = try members(&fields)
            try fields.finish()
            return result
        }
    }

    /// An array of so many elements; the faults of all elements are collected.
    package static func array<Element>(
        _ element: JSONReader<Element>,
        count range: ClosedRange<Int> = 0...Int.max
    ) -> Self where Value == [Element] {
        JSONReader { (value, pointer) throws(JSONFieldErrors) in
            guard case .array(let values) = value else {
                throw JSONFieldErrors(pointer, .wrongType, "This must be an array.")
            }
            guard range.contains(values.count) else {
                throw JSONFieldErrors(
                    pointer,
                    .wrongLength,
                    "This must have \(range.lowerBound) to \(range.upperBound) elements."
                )
            }
            var elements: [Element] = []
            var errors: [JSONFieldError] = []
            for (index, value) in values.enumerated() {
                do throws(JSONFieldErrors) {
                    elements.append(try element.read(value, pointer.appending(index)))
                } catch {
                    errors.append(contentsOf: error.all)
                }
            }
            if !errors.isEmpty { throw JSONFieldErrors(all: errors) }
            return elements
        }
    }
}
