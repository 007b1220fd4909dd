/// Writes compact JSON straight into bytes, without a tree in between.
///
/// ```swift
/// var writer = JSONWriter()
/// writer.object {
///     $0.member("amount", 12_500)
///     $0.array("items") { for item in items { $0.element(item.name) } }
/// }
/// ```
/// `member…` belongs inside an object, `element…` inside an array; names are not compared.
package struct JSONWriter: Sendable {
    /// The text so far.
    package private(set) var bytes: [UInt8]
    /// Whether something stands before the next member or element of the innermost container.
    private var needsComma = false

    package init(capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Continues after `bytes`, for instance the head of a response.
    package init(appendingTo bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The text as a string.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
}

// Values: the whole text, or an element of the array that is open.
extension JSONWriter {
    package mutating func object<E: Error>(
        _ members: (inout JSONWriter) throws(E) -> Void
    ) throws(E) {
        try container(UInt8(ascii: "{"), UInt8(ascii: "}"), members)
    }

    package mutating func array<E: Error>(
        _ elements: (inout JSONWriter) throws(E) -> Void
    ) throws(E) {
        try container(UInt8(ascii: "["), UInt8(ascii: "]"), elements)
    }

    package mutating func element(_ value: String) {
        separate()
        appendString(value)
    }

    package mutating func element(_ value: some BinaryInteger) {
        separate()
        append(value.description)
    }

    package mutating func element(_ value: Bool) {
        separate()
        append(value ? "true" : "false")
    }

    package mutating func element(_ value: JSONValue) {
        separate()
        append(value, sorted: false)
    }

    package mutating func null() {
        separate()
        append("null")
    }

    /// A value that is JSON already, taken as it is.
    package mutating func element(raw json: [UInt8]) {
        separate()
        bytes.append(contentsOf: json)
    }

    private mutating func container<E: Error>(
        _ open: UInt8,
        _ close: UInt8,
        _ content: (inout JSONWriter) throws(E) -> Void
    ) throws(E) {
        separate()
        bytes.append(open)
        needsComma = false
        try content(&self)
        bytes.append(close)
        needsComma = true
    }

    /// The comma before all members and elements but the first.
    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }
}

// Members of the object that is open.
extension JSONWriter {
    package mutating func member(_ name: String, _ value: String) {
        self.name(name)
        element(value)
    }

    package mutating func member(_ name: String, _ value: some BinaryInteger) {
        self.name(name)
        element(value)
    }

    package mutating func member(_ name: String, _ value: Bool) {
        self.name(name)
        element(value)
    }

    package mutating func member(_ name: String, _ value: JSONValue) {
        self.name(name)
        element(value)
    }

    /// A member that is `null` when there is no value.
    package mutating func member(_ name: String, _ value: String?) {
        self.name(name)
        if let value { element(value) } else { null() }
    }

    /// A member that is `null` when there is no value.
    package mutating func member(_ name: String, _ value: (some BinaryInteger)?) {
        self.name(name)
        if let value { element(value) } else { null() }
    }

    package mutating func null(_ name: String) {
        self.name(name)
        null()
    }

    package mutating func member(_ name: String, raw json: [UInt8]) {
        self.name(name)
        element(raw: json)
    }

    package mutating func object<E: Error>(
        _ name: String,
        _ members: (inout JSONWriter) throws(E) -> Void
    ) throws(E) {
        self.name(name)
        try object(members)
    }

    package mutating func array<E: Error>(
        _ name: String,
        _ elements: (inout JSONWriter) throws(E) -> Void
    ) throws(E) {
        self.name(name)
        try array(elements)
    }

    private mutating func name(_ name: String) {
        separate()
        appendString(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }
}

extension JSONWriter {
    /// Appends `value`; `sorted` orders members by the UTF-8 of their names.
    mutating func append(_ value: JSONValue, sorted: Bool) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .integer(let value): append(value.description)
        case .number(let digits): append(digits)
        case .string(let text): appendString(text)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                append(element, sorted: sorted)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            let members =
                sorted
                ? object.members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
                : object.members
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                appendString(member.name)
                bytes.append(UInt8(ascii: ":"))
                append(member.value, sorted: sorted)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    /// Escapes what RFC 8259 section 7 requires and nothing else.
    private mutating func appendString(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        let utf8 = text.utf8.span
        var position = 0
        while true {
            let end = utf8.endOfPlainText(from: position)
            let run = utf8.extracting(position..<end)
            unsafe run.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
            if end == utf8.count { break }
            appendEscaped(utf8[end])
            position = end + 1
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Appends a byte that does not stand for itself, or is a part of a character beyond ASCII.
    private mutating func appendEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case 0x0A: append("\\n")
        case 0x0D: append("\\r")
        case 0x09: append("\\t")
        case 0..<0x20:
            append(byte < 0x10 ? "\\u000" : "\\u00")
            append(String(byte, radix: 16))
        default: bytes.append(byte)
        }
    }
}

extension JSONValue {
    /// The compact text, members in their order.
    package func bytes() -> [UInt8] {
        var writer = JSONWriter()
        writer.append(self, sorted: false)
        return writer.bytes
    }

    /// One text for all spellings of the same value: members sorted by the UTF-8 of their names, no
    /// white space, one way to escape. Numbers other than integers keep their digits.
    package func canonicalBytes() -> [UInt8] {
        var writer = JSONWriter()
        writer.append(self, sorted: true)
        return writer.bytes
    }

    /// The compact text as a string.
    package var text: String { String(decoding: bytes(), as: UTF8.self) }
}
