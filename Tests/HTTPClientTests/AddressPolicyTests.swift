import HTTP
import Testing

@testable import HTTPClient

/// Which addresses a URL that a tenant chose may lead to.
@Suite struct AddressPolicyTests {
    @Test(arguments: [
        [8, 8, 8, 8], [1, 1, 1, 1], [100, 63, 0, 1], [100, 128, 0, 1], [172, 32, 0, 1],
        [192, 0, 1, 1], [223, 255, 255, 254],
    ])
    func `a public IPv4 address is global`(bytes: [UInt8]) {
        #expect(IPAddress(bytes: bytes).isGlobal)
        #expect(IPAddress(bytes: mapped(bytes)).isGlobal)
    }

    @Test(arguments: [
        [0, 0, 0, 0], [10, 0, 0, 1], [100, 64, 0, 1], [127, 0, 0, 1], [169, 254, 169, 254],
        [172, 16, 0, 1], [172, 31, 255, 255], [192, 0, 0, 1], [192, 0, 2, 1], [192, 88, 99, 1],
        [192, 168, 1, 1], [198, 18, 0, 1], [198, 51, 100, 1], [203, 0, 113, 1], [224, 0, 0, 1],
        [255, 255, 255, 255],
    ])
    func `a special IPv4 address is not, under any IPv6 disguise`(bytes: [UInt8]) {
        #expect(!IPAddress(bytes: bytes).isGlobal)
        #expect(!IPAddress(bytes: mapped(bytes)).isGlobal)
        #expect(
            !IPAddress(bytes: [0, 0x64, 0xFF, 0x9B] + Array(repeating: 0, count: 8) + bytes)
                .isGlobal
        )
        #expect(!IPAddress(bytes: [0x20, 0x02] + bytes + Array(repeating: 0, count: 10)).isGlobal)
    }

    @Test(arguments: [
        ([0x26, 0x06, 0x47, 0], true), ([0x2A, 0, 0, 0], true), ([0, 0, 0, 0], false),
        ([0xFC, 0, 0, 0], false), ([0xFE, 0x80, 0, 0], false), ([0xFF, 2, 0, 0], false),
        ([0x20, 1, 0, 0], false), ([0x20, 1, 0x0D, 0xB8], false), ([0x3F, 0xFF, 0, 0], false),
    ])
    func `an IPv6 address is judged by its prefix`(prefix: [UInt8], isGlobal: Bool) {
        let bytes = prefix + Array(repeating: 0, count: 11) + [1]
        #expect(IPAddress(bytes: bytes).isGlobal == isGlobal)
    }

    @Test(arguments: ["127.0.0.1", "localhost", "[::1]", "0x7f.1", "2130706433"])
    func `a client for public addresses does not connect to this machine`(
        host: String
    ) async throws {
        let peer = Peer { connection in
            connection.readRequest()
            connection.respond("secret")
        }
        defer { peer.stop() }
        var configuration = HTTPClientConfiguration()
        configuration.addresses = .publicOnly
        let failure = try await withClient(configuration) {
            await $0.failure("http://\(host):\(peer.port)/")
        }
        #expect(failure?.code == .connect)
        #expect(failure?.message == "the address is not a public one")
        #expect(failure?.requestMayHaveReachedPeer == false)
        #expect(peer.connections == 0)
    }

    private func mapped(_ bytes: [UInt8]) -> [UInt8] {
        Array(repeating: 0, count: 10) + [0xFF, 0xFF] + bytes
    }
}
