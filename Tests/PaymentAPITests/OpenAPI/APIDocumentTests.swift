import Foundation
import HTTP
import PaymentCore
import TestKit
import Testing

@testable import PaymentAPI

/// What `docs/api.md` lists is what the API has.
struct APIDocumentTests {
    private let page: String

    init() throws {
        page = try String(contentsOfFile: "\(Program.project)/docs/api.md", encoding: .utf8)
    }

    private func section(_ title: String) throws -> Substring {
        let rest = try #require(page.range(of: "\n## \(title)\n")).upperBound
        let end = page.range(of: "\n## ", range: rest..<page.endIndex)?.lowerBound
        return page[rest..<(end ?? page.endIndex)]
    }

    @Test
    func `every problem is listed with its status and what to do about it`() throws {
        let rows = ProblemCode.allCases.map { code in
            "| `\(code.rawValue)` | \(code.status.code) | \(code.text(in: .english).detail) |"
        }
        let table = (["| code | status | detail |", "|---|---|---|"] + rows)
            .joined(separator: "\n")
        #expect(try section("Problems").contains(table + "\n"), "docs/api.md: put in\n\(table)")
    }

    @Test
    func `whether money moved is told of every failure of the service or a vendor`() throws {
        let outcomes = try section("Outcomes of a movement")
        for code in ProblemCode.allCases where code.status.code == 503 {
            let rows = outcomes.split(separator: "\n").filter { $0.hasPrefix("| 503 ") }
            #expect(rows.contains { $0.contains("`\(code.rawValue)`") }, "\(code)")
        }
    }

    @Test
    func `every permission is listed once`() throws {
        let listed = try section("Permissions").split(separator: "\n")
            .filter { $0.hasPrefix("| `") }
            .flatMap { $0.split(separator: " | ")[0].matches(of: /`([a-z.]+)`/) }
            .map { String($0.output.1) }
        #expect(listed.sorted() == Permission.allCases.map(\.rawValue).sorted())
    }
}
