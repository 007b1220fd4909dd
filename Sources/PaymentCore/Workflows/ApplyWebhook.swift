/// What became of a stored notification.
package enum WebhookResult: Sendable, Hashable {
    case applied
    /// Nothing in it changes anything of ours.
    case kept
}

extension PaymentWorkflows {
    /// Applies a verified, stored notification: its effect and the mark that it was applied are
    /// one commit, so that a second application finds the mark.
    package func apply(
        _ webhook: Webhook,
        _ delivery: WebhookDelivery
    ) async throws(StoreError) -> WebhookResult {
        guard let port = vendors.port(webhook.vendor) else { return .kept }
        if webhook.isUnverified { return try await applyUnverified(webhook, delivery, port) }
        // Silence is right: it was readable when it came in; now it is kept for an operator.
        guard let account = try await account(webhook.account, webhook.tenant),
            let notices = try? port.notices(in: delivery, of: account),
            let notice = notices.first(where: { $0.key == webhook.eventKey })
        else { return .kept }
        return try await apply(notice, webhook)
    }

    /// Verifies first what could not be verified when it came in. What is not genuine is kept for
    /// an operator and applies nothing.
    private func applyUnverified(
        _ webhook: Webhook,
        _ delivery: WebhookDelivery,
        _ port: any PaymentPort
    ) async throws(StoreError) -> WebhookResult {
        guard let account = try await account(webhook.account, webhook.tenant) else {
            return .kept
        }
        let notices: [VendorNotice]
        do throws(NoticeRefusal) {
            notices = try await port.verify(delivery, account: account, now: clock.now)
        } catch .unverifiable {
            throw StoreError(.unavailable, "the vendor could not be asked whether it is genuine")
        } catch {
            return .kept
        }
        var result = WebhookResult.kept
        for notice in notices {
            if try await apply(notice, webhook) == .applied { result = .applied }
        }
        return result
    }

    private func apply(
        _ notice: VendorNotice,
        _ webhook: Webhook
    ) async throws(StoreError) -> WebhookResult {
        let effect = WebhookEffect(account: webhook.account, eventKey: notice.key)
        do {
            switch notice.content {
            case .snapshot(let snapshot):
                return try await apply(snapshot, effect, webhook)
            case .changed(let reference, let attempt, let told):
                let change = Change(reference: reference, attempt: attempt, told: told)
                return try await apply(change, effect, webhook)
            case .session(let session):
                return try await apply(session, effect, webhook)
            case .methodDetached(let token):
                return try await applyDetachment(of: token, effect, webhook)
            case .kept: return .kept
            }
        } catch  where error.code == .duplicateEffect {
            return .applied
        }
    }

    private func apply(
        _ snapshot: VendorSnapshot,
        _ effect: WebhookEffect,
        _ webhook: Webhook
    ) async throws(StoreError) -> WebhookResult {
        guard let id = try await intent(of: snapshot, at: webhook.account, in: webhook.tenant)
        else { return try awaitPayment(webhook) }
        if try await isSettled(snapshot, beside: id, webhook) {
            return try await refuse(id, webhook)
        }
        if case .payment(let payment) = snapshot, payment.status == .approved {
            let change = Change(reference: payment.reference, attempt: payment.attempt, told: nil)
            return try await ask(about: change, of: id, effect, webhook)
        }
        if let result = try await commit(
            .found(snapshot),
            about: nil,
            of: id,
            effect,
            webhook,
            doubting: try await canLookUp(webhook)
        ) {
            return result
        }
        let change: Change
        switch snapshot {
        case .payment(let payment):
            change = Change(reference: payment.reference, attempt: payment.attempt, told: nil)
        case .movement(let movement):
            change = Change(reference: movement.paymentReference, attempt: nil, told: nil)
        case .refund: return .kept
        }
        guard case .payment(var payment) = snapshot, payment.isAbridged else {
            return try await ask(about: change, of: id, effect, webhook)
        }
        do {
            return try await ask(about: change, of: id, effect, webhook)
        } catch  where error.code == .unavailable {
            // The vendor does not answer now; what it reported is fact all the same.
            payment.isAbridged = false
            let applied = try await commit(
                .found(.payment(payment)),
                about: nil,
                of: id,
                effect,
                webhook,
                doubting: true
            )
            guard let applied else { throw error }
            return applied
        }
    }

    private func canLookUp(_ webhook: Webhook) async throws(StoreError) -> Bool {
        try await access(to: webhook.vendor, as: webhook.account, webhook.tenant)?.canLookUp
            ?? false
    }

    /// The notification proves too little: what the vendor answers when asked is applied.
    private func apply(
        _ change: Change,
        _ effect: WebhookEffect,
        _ webhook: Webhook
    ) async throws(StoreError) -> WebhookResult {
        var id: IntentID?
        if let attempt = change.attempt {
            id = try await store.intent(of: attempt, in: webhook.tenant)
        }
        if id == nil, let reference = change.reference {
            id = try await store.intent(
                ofReference: reference,
                at: webhook.account,
                in: webhook.tenant
            )
        }
        guard let id else { return try awaitPayment(webhook) }
        return try await ask(about: change, of: id, effect, webhook)
    }

