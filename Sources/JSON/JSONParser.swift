extension JSONValue {
    /// The value that `bytes` spell, read strictly: RFC 8259 and nothing else, UTF-8 without
    /// a byte order mark, no name twice in an object, nothing past `limits`.
    package static func parse(
        _ bytes: [UInt8],
        limits: JSONLimits = .standard
    ) throws(JSONError) -> JSONValue {
        try parse(bytes.span, limits: limits)
    }

    package static func parse(
        _ bytes: Span<UInt8>,
        limits: JSONLimits = .standard
    ) throws(JSONError) -> JSONValue {
        var parser = JSONParser(limits: limits)
        return try parser.parseText(bytes)
    }

    package static func parse(
        _ text: String,
        limits: JSONLimits = .standard
    ) throws(JSONError) -> JSONValue {
        try parse(Array(text.utf8), limits: limits)
    }
}

/// A recursive descent over one text. The stack it uses is bounded by `limits.depth`; the place of
/// an error is put together on the way out, so that a good text pays nothing for it.
struct JSONParser {
    let limits: JSONLimits
    var position = 0

    init(limits: JSONLimits) {
        self.limits = limits
    }

    mutating func parseText(_ text: borrowing Span<UInt8>) throws(JSONError) -> JSONValue {
        if text.count > limits.byteCount { throw failure(.tooLarge) }
        if text.count >= 3, text[0] == 0xEF, text[1] == 0xBB, text[2] == 0xBF {
            throw failure(.byteOrderMark)
        }
        skipWhitespace(text)
        if position == text.count { throw failure(.empty) }
        let value = try parseValue(text, depth: 0)
        skipWhitespace(text)
        if position != text.count { throw failure(.trailingInput) }
        return value
    }

    func failure(_ code: JSONError.Code, at offset: Int? = nil) -> JSONError {
        JSONError(code: code, offset: offset ?? position, pointer: .root)
    }
}

extension JSONParser {
    private mutating func parseValue(
        _ text: borrowing Span<UInt8>,
        depth: Int
    ) throws(JSONError) -> JSONValue {
        guard position < text.count else { throw failure(.unexpectedEnd) }
        switch text[position] {
        case UInt8(ascii: "\""): return .string(try parseString(text))
        case UInt8(ascii: "{"): return .object(try parseObject(text, depth: depth))
        case UInt8(ascii: "["): return .array(try parseArray(text, depth: depth))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return try parseNumber(text)
        case UInt8(ascii: "t"):
            try parseWord("true", text)
            return .bool(true)
        case UInt8(ascii: "f"):
            try parseWord("false", text)
            return .bool(false)
        case UInt8(ascii: "n"):
            try parseWord("null", text)
            return .null
        default: throw failure(.unexpectedByte)
        }
    }

    private mutating func parseObject(
        _ text: borrowing Span<UInt8>,
        depth: Int
    ) throws(JSONError) -> JSONObject {
        try enter(depth)
        var names = DistinctNames()
        var members: [JSONObject.Member] = []
        skipWhitespace(text)
        if take(UInt8(ascii: "}"), text) { return JSONObject(distinct: members) }
        while true {
            guard members.count < limits.memberCount else { throw failure(.tooManyMembers) }
            let start = position
            try expectByte(UInt8(ascii: "\""), text)
            let name = try parseString(text)
            do throws(JSONError) {
                guard names.insert(name, after: members) else {
                    throw failure(.duplicateName, at: start)
                }
                skipWhitespace(text)
                try expect(UInt8(ascii: ":"), text)
                skipWhitespace(text)
                members.append(
                    JSONObject.Member(name: name, value: try parseValue(text, depth: depth + 1))
                )
            } catch {
                throw error.within(.member(name))
            }
            skipWhitespace(text)
            if take(UInt8(ascii: ","), text) {
                skipWhitespace(text)
                continue
            }
            try expect(UInt8(ascii: "}"), text)
            return JSONObject(distinct: members)
        }
    }

    private mutating func parseArray(
        _ text: borrowing Span<UInt8>,
        depth: Int
    ) throws(JSONError) -> [JSONValue] {
        try enter(depth)
        var elements: [JSONValue] = []
        skipWhitespace(text)
        if take(UInt8(ascii: "]"), text) { return elements }
        while true {
            guard elements.count < limits.memberCount else { throw failure(.tooManyMembers) }
            do throws(JSONError) {
                elements.append(try parseValue(text, depth: depth + 1))
            } catch {
                throw error.within(.index(elements.count))
            }
            skipWhitespace(text)
            if take(UInt8(ascii: ","), text) {
                skipWhitespace(text)
                continue
            }
            try expect(UInt8(ascii: "]"), text)
            return elements
        }
    }

    /// Steps over the bracket that opens a container inside `depth` others.
    private mutating func enter(_ depth: Int) throws(JSONError) {
        guard depth < limits.depth else { throw failure(.tooDeep) }
        position += 1
    }

    private mutating func parseWord(
        _ word: StaticString,
        _ text: borrowing Span<UInt8>
    ) throws(JSONError) {
        for offset in 0..<word.utf8CodeUnitCount {
            try expect(unsafe word.utf8Start[offset], text)
        }
    }
}

extension JSONParser {
    mutating func skipWhitespace(_ text: borrowing Span<UInt8>) {
        while position < text.count {
            switch text[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    /// Steps over `byte` when it is the next one.
    mutating func take(_ byte: UInt8, _ text: borrowing Span<UInt8>) -> Bool {
        guard position < text.count, text[position] == byte else { return false }
        position += 1
        return true
    }

    mutating func expect(_ byte: UInt8, _ text: borrowing Span<UInt8>) throws(JSONError) {
        try expectByte(byte, text)
        position += 1
    }

    private func expectByte(_ byte: UInt8, _ text: borrowing Span<UInt8>) throws(JSONError) {
        guard position < text.count else { throw failure(.unexpectedEnd) }
        guard text[position] == byte else { throw failure(.unexpectedByte) }
    }
}

extension JSONError {
    /// The same failure, seen from the container around it.
    func within(_ token: JSONPointer.Token) -> JSONError {
        var error = self
        error.pointer.tokens.insert(token, at: 0)
        return error
    }
}

/// Finds a name that comes a second time. Names that Unicode holds equal count as one, since
/// nothing that reads them later could tell them apart.
private struct DistinctNames {
    /// Empty until there are so many members that comparing each with each would be slow.
    private var set: Set<String> = []

    /// Whether `name` differs from all names before it.
    mutating func insert(_ name: String, after members: [JSONObject.Member]) -> Bool {
        let threshold = 16
        if members.count < threshold { return !members.contains { $0.name == name } }
        if members.count == threshold { set.formUnion(members.map(\.name)) }
        return set.insert(name).inserted
    }
}
