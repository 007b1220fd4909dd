import ArgumentParser
import Foundation
import PaymentAPI
import TestKit
import Testing

@testable import gateway

/// What the documents and the deployment files say of the binary is what the binary says itself.
@Suite struct DocumentTests {
    func text(_ path: String) throws -> String {
        try String(contentsOfFile: "\(Program.project)/\(path)", encoding: .utf8)
    }

    @Test func `the settings table in the documents is the binary's own`() throws {
        let configuration = try Configuration(environment: [:])
        let table = ConfigCommand.table(configuration.settings)
        #expect(
            try text("docs/operations.md").contains(table),
            "docs/operations.md: put in what `gateway config --reference` prints"
        )
    }

    @Test func `the events' schemas in the documents are the binary's own`() throws {
        let folder = "\(Program.project)/docs/events"
        let written = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".json") }
        #expect(Set(written) == Set(EventSchema.files.map(\.name)))
        for file in EventSchema.files {
            let written = try text("docs/events/\(file.name)")
            #expect(written == file.text, "`gateway schemas docs/events` writes it")
        }
    }

    @Test(arguments: ["docker-compose.yml", "Dockerfile", "scripts/stack", "README.md"])
    func `every setting that is named exists`(path: String) throws {
        let known = Set(try Configuration(environment: [:]).settings.map(\.name))
        let named = try text(path).matches(of: /GATEWAY_[A-Z_]+/).map { String($0.output) }
        for name in named where !name.hasSuffix("_") {
            #expect(known.contains(name), "\(path) names \(name)")
        }
    }

    @Test(arguments: ["docker-compose.yml", "Dockerfile", "scripts/stack", "docs/operations.md"])
    func `every command that is named exists`(path: String) throws {
        let known = Set(
            Gateway.configuration.subcommands.map {
                $0.configuration.commandName ?? "\($0)".lowercased()
            }
        )
        let pattern = /(?:"\$bin"|`gateway|\["gateway",) "?([a-z]+)/
        for match in try text(path).matches(of: pattern) {
            #expect(known.contains(String(match.output.1)), "\(path) names \(match.output.1)")
        }
    }

    @Test(arguments: [
        ["GATEWAY_HTTP_PORT": "70000"], ["GATEWAY_HTTP_PORT": "http"], ["GATEWAY_LOOPS": "0"],
        ["GATEWAY_LOG_LEVEL": "loud"], ["GATEWAY_ACCESS_LOG": "yes"], ["GATEWAY_TYPO": "1"],
    ])
    func `a wrong value stops the start with its name`(environment: [String: String]) throws {
        let name = try #require(environment.keys.first)
        do {
            _ = try Configuration(environment: environment)
            Issue.record("\(environment) was taken")
        } catch let error {
            #expect(error.description.contains(name))
        }
    }

    @Test func `secrets are masked where settings are shown`() throws {
        let url = "postgresql://gateway:secret@db/gateway"
        let configuration = try Configuration(environment: ["GATEWAY_DATABASE_URL": url])
        #expect(!configuration.settings.map(\.shownValue).joined().contains("secret"))
    }
}
