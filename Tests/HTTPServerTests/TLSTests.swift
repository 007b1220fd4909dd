import Cryptography
import HTTP
import HTTPServer
import Reactor
import TestKit
import Testing

@Suite struct TLSTests {
    private static let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    private static func limits(
        _ identity: TestCertificates.Identity,
        _ clients: TLSContext.ClientCertificates = .ignored
    ) throws -> HTTPServerConfiguration {
        let certificates = try TestCertificates.shared.get()
        let context = try TLSContext.server(
            certificateChain: identity.certificate,
            privateKey: identity.key,
            clientCertificates: clients,
            clientAuthorities: clients == .ignored ? nil : certificates.authority.certificate
        )
        return .with { $0.tls = context }
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

    @Test func `requests are served under TLS with http/1.1 agreed`() async throws {
        let certificates = try TestCertificates.shared.get()
        let handler = Handler { exchange in
            exchange.respond(.ok, body: Array("secure: \(exchange.isSecure)".utf8))
        }
        try await TestServer.run(handler, TLSTests.limits(certificates.server)) { server in
            let client = try server.connect()
            #expect(try client.startTLS(TLSTests.client()))
            #expect(client.session?.version == "TLSv1.3")
            #expect(client.session?.applicationProtocol == "http/1.1")
            for _ in 0..<3 {
                client.send(TLSTests.get)
                #expect(try client.answer().body == "secure: true")
            }
            client.send(TLSTests.get + TLSTests.get)
            #expect(try client.answer().status == 200)
            #expect(try client.answer().status == 200)
            client.send("broken\r\n\r\n")
            #expect(try client.answer().status == 400)
            #expect(client.endsInSilence())
        }
    }

    @Test func `large bodies pass in both directions under TLS`() async throws {
        let certificates = try TestCertificates.shared.get()
        var limits = try TLSTests.limits(certificates.server)
        limits.maximumBodyBytes = 8 << 20
        try await TestServer.run(Echo(), limits) { server in
            let client = try server.connect()
            #expect(try client.startTLS(TLSTests.client()))
            let body = String(repeating: "0123456789abcdef", count: 1 << 18)
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(body.utf8.count)\r\n\r\n")
            client.send(body)
            #expect(try client.answer().body == body)
        }
    }

    @Test func `who speaks plain text to TLS is cut off`() async throws {
        let certificates = try TestCertificates.shared.get()
        try await TestServer.run(Echo(), TLSTests.limits(certificates.server)) { server in
            // Throws if the connection stays open.
            let text = try server.exchange(TLSTests.get)
            #expect(!text.contains("HTTP/1.1"))
        }
    }

    @Test func `a handshake that does not proceed is cut by the header timeout`() async throws {
        let certificates = try TestCertificates.shared.get()
        var limits = try TLSTests.limits(certificates.server)
        limits.headerTimeout = .milliseconds(50)
        try await TestServer.run(Echo(), limits) { server in
            let client = try server.connect()
            client.send([0x16, 3, 1])
            #expect(client.endsInSilence())
        }
    }

    @Test func `a required client certificate is asked for, verified and shown`() async throws {
        let certificates = try TestCertificates.shared.get()
        let handler = Handler { exchange in
            let subject = exchange.clientCertificateSubject ?? "nobody"
            exchange.respond(.ok, body: Array(subject.utf8))
        }
        let limits = try TLSTests.limits(certificates.server, .required)
        try await TestServer.run(handler, limits) { server in
            let known = try server.connect()
            #expect(try known.startTLS(TLSTests.client(as: certificates.client)))
            known.send(TLSTests.get)
            #expect(try known.answer().body == "CN=client,O=Tests")
            // TLS 1.3 lets a client send before it learns that it was refused.
            for identity in [nil, certificates.stranger] {
                let refused = try server.connect()
                if try refused.startTLS(TLSTests.client(as: identity)) {
                    refused.send(TLSTests.get)
                    #expect(refused.endsInSilence())
                }
            }
        }
    }

    @Test func `an optional client certificate may be missing but not wrong`() async throws {
        let certificates = try TestCertificates.shared.get()
        let handler = Handler { exchange in
            let subject = exchange.clientCertificateSubject ?? "nobody"
            exchange.respond(.ok, body: Array(subject.utf8))
        }
        let limits = try TLSTests.limits(certificates.server, .optional)
        try await TestServer.run(handler, limits) { server in
            let anonymous = try server.connect()
            #expect(try anonymous.startTLS(TLSTests.client()))
            anonymous.send(TLSTests.get)
            #expect(try anonymous.answer().body == "nobody")
            let stranger = try server.connect()
            if try stranger.startTLS(TLSTests.client(as: certificates.stranger)) {
                stranger.send(TLSTests.get)
                #expect(stranger.endsInSilence())
            }
        }
    }

    @Test func `a new certificate serves new connections, and old ones live on`() async throws {
        let certificates = try TestCertificates.shared.get()
        let limits = try TLSTests.limits(certificates.server)
        try await TestServer.run(Echo(), limits) { server in
            let old = try server.connect()
            #expect(try old.startTLS(TLSTests.client()))
            #expect(old.session?.peerSubject == "CN=server,O=Tests")
            let context = try TLSContext.server(
                certificateChain: certificates.renewed.certificate,
                privateKey: certificates.renewed.key
            )
            try await server.loop.submit { [server = server.server] in server.reload(tls: context) }
            let new = try server.connect()
            #expect(try new.startTLS(TLSTests.client()))
            #expect(new.session?.peerSubject == "CN=renewed,O=Tests")
            for client in [old, new] {
                client.send(TLSTests.get)
                #expect(try client.answer().status == 200)
            }
        }
    }

    @Test func `a full server lets clients wait until there is room`() async throws {
        let certificates = try TestCertificates.shared.get()
        var limits = try TLSTests.limits(certificates.server)
        limits.maximumConnections = 1
        try await TestServer.run(Echo(), limits) { server in
            var first: WireClient? = try server.connect()
            #expect(try first?.startTLS(TLSTests.client()) == true)
            first?.send(TLSTests.get)
            #expect(try first?.answer().status == 200)
            let second = try server.connect()
            // The turn that runs this would have accepted it.
            try await server.loop.submit {}
            first = nil
            #expect(try second.startTLS(TLSTests.client()))
            second.send(TLSTests.get)
            #expect(try second.answer().status == 200)
        }
    }

    @Test func `a server that drains says goodbye to idle connections`() async throws {
        let certificates = try TestCertificates.shared.get()
        try await TestServer.run(Echo(), TLSTests.limits(certificates.server)) { server in
            let client = try server.connect()
            #expect(try client.startTLS(TLSTests.client()))
            client.send(TLSTests.get)
            #expect(try client.answer().status == 200)
            try await server.loop.submit { [server = server.server] in
                await server.drain(within: .seconds(1))
            }
            #expect(client.endsInSilence())
            #expect(client.heardGoodbye)
        }
    }

    @Test func `keys may be renewed, but not for ever`() async throws {
        let certificates = try TestCertificates.shared.get()
        try await TestServer.run(Echo(), TLSTests.limits(certificates.server)) { server in
            let client = try RenewingClient(port: server.port)
            #expect(client.renewKeys(times: 100, asking: true))
            client.send(TLSTests.get)
            #expect(client.receive().hasPrefix("HTTP/1.1 200 "))
            // Some 27 bytes each, and nothing else.
            _ = client.renewKeys(times: 40_000, asking: false)
            #expect(client.isCut())
        }
    }

    @Test func `a peer that asks for keys and takes none is cut`() async throws {
        let certificates = try TestCertificates.shared.get()
        let handler = Handler { exchange in
            exchange.start(.ok)
            // More than the sockets hold, so that nothing else gets through.
            async let answer: Void = {
                let part = [UInt8](repeating: 0x61, count: 1 << 16)
                do { for _ in 0..<256 { try await exchange.write(part) } } catch {}
            }()
            do { _ = try await exchange.body() } catch {}
            await answer
        }
        try await TestServer.run(handler, TLSTests.limits(certificates.server)) { server in
            let client = try RenewingClient(port: server.port, receiveBuffer: 4 * 1024)
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n")
            let start = ContinuousClock.now
            // With some of the body in between, so that it is not for silence.
            for _ in 0..<100 {
                guard client.renewKeys(times: 500, asking: true), client.send("a") else { break }
            }
            try await server.until { $0.connectionCount == 0 }
            // Not for the time that the body takes, either.
            #expect(start.duration(to: .now) < .seconds(20))
        }
    }

    @Test func `a client does not trust a server that its authority does not know`() async throws {
        let certificates = try TestCertificates.shared.get()
        try await TestServer.run(Echo(), TLSTests.limits(certificates.stranger)) { server in
            let client = try server.connect()
            #expect(try client.startTLS(TLSTests.client()) == false)
        }
    }

    @Test func `what cannot work is refused when the context is made`() throws {
        let certificates = try TestCertificates.shared.get()
        func code(_ chain: String, _ key: String, _ authorities: String? = nil) -> TLSError.Code? {
            do throws(TLSError) {
                _ = try TLSContext.server(
                    certificateChain: chain,
                    privateKey: key,
                    clientCertificates: authorities == nil ? .ignored : .required,
                    clientAuthorities: authorities
                )
                return nil
            } catch {
                return error.code
            }
        }
        let (server, client) = (certificates.server, certificates.client)
        #expect(code(server.certificate, server.key) == nil)
        #expect(code("/nowhere", server.key) == .certificate)
        #expect(code(server.key, server.key) == .certificate)
        #expect(code(server.certificate, "/nowhere") == .privateKey)
        #expect(code(server.certificate, client.key) == .privateKey)
        #expect(code(server.certificate, server.key, "/nowhere") == .authorities)
    }
}
