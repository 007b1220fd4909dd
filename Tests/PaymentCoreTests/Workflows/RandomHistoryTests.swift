import PaymentCore
import TestKit
import Testing

/// Random histories of commands, vendors' faults, lost replies to our own COMMIT, payers and
/// workers, in memory: after each the vendor's
/// book and ours agree, and no sum ever exceeds another on the way.
@Suite struct RandomHistoryTests {
    @Test(arguments: 1...300) func `the vendor's book and ours agree in the end`(
        seed: UInt64
    ) async throws {
        // Every other history has a second vendor to go on to.
        let others = seed.isMultiple(of: 2) ? [BookkeepingVendor("bolt")] : []
        let gateway = MemoryGateway(others: others)
        let vendors = [gateway.vendor] + others
        if !others.isEmpty { try await gateway.route(cascading: true) }
        var random = SeededGenerator(seed: seed)
        var payments: [IntentID] = []
        for step in 0..<40 {
            inject(into: gateway, vendors, &random)
            switch random.next() % 8 {
            case 0, 1:
                await create(gateway, step, &random)
                payments = gateway.store.intents(of: gateway.tenant)
            case 2, 3: await capture(gateway, payments, step, &random)
            case 4: await refund(gateway, payments, step, &random)
            case 5: await void(gateway, payments, step, &random)
            case 6: payerActs(vendors, &random)
            default:
                gateway.clock.advance(by: .seconds(Int64(random.next() % 200)))
                try await gateway.work()
            }
            try await check(gateway, payments)
        }
        for vendor in vendors { vendor.clearFaults() }
        try await settle(gateway)
        for vendor in vendors { try await compare(gateway, vendor, payments, seed) }
    }

    // MARK: Steps

    private func inject(
        into gateway: MemoryGateway,
        _ vendors: [BookkeepingVendor],
        _ random: inout SeededGenerator
    ) {
        guard let vendor = vendors.randomElement(using: &random) else { return }
        switch random.next() % 16 {
        case 0: vendor.failNext(.answerLost)
        case 1: vendor.failNext(.requestLost)
        case 2: vendor.failNext(.unreachable)
        case 3: vendor.failNext(.decline(Decline(.soft, code: "do_not_honor")))
        case 4: vendor.failNext(.requireAction)
        case 5: gateway.store.loseCommits(.lostBefore)
        case 6: gateway.store.loseCommits(.lostAfter)
        case 7: gateway.store.loseCommits(.lostAfter, .lostBefore, .lostAfter)
        default: break
        }
    }

    private func create(
        _ gateway: MemoryGateway,
        _ step: Int,
        _ random: inout SeededGenerator
    ) async {
        let amount = Int64(random.next() % 10_000) + 1
        // Silence is right here and below: a refusal is an answer like any other.
        _ = try? await gateway.workflows.createIntent(
            CreateIntent(
                amount: Money(amount, .usd),
                captureMethod: random.next().isMultiple(of: 3) ? .automatic : .manual,
                method: .card
            ),
            under: gateway.key("create-\(step)"),
            for: gateway.caller,
            in: gateway.tenant
        )
    }

    private func capture(
        _ gateway: MemoryGateway,
        _ payments: [IntentID],
        _ step: Int,
        _ random: inout SeededGenerator
    ) async {
        guard let id = payments.randomElement(using: &random) else { return }
        _ = try? await gateway.workflows.captureIntent(
            id,
            amount: random.next().isMultiple(of: 2) ? nil : Int64(random.next() % 5_000) + 1,
            isFinal: random.next().isMultiple(of: 2),
            under: gateway.key("capture-\(step)"),
            for: gateway.caller,
            in: gateway.tenant
        )
    }

    private func refund(
        _ gateway: MemoryGateway,
        _ payments: [IntentID],
        _ step: Int,
        _ random: inout SeededGenerator
    ) async {
        guard let id = payments.randomElement(using: &random) else { return }
        _ = try? await gateway.workflows.refundIntent(
            id,
            amount: random.next().isMultiple(of: 3) ? nil : Int64(random.next() % 3_000) + 1,
            reason: nil,
            under: gateway.key("refund-\(step)"),
            for: gateway.caller,
            in: gateway.tenant
        )
    }

