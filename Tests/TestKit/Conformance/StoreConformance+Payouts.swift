import PaymentCore

/// Refunds that wait for a second person, and whom they are sent to.
extension StoreConformance {
    /// Nobody asks while it waits; who was let go has the lease, from then on.
    func approvalBeginsTheLease() async throws {
        var cautious = capabilities
        cautious.refundApproval = .always
        for (lease, isExpired) in [(Duration.seconds(60), false), (.seconds(-1), true)] {
            var payment = try await committedHold()
            let asking = asking()
            try payment.askCapture(asking, amount: nil, isFinal: true, capabilities: capabilities)
            try await commit(&payment)
            payment.answer(asking.attempt, with: .succeeded(receipt("c")), capture: asking)
            try await commit(&payment)
            let isAsked = try payment.askRefund(
                self.asking(),
                amount: 500,
                reason: nil,
                capabilities: cautious
            )
            try expect(isAsked, false)
            try await commit(&payment)
            let refund = try present(payment.lastAttempt).id
            var loaded = try await load(payment)
            try expect(loaded.attempt(refund)?.state, .awaitingApproval)
            try expect(loaded.attempt(refund)?.approvedAt, nil)
            let moment = clock.now
            try loaded.approveRefund(refund, at: moment)
            try await store.commit(sealed(&loaded, lease: lease), in: tenant)
            let approved = try present(try await load(loaded).attempt(refund))
            try expect(approved.state, .asked)
            try expect(approved.approvedAt, moment)
            try expect(approved.isLeaseExpired, isExpired)
        }
    }

    func payerAccountIsKeptOnce() async throws {
        let attempt = try present(try await committedHold().lastAttempt).id
        try expect(try await store.payerAccount(of: attempt, in: tenant), nil)
        for told in ["0790000117", "0790000118"] {
            let payer = PayerAccount(attempt: attempt, account: VendorToken(told))
            try await store.commit(Changeset(payer: payer), in: tenant)
            let kept = try await store.payerAccount(of: attempt, in: tenant)
            try expect(kept, VendorToken("0790000117"))
        }
    }
}
