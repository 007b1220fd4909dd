import PaymentCore
import TestKit
import Testing

/// Unknown outcomes end to end: looked up, handed to a person in time, settled by two.
@Suite struct SettlementTests {
    let gateway: MemoryGateway

    init() {
        var capabilities = BookkeepingVendor().capabilities
        // Nothing but a person can find out.
        capabilities.recovery = .none
        gateway = MemoryGateway(vendor: BookkeepingVendor(capabilities: capabilities))
    }

    private func lose() async throws -> (IntentID, AttemptID) {
        gateway.vendor.failNext(.answerLost)
        let answer = try await gateway.workflows.createIntent(
            CreateIntent(amount: Money(1_000, .usd), captureMethod: .automatic, method: .card),
            under: gateway.key("k1"),
            for: gateway.caller,
            in: gateway.tenant
        )
        #expect(answer.answer.status == 202)
        let payment = try #require(answer.payment)
        return (payment.intent.id, try #require(payment.lastAttempt?.id))
    }

    private func unknowns() async throws -> [UnknownAttempt] {
        try await gateway.store.unknowns(after: nil, limit: 10, in: gateway.tenant).elements
    }

    private func propose(
        _ attempt: AttemptID,
        _ verdict: Settlement.Verdict
    ) async throws(WorkflowError) -> Payment {
        try await gateway.workflows.proposeSettlement(
            of: attempt,
            verdict,
            reason: "seen in the vendor's dashboard",
            for: gateway.caller("anna"),
            in: gateway.tenant
        )
    }

    /// Decides on what was read: the proposal that waits, unless another one is named.
    private func decide(
        _ attempt: AttemptID,
        on proposal: Settlement? = nil,
        by person: String,
        approves: Bool = true
    ) async throws -> Payment {
        let waiting = try await unknowns().first { $0.attempt.id == attempt }?.proposal
        return try await gateway.workflows.decideSettlement(
            of: attempt,
            proposedAt: try #require(proposal ?? waiting).proposedAt,
            approves: approves,
            for: gateway.caller(person),
            in: gateway.tenant
        )
    }

    @Test func `an unknown is the gateway's at first and an operator's after a quarter of an hour`()
        async throws
    {
        let (_, attempt) = try await lose()
        let young = try #require(try await unknowns().first)
        #expect(young.attempt.id == attempt)
        #expect(young.owner == .gateway)
        #expect(young.nextLook != nil)
        for _ in 0..<60 {
            gateway.clock.advance(by: .seconds(15))
            try await gateway.work()
        }
        let old = try #require(try await unknowns().first)
        #expect(old.owner == .operator)
        #expect(old.age == .seconds(900))
        #expect(old.attempt.lookUps > 0)
    }

    @Test func `two people settle an unknown, and the books follow`() async throws {
        let (id, attempt) = try await lose()
        let proposed = try await propose(attempt, .succeeded(reference: "pay-1", amount: nil))
        #expect(proposed.intent.state == .processing)
        #expect(proposed.intent.plans.settlements.map(\.state) == [.proposed])
        let settled = try await decide(attempt, by: "boris")
        #expect(settled.intent.state == .captured)
        #expect(settled.intent.captured == 1_000)
        let settlement = try #require(settled.intent.plans.settlements.first)
        #expect(settlement.state == .approved)
        #expect(settlement.proposedBy.person == "anna")
        #expect(settlement.decidedBy?.person == "boris")
        #expect(try await unknowns().isEmpty)
        let transfers = try await gateway.store.transfers(of: id, in: gateway.tenant)
        #expect(!transfers.isEmpty)
    }

    @Test func `nobody approves what they proposed themselves`() async throws {
        let (_, attempt) = try await lose()
        _ = try await propose(attempt, .notDone)
        let refused = await #expect(throws: WorkflowError.self) {
            try await decide(attempt, by: "anna")
        }
        #expect(refused?.code == .secondPersonRequired)
    }

    @Test(arguments: [true, false])
    func `a proposal that was made after the one that was read is not decided on`(
        approves: Bool
    ) async throws {
        let (id, attempt) = try await lose()
        _ = try await propose(attempt, .notDone)
        let read = try #require(try await unknowns().first?.proposal)
        #expect(read.verdict == .notDone)
        gateway.clock.advance(by: .microseconds(1))
        let other = try await propose(attempt, .succeeded(reference: "mine", amount: 9_000))
        let refused = await #expect(throws: WorkflowError.self) {
            try await decide(attempt, on: read, by: "boris", approves: approves)
        }
        #expect(refused?.code == .otherProposal(at: gateway.clock.now))
        let stored = try await gateway.store.payment(id, in: gateway.tenant)
        #expect(stored?.intent.plans == other.intent.plans)
        #expect(stored?.intent.state == .processing)
    }

    @Test func `what was turned down books nothing and may be proposed again`() async throws {
        let (_, attempt) = try await lose()
        _ = try await propose(attempt, .succeeded(reference: "pay-1", amount: nil))
        let open = try await decide(attempt, by: "boris", approves: false)
        #expect(open.intent.state == .processing)
        _ = try await propose(attempt, .notDone)
        let done = try await decide(attempt, by: "boris")
        #expect(done.intent.state == .requiresPaymentMethod)
        #expect(done.attempt(attempt)?.state == .notDone(.unreachable))
        #expect(done.intent.plans.settlements.map(\.state) == [.turnedDown, .approved])
    }

    @Test func `what is known is not settled by hand`() async throws {
        let (_, attempt) = try await lose()
        _ = try await propose(attempt, .notDone)
        _ = try await decide(attempt, by: "boris")
        let refused = await #expect(throws: WorkflowError.self) {
            try await propose(attempt, .succeeded(reference: "x", amount: nil))
        }
        #expect(refused?.code == .refused(.unexpectedState(.requiresPaymentMethod, .authorize)))
    }
}
