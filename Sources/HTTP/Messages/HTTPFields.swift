/// The field lines of a message, in order, duplicates kept.
///
/// A value can never break out of its line: bytes that RFC 9110 section 5.5 forbids in one (CR, LF,
/// NUL and the other controls except tab) become spaces when it is stored, and outer white space
/// goes.
package struct HTTPFields: Sendable, Hashable {
    package struct Field: Sendable, Hashable {
        package let name: HTTPFieldName
        package let value: String
    }

    package private(set) var all: [Field] = []

    package init() {}

    package mutating func append(_ name: HTTPFieldName, _ value: String) {
        all.append(Field(name: name, value: Self.legalized(value)))
    }

    /// For names and values that a parser has checked.
    mutating func append(parsed name: HTTPFieldName, _ value: String) {
        all.append(Field(name: name, value: value))
    }

    package mutating func removeAll(_ name: HTTPFieldName) {
        all.removeAll { $0.name == name }
    }

    /// The first value of `name`; setting replaces all of them, setting nil removes them.
    package subscript(_ name: HTTPFieldName) -> String? {
        get { all.first { $0.name == name }?.value }
        set {
            removeAll(name)
            if let newValue { append(name, newValue) }
        }
    }

    /// All values of `name`, in order.
    package func values(_ name: HTTPFieldName) -> [String] {
        all.filter { $0.name == name }.map(\.value)
    }

    package var isEmpty: Bool { all.isEmpty }
    package var count: Int { all.count }
}

extension HTTPFields {
    private static func legalized(_ value: String) -> String {
        let utf8 = value.utf8
        let isLegal =
            utf8.allSatisfy(ASCII.isFieldValue)
            && utf8.first.map(ASCII.isBlank) != true && utf8.last.map(ASCII.isBlank) != true
        if isLegal { return value }
        var bytes = utf8.map { ASCII.isFieldValue($0) ? $0 : ASCII.space }[...]
        while bytes.first.map(ASCII.isBlank) == true { bytes.removeFirst() }
        while bytes.last.map(ASCII.isBlank) == true { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension HTTPFields: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (HTTPFieldName, String)...) {
        for (name, value) in elements { append(name, value) }
    }
}
