import Foundation
import JSON
import TestKit
import Testing

@testable import gateway

/// What `make run` shows, against the running binary.
@Suite(.serialized) struct DemoTests {
    @Test func `the demo connects every vendor, plays to its end, and can be played again`()
        async throws
    {
        let stack = try await TestStack()
        let log = "\(stack.folder)/simulators.json"
        let names = DemoVendor.all.filter { $0.receiver != nil }.map(\.name)
        let process = try ServingProcess(
            ["simulate"] + names + ["--port", "0"],
            environment: [:],
            logPath: log
        )
        defer { process.kill() }
        try await eventually { try String(contentsOfFile: log, encoding: .utf8).hasSuffix("\n") }
        let options = [
            "--base-url", stack.client.baseURL, "--api-key", stack.apiKey, "--vendors",
            try String(contentsOfFile: log, encoding: .utf8),
        ]
        for _ in 0..<2 {
            let connected = try Program.run(["demo", "connect"] + options, environment: [:])
            #expect(connected.split(separator: "\n").count == names.count)
            let played = try Program.run(
                ["demo", "play", "--simulator", stack.simulator.baseURL] + options,
                environment: [:]
            )
            for vendor in DemoVendor.all where names.contains(vendor.name) {
                #expect(played.contains("\(vendor.title): \(vendor.amount) \(vendor.currency)"))
            }
        }
        let accounts = try await stack.client.get("/adapters/accounts").body["data"]?.arrayValue
        #expect(accounts?.count == names.count + 1, "the second time renews the first's accounts")
    }
}
