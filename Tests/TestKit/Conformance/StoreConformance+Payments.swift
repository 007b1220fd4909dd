import PaymentCore

/// Payments, their guards and their attempts.
extension StoreConformance {
    func paymentComesBackAsCommitted() async throws {
        let customer = customer(reference: "guest-1")
        let order = order(reference: "BK-1", customer: customer.id)
        var draft = draft()
        draft.customer = customer.id
        draft.order = order.id
        draft.property = "kabul-1"
        draft.country = Country("AF")
        draft.returnURL = "https://shop.example/back"
        draft.metadata = ["booking": "BK-1", "text": "ü \"quoted\" \u{1F4B3}"]
        draft.offSession = true
        var payment = new(draft)
        payment.route(#"{"rule": "kabul", "basis": "rule"}"#)
        try ask(&payment)
        var changes = sealed(&payment)
        changes.customer = customer
        changes.order = order
        try await store.commit(changes, in: tenant)
        try expect(try await load(payment), stored(payment))

        payment = stored(payment)
        payment.answer(
            try present(payment.lastAttempt).id,
            with: .succeeded(
                VendorReceipt(
                    reference: "ref-1",
                    authorizationExpiresAt: clock.now + .seconds(86_400),
                    multiCapture: true,
                    method: MethodDetails(
                        brand: "visa",
                        last4: "4242",
                        expiryMonth: 12,
                        expiryYear: 2_030,
                        fingerprint: "f",
                        funding: "credit",
                        country: "AF",
                        wallet: "apple_pay"
                    ),
                    details: #"{"risk": 7, "network": "visa"}"#
                )
            ),
            capture: asking()
        )
        try await commit(&payment)
        let loaded = try await load(payment)
        try expect(loaded.intent.state, .authorized)
        try expect(loaded.intent.capturable, 12_500)
        try expect(loaded.intent.method, payment.intent.method)
        try expect(loaded.intent.authorization, payment.intent.authorization)
        try expect(loaded.attempts.map(\.reference), ["ref-1"])
        try expect(loaded.intent.version, 2)
        let nobody: IntentID = identifiers.make()
        try expect(try await store.payment(nobody, in: tenant) == nil, "no payment is invented")
    }

    func everyAttemptStateComesBack() async throws {
        let retry = Duration.seconds(3_600)
        let decline = Decline(
            .soft,
            code: "insufficient_funds",
            networkCode: "51",
            adviceCode: "try_again_later",
            retryAfter: retry
        )
        let outcomes: [(VendorOutcome, AttemptState)] = [
            (.pending(receipt()), .pending),
            (.unknown(.timeout), .unknown(.timeout)),
            (.declined(decline, nil), .declined(decline)),
            (.notDone(.throttled), .notDone(.throttled)),
            (.succeeded(receipt()), .succeeded),
            (
                .requiresAction(.redirect(url: "https://bank.example/3ds"), receipt()),
                .requiresAction(.redirect(url: "https://bank.example/3ds"))
            ),
            (
                .requiresAction(
                    .vendorLibrary(clientSecret: VendorToken("secret"), publishableKey: "pk"),
                    receipt()
                ),
                .requiresAction(.vendorLibraryWithheld)
            ),
            (
                .rejected(VendorRejection(.disputed, code: "d", message: "m")),
                .rejected(VendorRejection(.disputed, code: "d", message: "m"))
            ),
        ]
        for (outcome, state) in outcomes {
            var payment = try await committedAsk()
            let attempt = try present(payment.lastAttempt).id
            payment.answer(attempt, with: outcome, capture: asking())
            try await commit(&payment)
            try expect(try await load(payment).attempt(attempt)?.state, state)
        }
    }

    func exchangeRateStaysWithItsAuthorization() async throws {
        let rate = QuotedRate(
            base: .usd,
            quote: .eur,
            rate: try present(ExchangeRate("0.92130")),
            source: "central bank",
            quotedAt: clock.now
        )
        let fx = FXContext(
            rate: rate,
            provider: vendor,
            settlementAmount: Money(11_516, .eur)
        )
        var payment = new(draft())
        try ask(&payment, fx: fx)
        try await commit(&payment)
        try expect(try await load(payment).intent.fx, fx)
        let attempt = try present(payment.lastAttempt).id
        payment.answer(attempt, with: .declined(Decline(.soft, code: "x"), nil), capture: asking())
        try await commit(&payment)
        try expect(try await load(payment).intent.fx, fx)
        // A new authorization freezes its own rate, or none.
        try ask(&payment, fx: nil)
        try await commit(&payment)
        try expect(try await load(payment).intent.fx, nil)
    }

    func staleVersionWritesNothing() async throws {
        var payment = try await committedAsk()
        var rival = payment
        let attempt = try present(payment.lastAttempt).id
        payment.answer(attempt, with: .succeeded(receipt()), capture: asking())
        try await commit(&payment)
        rival.answer(attempt, with: .unknown(.timeout), capture: asking())
        var late = sealed(&rival)
        late.events = [event(of: rival.intent.id, sequence: 77)]
        late.jobs = [.schedule(.followPayment, subject: "late", due: .after(.zero))]
        try await refused(.stale) { () async throws(StoreError) in
            try await store.commit(late, in: tenant)
        }
        try expect(try await load(payment).attempt(attempt)?.state, .succeeded)
        let jobs = try await store.jobs(state: nil, limit: 100, in: tenant)
        try expect(jobs.contains { $0.subject == "late" }, false)
    }

    func reservationBeyondTheSumsIsStale() async throws {
        let payment = try await committedHold()
        let current = payment.intent
        for reservation in [PaymentChange.Reservation.capture(12_501), .refund(1)] {
            let change = PaymentChange(
                after: current,
                expectedVersion: current.version,
                reservation: reservation,
                inserted: [],
                lease: .zero,
                answered: []
            )
            try await refused(.stale) { () async throws(StoreError) in
                try await store.commit(Changeset(payment: change), in: tenant)
            }
        }
        var capturing = payment
        try capturing.askCapture(asking(), amount: 100, isFinal: false, capabilities: capabilities)
        try await commit(&capturing)
        let release = PaymentChange(
            after: capturing.intent,
            expectedVersion: capturing.intent.version,
            reservation: .release,
            inserted: [],
            lease: .zero,
            answered: []
        )
        try await refused(.stale) { () async throws(StoreError) in
            try await store.commit(Changeset(payment: release), in: tenant)
        }
    }

    func parallelReservationsNeverExceed() async throws {
        let payment = try await committedHold()
        let id = payment.intent.id
        let accepted = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 {
                group.addTask { try await reserve(300, of: id) }
            }
            return try await group.reduce(into: 0) { count, won in count += won ? 1 : 0 }
        }
        let loaded = try await load(payment)
        try expect(accepted, 12_500 / 300)
        try expect(loaded.intent.captureReserved, Int64(accepted) * 300)
        try expect(loaded.captures.count, accepted)
        try expect(Set(loaded.attempts.map(\.ordinal)).count, loaded.attempts.count)
    }

