internal import JSON
package import PaymentCore

/// Why something is not a CloudEvent that can be taken.
package struct CloudEventError: Error, Sendable {
    let problems: [FieldProblem]

    /// The places of what is wrong.
    package var description: String {
        problems.map { "\($0.pointer) \($0.code.rawValue)" }.joined(separator: ", ")
    }
}

/// Reads CloudEvents 1.0 with JSON data, in every form of its bindings to HTTP and Kafka.
package enum CloudEventReader {
    package static let structuredType = "application/cloudevents+json"
    package static let batchType = "application/cloudevents-batch+json"
    /// Of a batch.
    static let maximumCount = 100

    /// The events of an HTTP body (HTTP binding, section 3).
    ///
    /// - Parameter attributes: the header fields, their names in lower case.
    static func events(
        in document: JSONValue,
        contentType: String?,
        attributes: [(name: String, value: String)]
    ) throws(CloudEventError) -> [CloudEvent] {
        let type = contentType?.lowercased().prefix { $0 != ";" && $0 != " " } ?? ""
        switch type {
        case structuredType: return [try event(structured: document, at: "")]
        case batchType:
            guard case .array(let elements) = document, 1...maximumCount ~= elements.count else {
                throw CloudEventError(
                    problems: [
                        FieldProblem(
                            "",
                            .wrongLength,
                            ["minimum": "1", "maximum": "\(maximumCount)"]
                        )
                    ]
                )
            }
            var events: [CloudEvent] = []
            for (index, element) in elements.enumerated() {
                events.append(try event(structured: element, at: "/\(index)"))
            }
            return events
        default:
            // Section 3.1.3: values are percent-encoded.
            let attributes = attributes.filter { $0.name.hasPrefix("ce-") }.map {
                (String($0.name.dropFirst(3)), $0.value)
            }
            return [try event(attributes, decoding: true, data: document, at: "header:ce-")]
        }
    }

    /// An event in structured mode.
    package static func event(structured bytes: [UInt8]) throws(CloudEventError) -> CloudEvent {
        guard let document = try? JSONValue.parse(bytes) else {
            throw CloudEventError(problems: [FieldProblem("", .malformed, ["expected": "JSON"])])
        }
        return try event(structured: document, at: "")
    }

    /// An event in binary mode: attributes by their names without any prefix.
    package static func event(
        attributes: [(name: String, value: String)],
        data bytes: [UInt8]
    ) throws(CloudEventError) -> CloudEvent {
        guard let data = try? JSONValue.parse(bytes) else {
            throw CloudEventError(
                problems: [FieldProblem("/data", .malformed, ["expected": "JSON"])]
            )
        }
        return try event(attributes, decoding: false, data: data, at: "/")
    }

    private static func event(
        _ attributes: [(name: String, value: String)],
        decoding: Bool,
        data: JSONValue,
        at place: String
    ) throws(CloudEventError) -> CloudEvent {
        var object = JSONObject()
        for (name, value) in attributes {
            let value = JSONValue.string(decoding ? HTTPAttribute.decoded(value) : value)
            // Whoever handed it on may have believed either.
            guard object[name] == nil || object[name] == value else {
                let reason = ["reason": "given more than once"]
                throw CloudEventError(problems: [FieldProblem(place + name, .conflict, reason)])
            }
            object[name] = value
        }
        return try event(object, data: data, at: place)
    }

    private static func event(
        structured document: JSONValue,
        at pointer: String
    ) throws(CloudEventError) -> CloudEvent {
        guard case .object(let object) = document else {
            throw CloudEventError(
                problems: [FieldProblem(pointer, .wrongType, ["expected": "object"])]
            )
        }
        return try event(object, data: object["data"] ?? .null, at: pointer + "/")
    }

    /// The one list of what is read of an event; extensions that are not known are passed over.
    private static func event(
        _ object: JSONObject,
        data: JSONValue,
        at place: String
    ) throws(CloudEventError) -> CloudEvent {
        var attributes = Attributes(object: object, place: place)
        if attributes.text("specversion", isRequired: true).map({ $0 != "1.0" }) == true {
            attributes.refuse("specversion", .notOneOf, ["choices": "1.0"])
        }
        if let type = attributes.text("datacontenttype"), !isJSON(type) {
            attributes.refuse("datacontenttype", .notOneOf, ["choices": "application/json"])
        }
        var event = CloudEvent(
            id: attributes.name("id"),
            source: attributes.name("source"),
            type: attributes.name("type"),
            data: String(decoding: data.bytes(), as: UTF8.self)
        )
        event.subject = attributes.text("subject")
        event.tenant = attributes.text("tenant", isExtension: true)
        event.correlation = attributes.text("correlationid", isExtension: true)
        event.traceparent = attributes.text("traceparent", isExtension: true)
        if let time = attributes.text("time") {
            event.time = attributes.value("time", "RFC 3339 time", Timestamp(rfc3339: time))
        }
        if let sequence = attributes.text("sequence", isExtension: true) {
            event.sequence = attributes.sequence(sequence)
        }
        guard attributes.problems.isEmpty else {
            throw CloudEventError(problems: attributes.problems)
        }
        return event
    }

    /// The media types that CloudEvents' JSON format (section 3.1) takes for JSON.
    private static func isJSON(_ mediaType: String) -> Bool {
        let name = mediaType.lowercased().prefix { $0 != ";" }.filter { $0 != " " }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { return false }
        return parts[1] == "json" || parts[1].hasSuffix("+json")
    }
}

/// Attributes as they are asked for, noting what is wrong.
private struct Attributes {
    let object: JSONObject
    let place: String
    var problems: [FieldProblem] = []

    /// - Parameter isExtension: CloudEvents' own attributes are text; an extension of theirs may be
    ///   an integer too.
    mutating func text(
        _ name: String,
        isRequired: Bool = false,
        isExtension: Bool = false
    ) -> String? {
        let text: String
        switch object[name] {
        case .string(let value)?: text = value
        case .integer(let number)? where isExtension: text = "\(number)"
        case nil, .null?:
            if isRequired { refuse(name, .required) }
            return nil
        case .bool?, .integer?, .number?, .array?, .object?:
            refuse(name, .wrongType, ["expected": "string"])
            return nil
        }
        guard 1...1_000 ~= text.utf8.count, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else {
            refuse(name, .wrongLength, ["minimum": "1", "maximum": "1000"])
            return nil
        }
        return text
    }

    /// An attribute that an event must have and is known by. Hiding a card number in it would make
    /// one of two events, so it is refused.
    mutating func name(_ name: String) -> String {
        guard let text = text(name, isRequired: true) else { return "" }
        if CardDataGate.holdsCard(text) { refuse(name, .cardData) }
        return text
    }

    mutating func sequence(_ text: String) -> Int64? {
        if CardDataGate.holdsCard(text) { refuse("sequence", .cardData) }
        return value("sequence", "integer", Int64(text).flatMap { $0 >= 0 ? $0 : nil })
    }

    /// The value that was read; notes a problem when there is none.
    mutating func value<Value>(_ name: String, _ expected: String, _ value: Value?) -> Value? {
        if value == nil { refuse(name, .malformed, ["expected": expected]) }
        return value
    }

    mutating func refuse(
        _ name: String,
        _ code: FieldProblem.Code,
        _ arguments: [String: String] = [:]
    ) {
        problems.append(FieldProblem(place + name, code, arguments))
    }
}
