internal import HTTP
internal import JSON
internal import Observability

/// Keeps card numbers out: whatever looks like one is refused before it is read, written or
/// logged. The refusal names the place and echoes nothing, so a number in a member's name is
/// reported at the object around it.
///
/// Our own identifiers cannot look like one: 26 characters without a break are not a card number.
enum CardDataGate {
    /// - Parameter exempt: members of the top object whose values are secrets of another kind.
    static func check(_ body: JSONValue, exempt: Set<String>) throws(Problem) {
        guard case .object(let object) = body, !exempt.isEmpty else {
            return try check(body, at: .root)
        }
        for member in object.members {
            if exempt.contains(member.name) {
                try checkNames(in: member.value, at: .root.appending(member.name))
            } else {
                try check(member, at: .root)
            }
        }
    }

    /// A body of events in structured mode: a `traceparent` in them does not hold a card's digits.
    static func check(events body: JSONValue) throws(Problem) {
        guard case .array(let events) = body else { return try check(event: body, at: .root) }
        for (index, event) in events.enumerated() {
            try check(event: event, at: .root.appending(index))
        }
    }

    private static func check(event: JSONValue, at pointer: JSONPointer) throws(Problem) {
        guard case .object(let object) = event else { return try check(event, at: pointer) }
        for member in object.members {
            if member.name == "traceparent", case .string(let text) = member.value,
                TracingField.isTraceparent(text)
            {
                continue
            }
            try check(member, at: pointer)
        }
    }

    static func check(query: [(name: String, value: String)]) throws(Problem) {
        for item in query {
            if holdsCard(item.name) { throw refusal("query:") }
            if holdsCard(item.value) { throw refusal("query:\(item.name)") }
        }
    }

    /// Secrets in `Authorization` are never kept and have nothing to do with cards. Neither have
    /// the numbers of tracers.
    static func check(_ fields: HTTPFields) throws(Problem) {
        for field in fields.all where field.value.utf8.count >= 13 && field.name != .authorization {
            guard holdsCard(field.value) || holdsCard(attribute: field) else { continue }
            if TracingField.isOne(field) { continue }
            throw refusal("header:\(field.name.spelling.lowercased())")
        }
    }

    /// As it was sent, and each segment as it is read.
    static func check(path: String) throws(Problem) {
        if holdsCard(path) { throw refusal("path:") }
        guard path.utf8.contains(UInt8(ascii: "%")) else { return }
        for segment in path.split(separator: "/") {
            if let text = PercentCoding.decode(segment), holdsCard(text) { throw refusal("path:") }
        }
    }

    /// An attribute of an event in binary mode is percent-encoded.
    private static func holdsCard(attribute field: HTTPFields.Field) -> Bool {
        field.value.utf8.contains(UInt8(ascii: "%"))
            && field.name.spelling.lowercased().hasPrefix("ce-")
            && holdsCard(HTTPAttribute.decoded(field.value))
    }

    /// The names of members alone.
    private static func checkNames(
        in value: JSONValue,
        at pointer: JSONPointer
    ) throws(Problem) {
        switch value {
        case .null, .bool, .integer, .number, .string: break
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                try checkNames(in: element, at: pointer.appending(index))
            }
        case .object(let object):
            for member in object.members {
                if holdsCard(member.name) { throw refusal(pointer.description) }
                try checkNames(in: member.value, at: pointer.appending(member.name))
            }
        }
    }

    private static func check(_ value: JSONValue, at pointer: JSONPointer) throws(Problem) {
        switch value {
        case .null, .bool: break
        case .integer(let number):
            // Thirteen digits are the least.
            if number.magnitude >= 1_000_000_000_000, holdsCard(String(number)) {
                throw refusal(pointer.description)
            }
        case .number(let digits):
            if holdsCard(digits) { throw refusal(pointer.description) }
        case .string(let text):
            if holdsCard(text) { throw refusal(pointer.description) }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                try check(element, at: pointer.appending(index))
            }
        case .object(let object):
            for member in object.members { try check(member, at: pointer) }
        }
    }

    private static func check(
        _ member: JSONObject.Member,
        at pointer: JSONPointer
    ) throws(Problem) {
        if holdsCard(member.name) { throw refusal(pointer.description) }
        try check(member.value, at: pointer.appending(member.name))
    }

    static func holdsCard(_ text: String) -> Bool {
        text.utf8.count >= CardDataDetector.lengths.lowerBound
            && CardDataDetector.containsCardNumber(text)
    }

    private static func refusal(_ pointer: String) -> Problem {
        Problem(.cardDataNotAccepted, errors: [FieldProblem(pointer, .cardData)])
    }
}