    private func void(
        _ gateway: MemoryGateway,
        _ payments: [IntentID],
        _ step: Int,
        _ random: inout SeededGenerator
    ) async {
        guard let id = payments.randomElement(using: &random) else { return }
        _ = try? await gateway.workflows.voidIntent(
            id,
            reason: nil,
            under: gateway.key("void-\(step)"),
            for: gateway.caller,
            in: gateway.tenant
        )
    }

    private func payerActs(_ vendors: [BookkeepingVendor], _ random: inout SeededGenerator) {
        guard let vendor = vendors.randomElement(using: &random) else { return }
        let waiting = vendor.payments.filter(\.value.waitsForPayer).keys.sorted()
        guard let reference = waiting.randomElement(using: &random) else { return }
        vendor.payerActs(on: reference, approves: random.next().isMultiple(of: 2))
    }

    // MARK: Checks

    private func check(_ gateway: MemoryGateway, _ payments: [IntentID]) async throws {
        for id in payments {
            let payment = try #require(try await gateway.store.payment(id, in: gateway.tenant))
            let intent = payment.intent
            #expect(intent.captured <= intent.amount.minorUnits)
            #expect(intent.refunded + intent.refundReserved <= intent.captured)
            #expect(intent.captureReserved <= intent.capturable)
            let open = payment.attempts.filter { $0.state.isOpen }
            #expect(
                intent.captureReserved
                    == open.filter { $0.operation == .capture }.map(\.reserved).reduce(0, +)
            )
            #expect(
                intent.refundReserved
                    == open.filter { $0.operation == .refund }.map(\.reserved).reduce(0, +)
            )
            #expect(!intent.hasDiscrepancy)
            try await checkBooks(of: payment, gateway)
        }
    }

    /// The books say of the payment what its sums say, whatever way it came.
    private func checkBooks(of payment: Payment, _ gateway: MemoryGateway) async throws {
        let intent = payment.intent
        let transfers = try await gateway.store.transfers(of: intent.id, in: gateway.tenant)
        let balances = try transfers.balances
        let merchant = balances[LedgerAccount(.merchantBalance, in: .usd)] ?? LedgerBalance()
        #expect(merchant.creditsPosted - merchant.debitsPosted == intent.captured - intent.refunded)
        #expect(merchant.creditsPending == intent.capturable)
        #expect(merchant.debitsPending == intent.refundReserved)
        let processor = (intent.account ?? gateway.account.id).description
        let clearing = LedgerAccount(.processorClearing, of: processor, in: .usd)
        #expect(
            balances[clearing, default: LedgerBalance()].posted(on: .debit)
                == intent.captured - intent.refunded
        )
        for passing in balances.keys where [.authorizationHolds, .refunds].contains(passing.kind) {
            #expect(balances[passing]?.posted(on: .debit) == 0, "money only passes \(passing)")
        }
    }

    /// Lets time pass without faults until nothing is open.
    private func settle(_ gateway: MemoryGateway) async throws {
        gateway.store.clearFaults()
        for _ in 0..<40 {
            gateway.clock.advance(by: .seconds(4_000))
            try await gateway.work()
        }
    }

    private func compare(
        _ gateway: MemoryGateway,
        _ vendor: BookkeepingVendor,
        _ payments: [IntentID],
        _ seed: UInt64
    ) async throws {
        var ours: [AttemptID: Payment] = [:]
        for id in payments {
            let payment = try #require(try await gateway.store.payment(id, in: gateway.tenant))
            #expect(payment.attempts.allSatisfy { !$0.state.isOpen }, "seed \(seed): \(payment)")
            for attempt in payment.attempts
            where attempt.operation == .authorize && attempt.vendor == vendor.vendor {
                ours[attempt.id] = payment
            }
        }
        for (reference, theirs) in vendor.payments {
            let payment = try #require(ours[theirs.attempt], "seed \(seed): unknown \(reference)")
            // An attempt that ended as "no" must hold nothing at the vendor.
            guard payment.intent.vendor == vendor.vendor, payment.intent.reference == reference
            else {
                #expect(theirs.captured == 0 && theirs.capturable == 0, "seed \(seed)")
                continue
            }
            #expect(payment.intent.captured == theirs.captured, "seed \(seed)")
            #expect(payment.intent.refunded == theirs.refunded, "seed \(seed)")
            #expect(payment.intent.capturable == theirs.capturable, "seed \(seed)")
        }
    }
}
