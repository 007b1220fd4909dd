/// Reads the members of one object strictly and collects everything that is wrong with them.
///
/// ```swift
/// var fields = JSONFields(object)
/// let amount = fields.required("amount", .int64(in: 1...))
/// let note = fields.optional("note", .string(bytes: 0...500))
/// let order = fields.optional("order", .object(Order.init(reading:)))
/// let amount = try fields.finish(amount)  // Throws all errors; required values lose their `?`.
/// ```
package struct JSONFields {
    private let object: JSONObject
    private let pointer: JSONPointer
    private var known: Set<String> = []
    /// What is wrong so far, in the order it was found.
    package private(set) var errors: [JSONFieldError] = []

    /// Reads `object`, which stands at `pointer` of the whole text.
    package init(_ object: JSONObject, at pointer: JSONPointer = .root) {
        self.object = object
        self.pointer = pointer
    }

    /// The value of `name`; when it is missing, null or unfit, nil and an error.
    package mutating func required<Value>(
        _ name: String,
        _ reader: JSONReader<Value>
    ) -> Value? {
        known.insert(name)
        guard let value = object[name], value != .null else {
            reject(name, .missing, "This field is required.")
            return nil
        }
        return read(name, value, reader)
    }

    /// The value of `name`; nil when it is missing or null, nil and an error when it is unfit.
    package mutating func optional<Value>(
        _ name: String,
        _ reader: JSONReader<Value>
    ) -> Value? {
        known.insert(name)
        guard let value = object[name], value != .null else { return nil }
        return read(name, value, reader)
    }

    /// Whether `name` is there, if only as null.
    package func contains(_ name: String) -> Bool { object[name] != nil }

    /// Records a fault that the types cannot express, such as two fields that exclude each other.
    package mutating func reject(
        _ name: String,
        _ code: JSONFieldError.Code,
        _ message: String
    ) {
        errors.append(
            JSONFieldError(pointer: pointer.appending(name), code: code, message: message)
        )
    }

    /// Ends the reading: names that nobody asked for are errors. Throws all errors, or gives the
    /// values of required fields back unwrapped; one that is nil without an error is our mistake.
    package mutating func finish<each Value>(
        _ values: repeat (each Value)?
    ) throws(JSONFieldErrors) -> (repeat each Value) {
        for name in object.names where !known.contains(name) {
            reject(name, .unknown, "There is no field of this name.")
        }
        guard errors.isEmpty else { throw JSONFieldErrors(all: errors) }
        return (repeat Self.unwrap(each values))
    }

    private static func unwrap<Value>(_ value: Value?) -> Value {
        guard let value else {
            preconditionFailure("a required field without an error has a value")
        }
        return value
    }

    private mutating func read<Value>(
        _ name: String,
        _ value: JSONValue,
        _ reader: JSONReader<Value>
    ) -> Value? {
        do throws(JSONFieldErrors) {
            return try reader.read(value, pointer.appending(name))
        } catch {
            errors.append(contentsOf: error.all)
            return nil
        }
    }
}

/// One fault of one field.
package struct JSONFieldError: Sendable, Hashable {
    package enum Code: String, Sendable, Hashable, CaseIterable {
        case missing
        case unknown
        case wrongType = "wrong_type"
        /// A number that is not an integer of 64 bits: fractions and exponents included.
        case notInteger = "not_integer"
        case outOfRange = "out_of_range"
        case wrongLength = "wrong_length"
        case invalid
    }

    package let pointer: JSONPointer
    package let code: Code
    /// For developers, in English; names no value.
    package let message: String

    package init(pointer: JSONPointer, code: Code, message: String) {
        self.pointer = pointer
        self.code = code
        self.message = message
    }
}

/// All faults of a text; never empty.
package struct JSONFieldErrors: Error, Sendable, Hashable {
    package let all: [JSONFieldError]

    package init(all: [JSONFieldError]) {
        precondition(!all.isEmpty, "an error names at least one fault")
        self.all = all
    }

    init(_ pointer: JSONPointer, _ code: JSONFieldError.Code, _ message: String) {
        self.init(all: [JSONFieldError(pointer: pointer, code: code, message: message)])
    }
}
