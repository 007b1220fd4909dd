import HTTP
import HTTPClient
import Testing

/// Who is believed to be whom.
@Suite struct TrustTests {
    @Test func `a server signed by the configured authority is trusted`() async throws {
        let certificates = try await Certificates()
        defer { certificates.remove() }
        let peer = try TLSPeer(certificates)
        defer { peer.stop() }
        let (url, authority) = (peer.url, certificates.path("authority.pem"))
        var configuration = HTTPClientConfiguration()
        configuration.authorityFile = authority
        let response = try await withClient(configuration) { try await $0.get(url) }
        #expect(response.status == .ok)
    }

    @Test func `a server signed by nobody we know is not talked to`() async throws {
        let certificates = try await Certificates()
        defer { certificates.remove() }
        let peer = try TLSPeer(certificates)
        defer { peer.stop() }
        let url = peer.url
        let failure = try await withClient { await $0.failure(url) }
        #expect(failure?.code == .tls)
        #expect(failure?.requestMayHaveReachedPeer == false)
    }

    @Test func `a certificate of another name is refused`() async throws {
        let certificates = try await Certificates()
        defer { certificates.remove() }
        let peer = try TLSPeer(certificates, certificate: "other")
        defer { peer.stop() }
        let url = peer.url
        var configuration = HTTPClientConfiguration()
        configuration.authorityFile = certificates.path("authority.pem")
        let failure = try await withClient(configuration) { await $0.failure(url) }
        #expect(failure?.code == .tls)
        #expect(failure?.requestMayHaveReachedPeer == false)
    }

    @Test func `TLS 1_1 is refused`() async throws {
        let certificates = try await Certificates()
        defer { certificates.remove() }
        let peer = try TLSPeer(certificates, arguments: ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"])
        defer { peer.stop() }
        let url = peer.url
        var configuration = HTTPClientConfiguration()
        configuration.authorityFile = certificates.path("authority.pem")
        let failure = try await withClient(configuration) { await $0.failure(url) }
        #expect(failure?.code == .tls)
    }

    @Test(arguments: [true, false])
    func `a server that wants a client certificate gets the configured one`(
        isConfigured: Bool
    ) async throws {
        let certificates = try await Certificates()
        defer { certificates.remove() }
        let peer = try TLSPeer(
            certificates,
            arguments: ["-Verify", "1", "-verify_return_error", "-CAfile"]
                + [certificates.path("authority.pem")]
        )
        defer { peer.stop() }
        let url = peer.url
        var configuration = HTTPClientConfiguration()
        configuration.authorityFile = certificates.path("authority.pem")
        if isConfigured {
            configuration.clientCertificate = .init(
                chainFile: certificates.path("client.pem"),
                keyFile: certificates.path("client.key")
            )
        }
        let failure = try await withClient(configuration) { await $0.failure(url) }
        #expect((failure == nil) == isConfigured)
    }

    @Test func `a file that cannot be read stops the start`() async throws {
        var configuration = HTTPClientConfiguration()
        configuration.authorityFile = "/nonexistent/authority.pem"
        await #expect(throws: HTTPTransportError.self) {
            try await withClient(configuration) { _ in }
        }
    }
}
