import Cryptography
import Foundation
import HTTP
import TestKit
import Testing

/// The gateway's own TLS listener: certificates of clients, and a certificate that is replaced
/// while it serves.
@Suite(.serialized) struct SecureListenerTests {
    private static let health = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"

    /// A gateway process with TLS settings, over the installation of a stack.
    private static func serving(
        _ stack: TestStack,
        _ settings: [String: String],
        _ body: (ServingProcess, UInt16) async throws -> Void
    ) async throws {
        let port = UInt16(try FreePort.take())
        let process = try ServingProcess(
            ["serve", "--roles", "api,webhooks"],
            environment: stack.environment.merging(settings) { $1 }
                .merging(["GATEWAY_HTTP_PORT": "\(port)"]) { $1 },
            logPath: "\(stack.folder)/gateway-tls.log"
        )
        defer { process.kill() }
        try await eventually { (try? WireClient(port: port)) != nil }
        try await body(process, port)
    }

    private static func client(
        as identity: TestCertificates.Identity? = nil
    ) throws -> TLSContext {
        try TLSContext.client(
            authorities: TestCertificates.shared.get().authority.certificate,
            certificateChain: identity?.certificate,
            privateKey: identity?.key
        )
    }

    /// The status of `/health`, or nil when the two did not come to terms.
    private static func status(_ port: UInt16, _ context: TLSContext) throws -> Int? {
        let client = try WireClient(port: port)
        guard try client.startTLS(context) else { return nil }
        client.send(health)
        return try? client.answer().status
    }

    @Test func `only who shows a certificate of the authority is served`() async throws {
        let stack = try await TestStack()
        let certificates = try TestCertificates.shared.get()
        let settings = [
            "GATEWAY_TLS_CERTIFICATE": certificates.server.certificate,
            "GATEWAY_TLS_KEY": certificates.server.key,
            "GATEWAY_TLS_CLIENT_CA": certificates.authority.certificate,
        ]
        try await Self.serving(stack, settings) { _, port in
            #expect(try Self.status(port, Self.client(as: certificates.client)) == 200)
            #expect(try Self.status(port, Self.client()) == nil)
            #expect(try Self.status(port, Self.client(as: certificates.stranger)) == nil)
            let plain = try WireClient(port: port)
            plain.send(Self.health)
            #expect(plain.endsInSilence())
            #expect(try Self.status(port, Self.client(as: certificates.client)) == 200)
        }
    }

    @Test func `a certificate is read again on SIGHUP, and one that cannot be is not taken`()
        async throws
    {
        let stack = try await TestStack()
        let certificates = try TestCertificates.shared.get()
        let chain = "\(stack.folder)/chain.pem"
        let key = "\(stack.folder)/chain.key"
        func install(_ identity: TestCertificates.Identity) throws {
            for (source, target) in [(identity.certificate, chain), (identity.key, key)] {
                try Data(contentsOf: URL(fileURLWithPath: source))
                    .write(to: URL(fileURLWithPath: target))
            }
        }
        try install(certificates.stranger)
        let settings = ["GATEWAY_TLS_CERTIFICATE": chain, "GATEWAY_TLS_KEY": key]
        try await Self.serving(stack, settings) { process, port in
            // Nobody's authority signed that one.
            #expect(try Self.status(port, Self.client()) == nil)
            try install(certificates.renewed)
            process.send(SIGHUP)
            try await eventually { try Self.status(port, Self.client()) == 200 }
            try Data("nonsense".utf8).write(to: URL(fileURLWithPath: chain))
            process.send(SIGHUP)
            let log = "\(stack.folder)/gateway-tls.log"
            try await eventually {
                try String(contentsOfFile: log, encoding: .utf8)
                    .contains("the certificate was not replaced")
            }
            #expect(try Self.status(port, Self.client()) == 200)
        }
    }
}
