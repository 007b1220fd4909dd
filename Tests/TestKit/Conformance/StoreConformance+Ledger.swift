import PaymentCore

/// Postings: one commit with what they book.
extension StoreConformance {
    func everyChangeIsPosted() async throws {
        var payment = try await committedHold()
        try payment.askCapture(
            asking(),
            amount: 5_000,
            isFinal: false,
            capabilities: capabilities
        )
        try await answerLast(of: &payment)
        try payment.askCapture(asking(), amount: 4_000, isFinal: true, capabilities: capabilities)
        try await answerLast(of: &payment)
        try payment.askRefund(asking(), amount: 700, reason: nil, capabilities: capabilities)
        try await answerLast(of: &payment)
        let transfers = try await store.transfers(of: payment.intent.id, in: tenant)
        try expect(
            transfers.map { "\($0.phase.name) \($0.code.rawValue) \($0.amount)" },
            [
                "pending authorization 12500",
                "posted capture 5000", "posted capture 5000",
                "posted capture 4000", "posted capture 4000", "voided release 3500",
                "pending refund 700",
                "posted refund 700", "posted refund 700",
            ]
        )
        let balances = try transfers.balances
        let merchant = try present(balances[LedgerAccount(.merchantBalance, in: .usd)])
        try expect(
            merchant,
            LedgerBalance(debitsPosted: 700, creditsPosted: 9_000)
        )
        let account = try present(payment.intent.account).description
        let clearing = LedgerAccount(.processorClearing, of: account, in: .usd)
        try expect(
            try present(balances[clearing]),
            LedgerBalance(debitsPosted: 9_000, creditsPosted: 700)
        )
        // Each comes back as it was written.
        try expect(Set(transfers).count, transfers.count)
        let hold = try present(transfers.first)
        try expect(transfers.compactMap(\.phase.ended).filter { $0 == hold.id }.count, 3)
        try expect(hold.reference, try present(payment.attempts.first).movementID)
        let nobody: IntentID = identifiers.make()
        try expect(try await store.transfers(of: nobody, in: tenant), [])
    }

    /// Asks the commit, then answers it as done.
    private func answerLast(of payment: inout Payment) async throws {
        try await commit(&payment)
        let id = try present(payment.lastAttempt).id
        payment.answer(id, with: .succeeded(receipt("ref-\(id)")), capture: asking())
        try await commit(&payment)
    }

    func aPostingIsMadeOnce() async throws {
        let payment = try await committedHold()
        let posted = try await store.transfers(of: payment.intent.id, in: tenant)
        let event = event(of: payment.intent.id, sequence: payment.intent.eventSequence + 1)
        // The same transfer with a new event, with nothing else or beside a good one.
        let twice = Changeset(
            posting: Posting(posted, of: payment.intent.id, toldBy: event),
            events: [event]
        )
        try await refused(.duplicate) { () async throws(StoreError) in
            try await store.commit(twice, in: tenant)
        }
        try expect(try await store.transfers(of: payment.intent.id, in: tenant), posted)
    }
}
