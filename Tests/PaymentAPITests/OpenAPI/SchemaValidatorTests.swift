import JSON
import TestKit
import Testing

@testable import PaymentAPI

struct SchemaValidatorTests {
    private static let schema = Schema.object(
        [
            ("name", .text(length: 1...3)),
            ("kind", .choice(of: ["a", "b"])),
            ("count", Schema.integer(1...9).orNull),
            ("tags", .array(of: .string, count: 0...2)),
            ("at", .timestamp),
            ("id", .identifier("pay")),
        ],
        required: ["name"],
        isOpen: true
    )

    private func violations(_ value: JSONValue, closed: Bool = true) -> Int {
        SchemaValidator(document: .null, closed: closed)
            .violations(of: value, under: Self.schema.json).count
    }

    @Test(
        arguments: [
            (["name": "abc"], 0),
            (["name": "abc", "count": nil, "tags": ["x"], "kind": "b"], 0),
            (["name": "abc", "at": "2026-01-01T00:00:00Z"], 0),
            ([:], 1),
            (["name": ""], 1),
            (["name": "abcd"], 1),
            (["name": 7], 1),
            (["name": "a", "kind": "c"], 1),
            (["name": "a", "count": 10], 1),
            (["name": "a", "count": "1"], 1),
            (["name": "a", "tags": ["x", "y", "z"]], 1),
            (["name": "a", "tags": [1]], 1),
            (["name": "a", "at": "noon"], 1),
            (["name": "a", "id": "pay_1"], 1),
            ([], 1),
        ] as [(JSONValue, Int)]
    )
    func `what breaks a schema is found`(value: JSONValue, count: Int) {
        #expect(violations(value) == count)
    }

    @Test
    func `an undocumented member is found where answers are judged`() {
        #expect(violations(["name": "a", "more": 1]) == 1)
        #expect(violations(["name": "a", "more": 1], closed: false) == 0)
    }

    @Test
    func `a keyword that nobody checks is a violation`() {
        let validator = SchemaValidator(document: .null, closed: true)
        #expect(!validator.violations(of: 1, under: ["multipleOf": 2]).isEmpty)
    }
}
