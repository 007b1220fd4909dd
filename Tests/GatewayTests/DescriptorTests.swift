import TestKit
import Testing

@testable import gateway

@Suite struct DescriptorTests {
    @Test func `clients get the descriptors that the process itself does not need`() {
        let one = DescriptorBudget(loops: 1, databaseConnections: 8)
        #expect(one.clients(within: 1_024) == 1_024 - 256 - 8 - 64)
        let four = DescriptorBudget(loops: 4, databaseConnections: 8)
        #expect(four.clients(within: 1_024) == (1_024 - 256) / 4 - 8 - 64)
        #expect(four.clients(within: 100) == 1)
    }

    @Test func `a gateway raises its limit of descriptors to the most that it may`() async throws {
        let limits = "ulimit -S -n 300; ulimit -H -n 20000"
        let stack = try await TestStack(launcher: Self.limited(limits))
        let client = try stack.wire()
        client.send("GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try client.answer().body.contains("process_max_fds 20000"))
        #expect(!stack.logs.contains("too few descriptors"))
        #expect(stack.stop() == 0)
    }

    @Test func `a gateway with too few descriptors takes fewer clients and says so`() async throws {
        let stack = try await TestStack(launcher: Self.limited("ulimit -n 340"))
        let line = try #require(
            stack.logs.split(separator: "\n").first { $0.contains("too few descriptors") }
        )
        #expect(line.contains("10000") && line.contains("\(340 - 256 - 8 - 64)"))
        #expect(stack.stop() == 0)
    }

    /// Runs what follows under other limits.
    private static func limited(_ command: String) -> [String] {
        ["/bin/sh", "-c", "\(command); exec \"$0\" \"$@\""]
    }
}