    /// Half of the rivals decide under the lock, half on what they have read before.
    private func reserve(_ amount: Int64, of id: IntentID) async throws -> Bool {
        let asking = asking()
        guard asking.attempt.uuid.low & 0x10000 == 0 else {
            return try await reserveOptimistically(amount, of: id, asking)
        }
        let won = try await store.revise(id, in: tenant) { payment -> Revision<Bool> in
            var payment = payment
            guard capture(amount, of: &payment, asking) else { return .leave(false) }
            return .commit(sealed(&payment), true)
        }
        return won ?? false
    }

    private func reserveOptimistically(
        _ amount: Int64,
        of id: IntentID,
        _ asking: Asking
    ) async throws -> Bool {
        var committed = false
        while !committed {
            var payment = try present(try await store.payment(id, in: tenant))
            guard capture(amount, of: &payment, asking) else { return false }
            let changes = sealed(&payment)
            do {
                try await store.commit(changes, in: tenant)
                committed = true
            } catch {
                guard error.code == .stale else { throw error }
            }
        }
        return true
    }

    /// Asks a capture; false when the rules refuse.
    private func capture(_ amount: Int64, of payment: inout Payment, _ asking: Asking) -> Bool {
        do {
            try payment.askCapture(
                asking,
                amount: amount,
                isFinal: false,
                capabilities: capabilities
            )
            return true
        } catch {
            return false
        }
    }

