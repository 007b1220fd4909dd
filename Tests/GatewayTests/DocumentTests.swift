import ArgumentParser
import Foundation
import HTTP
import Observability
import PaymentAPI
import PaymentCore
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

    @Test func `every event is told of where the events are listed`() throws {
        let page = try text("docs/events/README.md")
        for file in EventSchema.files {
            #expect(page.contains("](\(file.name))"), "docs/events/README.md: \(file.name)")
        }
    }

    @Test func `every document is found from the first one`() throws {
        let root = URL(fileURLWithPath: Program.project)
        var found: Set<String> = []
        var open = ["README.md"]
        while let path = open.popLast() {
            guard found.insert(path).inserted else { continue }
            let folder = root.appendingPathComponent(path).deletingLastPathComponent()
            for link in try text(path).matches(of: /\]\(([^)#:]+[.]md)/) {
                let target = folder.appendingPathComponent(String(link.output.1)).standardized.path
                open.append(String(target.dropFirst(root.standardized.path.count + 1)))
            }
        }
        let written = try FileManager.default.subpathsOfDirectory(atPath: "\(root.path)/docs")
            .filter { $0.hasSuffix(".md") }
        #expect(Set(written.map { "docs/\($0)" }).subtracting(found) == [])
    }

    @Test func `every kind of job is told of`() throws {
        let page = try text("docs/operations.md")
        for kind in JobKind.allCases {
            let row = "\n| `\(kind.rawValue)` | "
            #expect(page.contains(row), "docs/operations.md: \(kind.rawValue)")
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
        let known = Set(commands)
        let pattern = /(?:"\$bin"|`gateway|\["gateway",) "?([a-z]+)/
        for match in try text(path).matches(of: pattern) {
            #expect(known.contains(String(match.output.1)), "\(path) names \(match.output.1)")
        }
    }

    @Test func `every command is listed`() throws {
        let page = try text("docs/operations.md")
        for command in commands {
            let row = try Regex("\\n\\|[^|\\n]*`gateway \(command)\\b")
            #expect(page.contains(row), "docs/operations.md: gateway \(command)")
        }
    }

    private var commands: [String] {
        Gateway.configuration.subcommands.map {
            $0.configuration.commandName ?? "\($0)".lowercased()
        }
    }

    @Test func `the metrics in the documents are those that the code makes`() throws {
        let pattern = /(?:label: |MetricDescription\(\s*|let name = )"([a-z]+_[a-z_]+)"/
        var made: Set<String> = []
        for path in try FileManager.default.subpathsOfDirectory(
            atPath: "\(Program.project)/Sources"
        ) where path.hasSuffix(".swift") {
            let names = try text("Sources/\(path)").matches(of: pattern)
            made.formUnion(names.map { String($0.output.1) })
        }
        let told = try toldMetrics().map(\.name)
        #expect(Set(told) == made)
        #expect(told.count == made.count, "a metric is told twice")
    }

    @Test func `the labels of metrics in the documents are those that the code gives`() throws {
        let pattern =
            /(?:Counter|Gauge|Timer)\(\s*label: "([a-z_]+)"(?:,\s*dimensions: \[([^\]]*)\])?/
        var given: [String: Set<String>] = [:]
        for path in try FileManager.default.subpathsOfDirectory(
            atPath: "\(Program.project)/Sources/gateway"
        ) where path.hasSuffix(".swift") {
            for match in try text("Sources/gateway/\(path)").matches(of: pattern) {
                let labels = (match.output.2 ?? "").matches(of: /\("([a-z_]+)",/)
                given[String(match.output.1), default: []]
                    .formUnion(labels.map { String($0.output.1) })
            }
        }
        #expect(given.values.count { !$0.isEmpty } > 8)
        for metric in try toldMetrics() {
            guard let labels = given[metric.name] else { continue }
            #expect(metric.labels == labels, "docs/operations.md: \(metric.name)")
        }
    }

    /// The first cell of each row may name several, each with its labels.
    private func toldMetrics() throws -> [(name: String, labels: Set<String>)] {
        let section = try #require(
            try text("docs/operations.md").split(separator: "## What to watch\n").last?
                .split(separator: "\n## ").first
        )
        return section.split(separator: "\n").filter { $0.hasPrefix("| `") }
            .flatMap { $0.split(separator: " | ")[0].matches(of: /`([a-z_]+)(?:\{([a-z_,]+)\})?/) }
            .map { match in
                let labels = (match.output.2 ?? "").split(separator: ",").map(String.init)
                return (String(match.output.1), Set(labels))
            }
    }

    @Test func `the module map is the package's own`() throws {
        let graph = try moduleGraph()
        let map = try #require(
            try text("README.md").split(separator: "## Module map\n").last?.split(separator: "```")
                .dropFirst().first
        )
        for (module, dependencies) in graph where module != "gateway" {
            let arrow = try Regex(
                "\\b\(module) ─*► ([A-Za-z]+(?:, [A-Za-z]+)*)",
                as: (Substring, Substring).self
            )
            let drawn = map.firstMatch(of: arrow)?.output.1.split(separator: ", ").map(String.init)
            // Several of them share one arrow to nothing.
            let isDrawn =
                dependencies.isEmpty
                ? map.matches(of: /([A-Za-z, ]+) ► nothing/)
                    .contains {
                        $0.output.1.matches(of: /[A-Za-z]+/).contains { $0.output == module }
                    }
                : drawn.map(Set.init) == dependencies
            #expect(isDrawn, "README.md: \(module) ► \(dependencies.sorted())")
        }
        #expect(graph["gateway"] == Set(graph.keys).subtracting(["gateway"]))
    }

    /// Whom each module of the product may import, by the manifest: of its own package, C libraries
    /// included.
    private func moduleGraph() throws -> [String: Set<String>] {
        let manifest = try text("Package.swift").split(separator: "// Tests.")[0]
        let targets = manifest.split(
            separator: /\n {8}[.](?:target|executableTarget|systemLibrary)[(]/
        ).dropFirst().filter { !$0.contains("path: \"Benchmarks") }
            .map { $0.matches(of: /"([A-Za-z]+)"/).map { String($0.output.1) } }
        let names = Set(targets.compactMap(\.first))
        var graph: [String: Set<String>] = [:]
        for words in targets {
            // Kafka's condition is named as the module itself.
            guard let name = words.first, name.wholeMatch(of: /C[A-Z].*/) == nil else { continue }
            graph[name] = names.intersection(words).subtracting([name])
        }
        return graph
    }

    @Test func `the ports of the deployment files are those that the processes listen on`() throws {
        let image = try text("Dockerfile")
        let compose = try text("docker-compose.yml")
        let port = try Configuration(environment: [:]).port
        #expect(image.contains("GATEWAY_HTTP_PORT=\(port) "))
        #expect(image.contains("EXPOSE \(port)\n"))
        // Published as host:container: the gateways', Kafka's own, and what the simulator is told.
        let told = String(
            try #require(compose.firstMatch(of: /"--port", "([0-9]+)"/)).output.1
        )
        let published = compose.matches(of: /"127[.]0[.]0[.]1:[0-9]+:([0-9]+)"/)
            .map { String($0.output.1) }
        #expect(Set(published) == ["\(port)", "29092", told])
        for probe in compose.matches(of: /"ping", "http:\/\/127[.]0[.]0[.]1:([0-9]+)\//) {
            #expect(["\(port)", told].contains(String(probe.output.1)), "\(probe.output.0)")
        }
        for url in compose.matches(of: /http:\/\/(?:stripe|webhooks):([0-9]+)/) {
            #expect(["\(port)", told].contains(String(url.output.1)), "\(url.output.0)")
        }
    }

    // The package manager refuses a package of which one target's folder is missing, even for the
    // sake of another target.
    @Test func `the image is built from every folder that the package names`() throws {
        let named = try text("Package.swift").matches(of: /path: "([^"\/]+)/)
            .map { String($0.output.1) }
        #expect(named.contains("Fuzz"))
        let lines = try text(".dockerignore").split(separator: "\n")
        #expect(lines.first == "*")
        let included = Set(lines.filter { $0.hasPrefix("!") }.map { String($0.dropFirst()) })
        for folder in named + ["Sources", "Tests", "Package.swift", "migrations"] {
            #expect(included.contains(folder), ".dockerignore leaves out \(folder)")
        }
    }

    @Test func `what the deployment's probes ask for is answered with 200`() async throws {
        let stack = try await TestStack()
        let pattern = /"ping", "http:\/\/127[.]0[.]0[.]1:[0-9]+([^"]+)"/
        let files = try text("Dockerfile") + text("docker-compose.yml")
        let paths = files.matches(of: pattern).map { String($0.output.1) }
        #expect(paths.count >= 2)
        for path in paths {
            let peer = path.hasPrefix("/_control") ? stack.simulator : stack.client
            #expect(try await peer.raw(.get, path, nil).status == 200, "\(path)")
        }
    }

    @Test func `every metric that the service counts says what it is`() throws {
        let folder = "\(Program.project)/Sources/gateway"
        let files = try #require(FileManager.default.enumerator(atPath: folder))
        var counted: Set<String> = []
        for case let name as String in files where name.hasSuffix(".swift") {
            let source = try text("Sources/gateway/\(name)")
            for match in source.matches(of: /label: "([a-z_]+_[a-z]+)"/) {
                counted.insert(String(match.output.1))
            }
        }
        #expect(counted.count > 15)
        #expect(counted.subtracting(ServiceMetrics.descriptions.map(\.name)) == [])
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