    /// Asks the vendor about a payment, gives our last word when it waits for one, and applies
    /// what it says. Throws when it does not say: the notification is applied later.
    private func ask(
        about change: Change,
        of id: IntentID,
        _ effect: WebhookEffect,
        _ webhook: Webhook
    ) async throws(StoreError) -> WebhookResult {
        guard let payment = try await store.payment(id, in: webhook.tenant),
            let attempt = payment.authorization(of: change, at: webhook.account),
            try await isBelieved(webhook, at: attempt.account),
            let access = try await access(to: attempt, webhook.tenant)
        else { return .kept }
        let found = await lookUp(attempt, of: payment, told: change.told, at: access)
        let outcome = await completing(found, of: attempt, of: payment, at: access)
        switch outcome {
        case .notDone, .unknown, .abandoned:
            throw StoreError(.unavailable, "the vendor did not tell: \(outcome.shortForm)")
        case .succeeded, .pending, .requiresAction, .declined, .rejected, .found, .notFound:
            let result = try await commit(
                outcome,
                about: attempt.id,
                of: id,
                effect,
                webhook,
                keepingDetails: change.told != nil,
                askedOf: payment
            )
            guard let result else {
                throw StoreError(.unavailable, "overtaken: the vendor is asked again")
            }
            return result
        }
    }

    /// Applies an outcome together with the mark that the notification took effect.
    ///
    /// - Parameter attempt: the attempt that the outcome answers; nil for a vendor's snapshot,
    ///   which finds its own, at the notification's account.
    /// - Parameter keepingDetails: the vendor's own words are kept although its state is not new: a
    ///   notification says it once.
    /// - Parameter doubting: whether a snapshot that contradicts what has ended, or may repeat what
    ///   is booked, changes nothing, for the vendor can be asked: it may have been on its way for a
    ///   long time. Then the answer is nil, as it is for one that cannot be told from a capture of
    ///   ours that is still on its way.
    /// - Parameter kin: other accounts that are the same one at the vendor.
    /// - Parameter known: the payment as it was when the vendor was asked. When it has changed since,
    ///   an answer that contradicts what has ended may be the older of the two, so it is nil, too.
    private func commit(
        _ outcome: VendorOutcome,
        about attempt: AttemptID?,
        of id: IntentID,
        _ effect: WebhookEffect,
        _ webhook: Webhook,
        keepingDetails: Bool = false,
        doubting: Bool = false,
        askedOf known: Payment? = nil,
        alsoOf kin: Set<MerchantAccountID?> = []
    ) async throws(StoreError) -> WebhookResult? {
        let asking = asking(.system)
        let result = try await revise(id, in: webhook.tenant) {
            (payment) -> Revision<Effect> in
            var payment = payment
            let states = payment.attempts.map(\.state)
            if case .found(let snapshot) = outcome {
                if attempt == nil {
                    let others = payment.strangers(to: webhook.account, in: snapshot)
                    if !others.isSubset(of: kin) { return .leave(.foreign(others)) }
                }
                let isOld = known.map { $0.intent.version != payment.intent.version } ?? doubting
                if isOld, payment.contradicts(snapshot) || payment.mayRepeat(snapshot) {
                    return .leave(.doubted)
                }
                if payment.awaitsCaptures(snapshot) { return .leave(.doubted) }
                if doubting, payment.wantsWhole(snapshot) { return .leave(.doubted) }
                payment.observe(snapshot, asking)
                if keepingDetails { payment.keepDetails(of: snapshot) }
            } else if let attempt, let state = payment.attempt(attempt)?.state {
                // Ended as "no" meanwhile: what the vendor then shows is the later word.
                if state.isNo, outcome.isYes { return .leave(.doubted) }
                if state.isOpen {
                    payment.answer(attempt, with: outcome, repeated: true, capture: asking)
                }
            }
            guard payment.hasChanges else {
                return .commit(Changeset(effect: effect, payer: payment.payer), .applied)
            }
            var changes = changeset(
                for: &payment,
                correlation: webhook.id.description,
                traceparent: nil
            )
            changes.effect = effect
            // One that brings nothing new, and may be the older of two, puts off nothing due.
            if !payment.closesPage, states == payment.attempts.map(\.state) {
                changes.jobs.removeAll { $0.kind == .followPayment }
            }
            return .commit(changes, .applied)
        }
        switch result {
        case nil, .applied: return .applied
        case .doubted: return nil
        case .foreign(let others):
            switch try await hearing(of: webhook, at: others) {
            case .refused: return try await refuse(id, webhook)
            case .ignored: return .kept
            case .believed:
                return try await commit(
                    outcome,
                    about: attempt,
                    of: id,
                    effect,
                    webhook,
                    keepingDetails: keepingDetails,
                    doubting: doubting,
                    askedOf: known,
                    alsoOf: others
                )
            }
        }
    }

    /// What an outcome means to a payment.
    private enum Effect: Sendable {
        case applied
        /// The vendor must be asked.
        case doubted
        /// It was done at these other accounts.
        case foreign(Set<MerchantAccountID?>)
    }
}

/// What a notification says happened, without proving it.
private struct Change {
    var reference: String?
    var attempt: AttemptID?
    var told: String?

    func names(_ attempt: Attempt) -> Bool {
        if attempt.id == self.attempt { return true }
        guard let reference else { return false }
        return attempt.reference == reference
    }
}

extension Payment {
    /// The authorization that a change is of: at the notified account, else at another one.
    fileprivate func authorization(of change: Change, at account: MerchantAccountID) -> Attempt? {
        let tries = attempts.filter { $0.operation == .authorize }
        return tries.last {
            $0.account == account && (change.names($0) || change.attempt == nil)
        } ?? tries.last(where: change.names)
    }
}