    func endedAttemptIsNotAnsweredAgain() async throws {
        let hold = try await committedHold()
        let attempt = try present(hold.lastAttempt)
        let late = PaymentChange(
            after: hold.intent,
            expectedVersion: hold.intent.version,
            reservation: .none,
            inserted: [],
            lease: .zero,
            answered: [try present(try await committedAsk().lastAttempt)]
        )
        // An attempt of another payment is none of this one's.
        try await refused(.stale) { () async throws(StoreError) in
            try await store.commit(Changeset(payment: late), in: tenant)
        }
        try expect(try await load(hold).attempt(attempt.id)?.state, .succeeded)
    }

    /// What ended as "no" turns out to have happened, a refund comes back: facts, both.
    func lateFactsAreBooked() async throws {
        var payment = try await committedAsk()
        let attempt = try present(payment.lastAttempt).id
        payment.answer(attempt, with: .declined(Decline(.hard, code: "x"), nil), capture: asking())
        try await commit(&payment)
        let snapshot = PaymentSnapshot(
            reference: "late",
            attempt: attempt,
            status: .captured,
            amount: Money(12_500, .usd),
            capturable: 0,
            captured: 12_500
        )
        payment.observe(.payment(snapshot), asking())
        try await commit(&payment)
        var loaded = try await load(payment)
        try expect(loaded.attempt(attempt)?.state, .succeeded)
        try expect(loaded.intent.captured, 12_500)
        try expect(loaded.intent.hasDiscrepancy, true)

        try loaded.askRefund(asking(), amount: 500, reason: nil, capabilities: capabilities)
        try await commit(&loaded)
        let refund = try present(loaded.lastAttempt).id
        loaded.answer(refund, with: .succeeded(receipt("re_1")), capture: asking())
        try await commit(&loaded)
        try expect(try await load(loaded).intent.refunded, 500)
        let back = RefundSnapshot(
            reference: "re_1",
            paymentReference: "late",
            attempt: refund,
            status: .failed(code: "account_closed"),
            amount: Money(500, .usd)
        )
        loaded.observe(.refund(back), asking())
        try await commit(&loaded)
        let after = try await load(loaded)
        try expect(after.attempt(refund)?.state, .reversed(code: "account_closed"))
        try expect(after.intent.refunded, 0)
        try expect(after.intent.state, .captured)
    }

    func expiredLeaseIsSeen() async throws {
        var running = new(draft())
        try ask(&running)
        try await store.commit(sealed(&running, lease: .seconds(60)), in: tenant)
        try expect(try await load(running).lastAttempt?.isLeaseExpired, false)
        var over = new(draft())
        try ask(&over)
        try await store.commit(sealed(&over, lease: .seconds(-1)), in: tenant)
        try expect(try await load(over).lastAttempt?.isLeaseExpired, true)
    }

    func reviseDecidesUnderTheLock() async throws {
        let hold = try await committedHold()
        let id = hold.intent.id
        let left = try await store.revise(id, in: tenant) { payment in
            Revision.leave(payment.intent.capturable)
        }
        try expect(left, 12_500)
        let version = try await load(hold).intent.version
        try expect(version, hold.intent.version)
        let nobody: IntentID = identifiers.make()
        let missing = try await store.revise(nobody, in: tenant) { _ in Revision.leave(true) }
        try expect(missing, nil)
        let key = "revise"
        try await store.commit(Changeset(idempotency: begin(key)), in: tenant)
        let asking = asking()
        try await refused(.duplicateKey) { () async throws(StoreError) in
            _ = try await store.revise(id, in: tenant) { payment -> Revision<Bool> in
                var payment = payment
                guard capture(100, of: &payment, asking) else { return .leave(false) }
                var changes = sealed(&payment)
                changes.idempotency = begin(key)
                return .commit(changes, true)
            }
        }
        try expect(try await load(hold).intent.version, hold.intent.version)
    }

    func paymentsAreFoundByAttemptAndReference() async throws {
        let payment = try await committedHold(reference: "find-me")
        let attempt = try present(payment.lastAttempt).id
        try expect(try await store.intent(of: attempt, in: tenant), payment.intent.id)
        let account = try present(payment.intent.account)
        let found = try await store.intent(ofReference: "find-me", at: account, in: tenant)
        try expect(found, payment.intent.id)
        let elsewhere: MerchantAccountID = identifiers.make()
        let other = try await store.intent(ofReference: "find-me", at: elsewhere, in: tenant)
        try expect(other, nil)
        try expect(try await store.intent(of: identifiers.make(), in: tenant), nil)
    }
}
