internal import JSON
internal import PaymentCore

/// What a field of a request may hold: how it is read, and how the API document describes it.
/// Both come from one value, so that they cannot drift apart.
struct FieldType<Value: Sendable>: Sendable {
    typealias Read =
        @Sendable (_ value: JSONValue, _ pointer: String, _ problems: inout [FieldProblem]) ->
        Value?

    /// How a query parameter of this type is spelled.
    let spelling: Spelling
    /// Made only when the document is written.
    let schema: @Sendable () -> Schema
    /// Nil after noting a problem.
    let read: Read

    init(
        _ spelling: Spelling,
        _ schema: @autoclosure @escaping @Sendable () -> Schema,
        _ read: @escaping Read
    ) {
        self.spelling = spelling
        self.schema = schema
        self.read = read
    }

    /// The same type with a sentence of its own in the document.
    func described(_ sentence: StaticString) -> FieldType {
        let schema = schema
        return FieldType(spelling, schema().described("\(sentence)"), read)
    }

    /// What the value becomes; nil from `transform` notes `code`.
    func mapping<Other: Sendable>(
        _ code: FieldProblem.Code,
        _ arguments: [String: String] = [:],
        _ transform: @escaping @Sendable (Value) -> Other?
    ) -> FieldType<Other> {
        let read = read
        return FieldType<Other>(spelling, schema()) { value, pointer, problems in
            guard let value = read(value, pointer, &problems) else { return nil }
            guard let other = transform(value) else {
                problems.append(FieldProblem(pointer, code, arguments))
                return nil
            }
            return other
        }
    }
}

/// How a value is written in a query, where everything is text.
enum Spelling: Sendable {
    case text
    case integer
    case boolean
    /// Only in bodies.
    case structure

    /// The value that a query's text stands for; text that is not one stays text, which the
    /// type then refuses.
    func value(of text: String) -> JSONValue {
        switch self {
        case .text, .structure: .string(text)
        case .integer: Int64(text).map(JSONValue.integer) ?? .string(text)
        case .boolean: text == "true" ? .bool(true) : text == "false" ? .bool(false) : .string(text)
        }
    }
}

extension FieldType where Value: RawRepresentable<String> & CaseIterable {
    /// One of an enumeration's raw values.
    static func choice(_ type: Value.Type = Value.self) -> FieldType {
        FieldType(.text, Schema.choice(of: type.allCases.map(\.rawValue))) {
            value,
            pointer,
            problems in
            guard case .string(let text) = value else {
                return problems.refuse(pointer, expected: "string")
            }
            guard let choice = Value(rawValue: text) else {
                let choices = type.allCases.map(\.rawValue).joined(separator: ", ")
                return problems.refuse(pointer, .notOneOf, ["choices": choices])
            }
            return choice
        }
    }
}

extension FieldType {
    /// An object whose members `members` reads; members that it does not read are refused, unless
    /// the object is somebody else's to extend.
    static func object(
        ignoringOthers: Bool = false,
        _ members: @escaping @Sendable (inout Fields) -> Value?
    ) -> FieldType<Value> {
        FieldType(
            .structure,
            Fields.schema(of: members)
        ) { value, pointer, problems in
            guard case .object(let object) = value else {
                return problems.refuse(pointer, expected: "object")
            }
            var fields = Fields(object, at: pointer)
            let result = members(&fields)
            let found = ignoringOthers ? fields.problems : fields.finish()
            problems += found
            return found.isEmpty ? result : nil
        }
    }

    /// An array of `count` elements of one type.
    static func array<Element: Sendable>(
        of element: FieldType<Element>,
        _ count: ClosedRange<Int>
    ) -> FieldType<[Element]> where Value == [Element] {
        FieldType(.structure, Schema.array(of: element.schema(), count: count)) {
            value,
            pointer,
            problems in
            guard case .array(let values) = value else {
                return problems.refuse(pointer, expected: "array")
            }
            guard count.contains(values.count) else {
                return problems.refuse(pointer, .wrongLength, count.asArguments)
            }
            let before = problems.count
            let elements = values.enumerated().compactMap { index, value in
                element.read(value, "\(pointer)/\(index)", &problems)
            }
            return problems.count == before ? elements : nil
        }
    }
}

