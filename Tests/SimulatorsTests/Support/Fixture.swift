import JSON
import Testing

/// Expects every member of a documented text in an answer, with the same value.
func expect(
    _ json: JSONValue,
    shows fixture: String,
    at location: SourceLocation = #_sourceLocation
) throws {
    let fixture = try JSONValue.parse(fixture)
    for difference in differences(json, fixture, at: .root) {
        Issue.record("\(difference)", sourceLocation: location)
    }
}

private func differences(
    _ json: JSONValue?,
    _ fixture: JSONValue,
    at pointer: JSONPointer
) -> [String] {
    switch fixture {
    case .object(let object):
        return object.members.flatMap {
            differences(json?[$0.name], $0.value, at: pointer.appending($0.name))
        }
    case .array(let elements) where json?.arrayValue?.count == elements.count:
        return elements.indices.flatMap {
            differences(json?[$0], elements[$0], at: pointer.appending($0))
        }
    case .array, .null, .bool, .integer, .number, .string:
        return json == fixture ? [] : ["\(pointer) is \(json?.text ?? "absent")"]
    }
}
