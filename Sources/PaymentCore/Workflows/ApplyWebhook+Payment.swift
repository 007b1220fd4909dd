/// Which payment a notification is about, and whose notifications a payment takes.
extension PaymentWorkflows {
    /// Whose payment it is: by the attempt that the vendor echoes, else by the vendor's reference.
    func intent(
        of snapshot: VendorSnapshot,
        at account: MerchantAccountID,
        in tenant: TenantID
    ) async throws(StoreError) -> IntentID? {
        if let attempt = snapshot.attempt,
            let id = try await store.intent(of: attempt, in: tenant)
        {
            return id
        }
        return try await store.intent(
            ofReference: snapshot.paymentReference,
            at: account,
            in: tenant
        )
    }

    /// It is about a payment that we do not know. While the answer is missing that would have told
    /// us the vendor's reference, it may be ours: it stays due for about half an hour, and is kept
    /// for an operator then.
    func awaitPayment(_ webhook: Webhook) throws(StoreError) -> WebhookResult {
        guard webhook.run < 12 else { return .kept }
        throw StoreError(.unavailable, "the payment is not known, or not yet")
    }

    /// Whether the vendor's payment is known as another of ours: it pays one attempt only, whichever
    /// a notification names.
    func isSettled(
        _ snapshot: VendorSnapshot,
        beside id: IntentID,
        _ webhook: Webhook
    ) async throws(StoreError) -> Bool {
        guard snapshot.attempt != nil, snapshot.tellsMoney else { return false }
        let known = try await store.intent(
            ofReference: snapshot.paymentReference,
            at: webhook.account,
            in: webhook.tenant
        )
        guard let known, known != id, let other = try await store.payment(known, in: webhook.tenant)
        else { return false }
        return other.isPaid(by: snapshot.paymentReference, at: webhook.account)
    }

    /// How much the word of one account counts at others.
    enum Hearing {
        /// They are one account at the vendor.
        case believed
        /// The vendor may send what happens at all of its endpoints to each: theirs get it.
        case ignored
        /// Another vendor, or money of the other mode: it cannot know.
        case refused
    }

    func hearing(
        of webhook: Webhook,
        at others: Set<MerchantAccountID?>
    ) async throws(StoreError) -> Hearing {
        guard let own = try await account(webhook.account, webhook.tenant) else { return .refused }
        let field = vendors.port(webhook.vendor)?.nameField
        let name = field.flatMap { own.credentials[$0] }
        var hearing = Hearing.believed
        for other in others {
            guard let other, let other = try await account(other, webhook.tenant),
                other.vendor == own.vendor, other.mode == own.mode
            else { return .refused }
            let isSame = name != nil && name == field.flatMap { other.credentials[$0] }
            if !isSame { hearing = .ignored }
        }
        return hearing
    }

    /// Whether what a notification says of an account is that account's own word, or as good.
    func isBelieved(
        _ webhook: Webhook,
        at account: MerchantAccountID?
    ) async throws(StoreError) -> Bool {
        if account == webhook.account { return true }
        return try await hearing(of: webhook, at: [account]) == .believed
    }

    /// Keeps a notification for an operator, and flags the payment that it names.
    func refuse(
        _ id: IntentID,
        _ webhook: Webhook
    ) async throws(StoreError) -> WebhookResult {
        _ = try await commitUnderLock(
            id,
            in: webhook.tenant,
            correlation: webhook.id.description,
            traceparent: nil
        ) { $0.flagRefusedNotice() }
        return .kept
    }
}
