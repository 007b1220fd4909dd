import Foundation
import TestKit
import Testing

@testable import gateway

/// Settings that would otherwise be passed over in silence.
@Suite struct SettingTests {
    @Test(arguments: ["GATEWAY_TLS_KEY", "GATEWAY_TLS_CLIENT_CA"])
    func `half of TLS is refused and not served as plain HTTP`(name: String) throws {
        let configuration = try Configuration(environment: [name: "/somewhere.pem"])
        let error = #expect(throws: SettingError.self) { try configuration.tls() }
        #expect(error?.name == name)
        #expect(error?.reason.contains("GATEWAY_TLS_CERTIFICATE") == true)
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func `a file of settings is read however its lines end`(end: String) throws {
        let text = ["# ours", "", "GATEWAY_LOOPS=3", "GATEWAY_LOG_LEVEL=error", ""]
            .joined(separator: end)
        let values = try Configuration.parse(file: text)
        #expect(values == ["GATEWAY_LOOPS": "3", "GATEWAY_LOG_LEVEL": "error"])
        #expect(throws: SettingError.self) {
            try Configuration.parse(file: "GATEWAY_LOOPS=3\(end)what")
        }
    }

    @Test func `every setting is used where something is done with it`() throws {
        let folder = URL(filePath: "\(Program.project)/Sources/gateway")
        let files = try #require(FileManager.default.enumerator(atPath: folder.path))
            .compactMap { $0 as? String }
            .filter { $0.hasSuffix(".swift") && !$0.hasPrefix("Configuration/") }
        let text = try files.map {
            try String(contentsOf: folder.appending(path: $0), encoding: .utf8)
        }.joined()
        let words = Set(text.split { !$0.isLetter && !$0.isNumber })
        let configuration = Mirror(reflecting: try Configuration(environment: [:]))
        let unused = configuration.children.compactMap(\.label).filter {
            !words.contains($0[...])
        }
        #expect(unused == [])
    }

    @Test func `the port of health and metrics is another one where requests are served`() throws {
        let settings = ["GATEWAY_METRICS_PORT": "8080", "GATEWAY_HTTP_PORT": "8080"]
        let configuration = try Configuration(environment: settings)
        #expect(throws: SettingError.self) { try configuration.probes(isBeside: true) }
        #expect(try configuration.probes(isBeside: false) != nil)
        #expect(try Configuration(environment: [:]).probes(isBeside: true) == nil)
    }
}
