import Glibc
import HTTP
import HTTPClient
import Testing

/// The environment belongs to the whole process, so each case runs in one of its own.
@Suite struct ProxyTests {
    @Test func `the environment names a proxy and what to reach without it`() async {
        await #expect(processExitsWith: .success) {
            let proxy = Peer { connection in
                connection.readRequest()
                connection.respond("by proxy")
            }
            let peer = Peer { connection in
                connection.readRequest()
                connection.respond("direct")
            }
            unsafe setenv("http_proxy", proxy.url(), 1)
            unsafe setenv("NO_PROXY", "127.0.0.1,.internal.example", 1)
            let (far, near) = try await withClient { client in
                let far = try await client.get("http://vendor.example/v1")
                let near = try await client.get(peer.url())
                return (far, near)
            }
            #expect(String(decoding: far.body, as: UTF8.self) == "by proxy")
            #expect(String(decoding: near.body, as: UTF8.self) == "direct")
            #expect(proxy.requests.map { $0.hasPrefix("GET http://vendor.example/v1 ") } == [true])
        }
    }

    @Test func `a tunnel that the proxy refuses has carried nothing`() async {
        await #expect(processExitsWith: .success) {
            let proxy = Peer { connection in
                connection.readRequest()
                connection.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            }
            unsafe setenv("HTTPS_PROXY", proxy.url(), 1)
            let failure = try await withClient { await $0.failure("https://vendor.example/v1") }
            #expect(failure?.code == .connect)
            #expect(failure?.requestMayHaveReachedPeer == false)
            #expect(proxy.requests.first?.hasPrefix("CONNECT vendor.example:443 ") == true)
        }
    }

    @Test func `a client told to go directly ignores the environment`() async {
        await #expect(processExitsWith: .success) {
            unsafe setenv("http_proxy", "http://127.0.0.1:1", 1)
            let peer = Peer { connection in
                connection.readRequest()
                connection.respond("direct")
            }
            var configuration = HTTPClientConfiguration()
            configuration.proxy = .none
            let response = try await withClient(configuration) { try await $0.get(peer.url()) }
            #expect(response.body.count == 6)
        }
    }
}
