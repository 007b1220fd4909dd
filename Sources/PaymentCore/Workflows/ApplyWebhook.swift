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
        guard let port = vendors.port(webhook.vendor),
            // Silence is right: it was readable when it came in; now it is kept for an operator.
            let notices = try? port.notices(in: delivery),
            let notice = notices.first(where: { $0.key == webhook.eventKey })
        else { return .kept }
        let effect = WebhookEffect(account: webhook.account, eventKey: webhook.eventKey)
        do {
            switch notice.content {
            case .snapshot(let snapshot):
                return try await apply(snapshot, effect, webhook)
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
        else { return .kept }
        let asking = asking(.system)
        let result = try await store.revise(id, in: webhook.tenant) {
            (payment) -> Revision<Payment> in
            var payment = payment
            payment.observe(snapshot, asking)
            guard payment.hasChanges else {
                return .commit(Changeset(effect: effect), payment)
            }
            var changes = changeset(
                for: &payment,
                correlation: webhook.id.description,
                traceparent: nil
            )
            changes.effect = effect
            return .commit(changes, stored(payment))
        }
        if result?.intent.hasDiscrepancy == true {
            observer.discrepancy(id, in: webhook.tenant)
        }
        return .applied
    }

    /// Whose payment it is: by the attempt that the vendor echoes, else by the vendor's reference.
    private func intent(
        of snapshot: VendorSnapshot,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> IntentID? {
        let attempt: AttemptID?
        let reference: String
        switch snapshot {
        case .payment(let payment): (attempt, reference) = (payment.attempt, payment.reference)
        case .refund(let refund): (attempt, reference) = (refund.attempt, refund.paymentReference)
        }
        if let attempt, let id = try await store.intent(of: attempt, in: tenant) { return id }
        return try await store.intent(ofReference: reference, at: account, in: tenant)
    }
}
