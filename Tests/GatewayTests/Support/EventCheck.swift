import Foundation
import JSON
import TestKit
import Testing

/// Holds every event that is really sent against the schema of its type in `docs/events/`.
enum EventCheck {
    private static let schemas: [String: JSONValue] = {
        let folder = "\(Program.project)/docs/events"
        var schemas: [String: JSONValue] = [:]
        // Silence is right: a file that cannot be read is a schema that is missed below.
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        where name.hasSuffix(".json") {
            guard let text = try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
            else { continue }
            schemas[name] = try? JSONValue.parse(Array(text.utf8))
        }
        return schemas
    }()

    /// Records an issue for whatever an event of a page of the feed has that no schema promises.
    static func check(feed body: [UInt8]) {
        let limits = JSONLimits(byteCount: 64 << 20, memberCount: 1_000_000)
        let page = try? JSONValue.parse(body, limits: limits)
        for event in page?["data"]?.arrayValue ?? [] { check(event) }
    }

    /// The same for one event, a document in the feed's form.
    static func check(_ event: JSONValue) {
        let type = event["type"]?.stringValue ?? ""
        // `<namespace>.payment.<aggregate>.<fact>.v1`
        let name = type.split(separator: ".").dropFirst(2).joined(separator: ".") + ".json"
        let parts = [
            (name, event["data"] ?? .null), ("event.v1.json", event),
        ]
        for (name, value) in parts {
            guard let schema = schemas[name] else {
                Issue.record("\(type) has no schema \(name)")
                continue
            }
            let violations = SchemaValidator(document: schema, closed: true)
                .violations(of: value, under: schema)
            if !violations.isEmpty { Issue.record("\(type): \(violations)") }
        }
    }
}
