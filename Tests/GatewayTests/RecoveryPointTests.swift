import HTTP
import JSON
import TestKit
import Testing

/// The process is killed at each named point of a movement, with one of every kind at that point:
/// the clients repeat their requests, and each movement is made once.
@Suite(.serialized) struct RecoveryPointTests {
    /// Where a movement stands when the process dies; see docs/architecture.md.
    enum Point: String, CaseIterable, Sendable {
        /// What is to be asked is not committed.
        case asking
        /// It is, and the vendor has not acted.
        case asked
        /// The vendor has acted, and has not answered.
        case moved
        /// It has answered, and that is not committed.
        case answering
    }

    /// One request of each kind that moves money, ready to be made.
    private struct Movements {
        struct Request {
            let path: String
            let body: JSONValue
            let key: String
        }

        let stack: TestStack
        let captured: String
        let refunded: String
        let voided: String
        let requests: [Request]

        init(_ stack: TestStack) async throws {
            self.stack = stack
            let method = try await stack.method()
            let hold = MainPathTests.hold(stack, method)
            func held() async throws -> String {
                let answer = try await stack.client.post("/intents", hold)
                return try #require(answer.text("id"), "\(answer)")
            }
            captured = try await held()
            refunded = try await held()
            voided = try await held()
            let paid = try await stack.client.post(
                "/intents/\(refunded)/capture",
                ["amount": 6_000]
            )
            #expect(paid.status == 200, "\(paid)")
            requests = [
                Request(path: "/intents", body: hold, key: "hold"),
                Request(
                    path: "/intents/\(captured)/capture",
                    body: ["amount": 5_000],
                    key: "capture"
                ),
                Request(
                    path: "/intents/\(refunded)/refunds",
                    body: ["amount": 2_000],
                    key: "refund"
                ),
                Request(path: "/intents/\(voided)/void", body: [:], key: "void"),
            ]
        }

        /// Sends all at once, and does `meanwhile` before any is answered.
        func send(_ meanwhile: () async throws -> Void) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for request in requests {
                    // Silence is right: whoever asks of a process that dies hears nothing.
                    group.addTask {
                        _ = try? await stack.client.post(
                            request.path,
                            request.body,
                            key: request.key
                        )
                    }
                }
                try await meanwhile()
            }
        }

        /// Asks the simulator to do this to each of them.
        func fault(_ kind: String, milliseconds: Int64) async throws {
            for call in [
                "payment_intents.create", "payment_intents.capture", "refunds.create",
                "payment_intents.cancel",
            ] {
                try await stack.fault(
                    [
                        "kind": .string(kind), "name": .string(call),
                        "milliseconds": .integer(milliseconds),
                    ]
                )
            }
        }

        /// Whether the vendor has made all four movements.
        func areMoved() async throws -> Bool {
            let payments = try await Book(stack.simulator).payments
            return payments.count == 4 && payments.contains { $0.captured == 5_000 }
                && payments.contains { $0.refunded == 2_000 }
                && payments.contains { $0.capturable == 0 && $0.captured == 0 }
        }
    }

    @Test(.timeLimit(.minutes(5)), arguments: Point.allCases)
    func `killed there, every movement is made once`(point: Point) async throws {
        let stack = try await TestStack()
        let movements = try await Movements(stack)
        try await DatabaseHand.on(stack) { hand in
            try await Self.kill(stack, movements, at: point, hand)
        }
        try await stack.simulator.act("faults", [:], .delete)
        try stack.start()
        try await stack.client.untilReady()
        for request in movements.requests {
            try await stack.insist(request.path, request.body, key: request.key)
        }
        let payments = try await Book(stack.simulator).payments
        #expect(payments.count == 4)
        #expect(try await movements.areMoved())
        #expect(payments.map(\.captured).reduce(0, +) == 11_000)
        #expect(payments.map(\.capturable).reduce(0, +) == 12_500)
        let client = stack.client
        #expect(
            try await client.get("/intents/\(movements.captured)").integer("amount_captured")
                == 5_000
        )
        #expect(
            try await client.get("/intents/\(movements.refunded)").integer("amount_refunded")
                == 2_000
        )
        #expect(try await client.get("/intents/\(movements.voided)").text("status") == "voided")
        try Program.run(["ledger", "verify", stack.tenant], environment: stack.environment)
    }

    private static func kill(
        _ stack: TestStack,
        _ movements: Movements,
        at point: Point,
        _ hand: DatabaseHand
    ) async throws {
        switch point {
        case .asking:
            try await hand.holdingAttempts {
                try await movements.send {
                    try await eventually { try await hand.waiting() >= 4 }
                    stack.kill()
                }
            }
        case .asked:
            try await movements.fault("latency", milliseconds: 20_000)
            try await movements.send {
                try await eventually { try await hand.asked() == 4 }
                stack.kill()
            }
        case .moved:
            try await movements.fault("late_reply", milliseconds: 20_000)
            try await movements.send {
                try await eventually { try await movements.areMoved() }
                stack.kill()
            }
        case .answering:
            try await movements.fault("late_reply", milliseconds: 5_000)
            try await movements.send {
                try await eventually { try await hand.asked() == 4 }
                try await hand.holdingAttempts {
                    try await eventually { try await hand.waiting() >= 4 }
                    stack.kill()
                }
            }
        }
    }
}