extension FieldType where Value == String {
    /// Text of so many characters without control characters.
    static func text(_ length: ClosedRange<Int> = 1...255) -> FieldType {
        FieldType(.text, Schema.text(length: length)) { value, pointer, problems in
            guard case .string(let text) = value else {
                return problems.refuse(pointer, expected: "string")
            }
            // A character is at most a few bytes, so most texts need not be counted.
            let bytes = text.utf8.count
            let fits =
                bytes <= length.upperBound && length.lowerBound <= 1
                ? bytes >= length.lowerBound : length.contains(text.unicodeScalars.count)
            guard fits else {
                return problems.refuse(pointer, .wrongLength, length.asArguments)
            }
            guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                return problems.refuse(
                    pointer,
                    .malformed,
                    ["expected": "text without control characters"]
                )
            }
            return text
        }
    }

    /// An absolute `https` URL, or `http` for development, of at most 2,048 characters.
    static let url = FieldType(
        .text,
        Schema.text(
            length: 8...2_048,
            format: "uri",
            pattern: "^https?://[!\"$-.0->@-~][!-~]*$"
        )
    ) { value, pointer, problems in
        guard case .string(let text) = value else {
            return problems.refuse(pointer, expected: "string")
        }
        let rest = ["https://", "http://"].lazy.filter(text.hasPrefix).first.map {
            text.dropFirst($0.utf8.count)
        }
        guard let rest, rest.utf8.count >= 1, text.utf8.count <= 2_048,
            rest.first.map({ !"/?#".contains($0) }) == true,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return problems.refuse(pointer, .malformed, ["expected": "URL"]) }
        return text
    }

    /// An address with one `@`; whether anybody reads it only a message could tell.
    /// RFC 5321 counts its length in bytes.
    static let email = FieldType(
        .text,
        Schema.text(
            length: 3...254,
            pattern: "^[^@ \\u0000-\\u001F\\u007F]+@[^@ \\u0000-\\u001F\\u007F]+$"
        ).described("At most 254 bytes of UTF-8.")
    ) { value, pointer, problems in
        guard let text = FieldType.text(3...254).read(value, pointer, &problems) else { return nil }
        guard text.utf8.count <= 254 else {
            return problems.refuse(pointer, .wrongLength, (3...254).asArguments)
        }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && !$0.contains(" ") }) else {
            return problems.refuse(pointer, .malformed, ["expected": "email"])
        }
        return text
    }

    /// A vendor's token: opaque to us.
    static let vendorToken = FieldType(
        .text,
        Schema.text(length: 1...255, pattern: "^[!-~]*$")
    ) { value, pointer, problems in
        guard case .string(let text) = value else {
            return problems.refuse(pointer, expected: "string")
        }
        guard (1...255).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return problems.refuse(pointer, .malformed, ["expected": "token"]) }
        return text
    }
}

extension FieldType where Value == Int64 {
    static func integer(_ range: ClosedRange<Int64>) -> FieldType {
        FieldType(.integer, Schema.integer(range)) { value, pointer, problems in
            guard case .integer(let number) = value else {
                return problems.refuse(pointer, expected: "integer")
            }
            guard range.contains(number) else {
                return problems.refuse(
                    pointer,
                    .outOfRange,
                    ["minimum": "\(range.lowerBound)", "maximum": "\(range.upperBound)"]
                )
            }
            return number
        }
    }

    /// An amount to move, in minor units: an integer above zero. Exact in every JSON reader.
    static let amount = integer(1...Int64.largestAmount)
        .described("In minor units of the currency.")
}

extension FieldType where Value == Bool {
    static let flag = FieldType(.boolean, Schema.boolean) { value, pointer, problems in
        guard case .bool(let flag) = value else {
            return problems.refuse(pointer, expected: "boolean")
        }
        return flag
    }
}

extension [FieldProblem] {
    /// Notes a problem; nil, so that a reader can return it.
    mutating func refuse<Value>(
        _ pointer: String,
        _ code: FieldProblem.Code,
        _ arguments: [String: String] = [:]
    ) -> Value? {
        append(FieldProblem(pointer, code, arguments))
        return nil
    }

    mutating func refuse<Value>(_ pointer: String, expected: String) -> Value? {
        refuse(pointer, .wrongType, ["expected": expected])
    }
}

extension ClosedRange<Int> {
    fileprivate var asArguments: [String: String] {
        ["minimum": "\(lowerBound)", "maximum": "\(upperBound)"]
    }
}
