import PaymentCore
import TestKit
import Testing

/// Verified notifications that name what is not theirs: another account's payment, or a payment of
/// the vendor's that has paid for something else.
@Suite struct ForeignNoticeTests {
    let vendor: ScriptedVendor
    let other: ScriptedVendor
    let gateway: MemoryGateway

    init() {
        vendor = ScriptedVendor(BookkeepingVendor("acme"))
        other = ScriptedVendor(BookkeepingVendor("bank"))
        gateway = MemoryGateway(vendor: vendor.behind, port: vendor, others: [other])
    }

    /// Two accounts of ours at one vendor.
    private init(sharing nameField: String?) {
        vendor = ScriptedVendor(BookkeepingVendor("acme"), nameField: nameField)
        other = vendor
        gateway = MemoryGateway(
            vendor: vendor.behind,
            port: vendor,
            others: [vendor],
            credentials: Credentials(["merchant": ["HOTEL"]])
        )
    }

    /// A page that waits for its payer.
    private func page(_ key: String) async throws -> Payment {
        vendor.behind.failNext(.requireAction)
        let answer = try await gateway.workflows.createIntent(
            CreateIntent(amount: Money(1_000, .usd), captureMethod: .automatic, method: .redirect),
            under: gateway.key(key),
            for: gateway.caller,
            in: gateway.tenant
        )
        return try #require(answer.payment)
    }

    private func stored(_ payment: Payment) async throws -> Payment {
        try #require(try await gateway.store.payment(payment.intent.id, in: gateway.tenant))
    }

    private func paid(
        _ payment: Payment,
        as reference: String,
        isAbridged: Bool = false
    ) -> VendorSnapshot {
        .payment(
            PaymentSnapshot(
                reference: reference,
                attempt: payment.lastAttempt?.id,
                status: .captured,
                amount: payment.intent.amount,
                capturable: 0,
                captured: 1_000,
                isAbridged: isAbridged
            )
        )
    }

    private func apply(
        _ snapshot: VendorSnapshot,
        from vendor: ScriptedVendor,
        at account: MerchantAccount
    ) async throws -> WebhookResult {
        try await apply(.snapshot(snapshot), from: vendor, at: account)
    }

    private func apply(
        _ content: VendorNotice.Content,
        from vendor: ScriptedVendor,
        at account: MerchantAccount
    ) async throws -> WebhookResult {
        let delivery = vendor.notify(content)
        let webhook = Webhook(
            gateway.identifiers.make(),
            key: try vendor.notices(in: delivery)[0].key,
            type: "changed",
            of: account,
            receivedAt: gateway.clock.now,
            run: 1
        )
        return try await gateway.workflows.apply(webhook, delivery)
    }

    @Test func `what one account says settles nothing at another`() async throws {
        let payment = try await page("k")
        let forged = paid(payment, as: "x")
        let result = try await apply(forged, from: other, at: gateway.accounts[1])
        #expect(result == .kept)
        let after = try await stored(payment)
        #expect(after.intent.state == .requiresAction)
        #expect(after.intent.captured == 0)
        #expect(after.intent.reference == payment.intent.reference)
        #expect(after.intent.hasDiscrepancy)
        let events = after.intent.eventSequence
        _ = try await apply(forged, from: other, at: gateway.accounts[1])
        #expect(try await stored(payment).intent.eventSequence == events, "it is told once")
        // Its own account's word counts all the same.
        let own = try await apply(paid(payment, as: "y"), from: vendor, at: gateway.account)
        #expect(own == .applied)
        #expect(try await stored(payment).intent.captured == 1_000)
    }

    @Test func `accounts that are one at the vendor hear of each other's payments`() async throws {
        let shared = Self(sharing: "merchant")
        let payment = try await shared.page("k")
        let told = shared.paid(payment, as: "x")
        let second = shared.gateway.accounts[1]
        let result = try await shared.apply(told, from: shared.vendor, at: second)
        #expect(result == .applied)
        #expect(try await shared.stored(payment).intent.captured == 1_000)
        #expect(try await !shared.stored(payment).intent.hasDiscrepancy)
    }

    @Test(arguments: [true, false])
    func `what another account of the same name hears is asked about where it was done`(
        isSnapshot: Bool
    ) async throws {
        let shared = Self(sharing: "merchant")
        let payment = try await shared.page("k")
        let reference = try #require(payment.intent.reference)
        shared.vendor.behind.payerActs(on: reference, approves: true)
        let result = try await shared.apply(
            isSnapshot
                ? .snapshot(shared.paid(payment, as: reference, isAbridged: true))
                : .changed(reference: nil, attempt: payment.lastAttempt?.id),
            from: shared.vendor,
            at: shared.gateway.accounts[1]
        )
        #expect(result == .applied)
        #expect(try await shared.stored(payment).intent.captured == 1_000)
        #expect(try await !shared.stored(payment).intent.hasDiscrepancy)
    }

    @Test func `a page that was given up and paid is booked, whichever account of the name hears`()
        async throws
    {
        let shared = Self(sharing: "merchant")
        let payment = try await shared.page("k")
        shared.gateway.clock.advance(by: .seconds(90_000))
        try await shared.gateway.work()
        #expect(try await shared.stored(payment).attempts.first?.state == .abandoned)
        let late = shared.paid(payment, as: try #require(payment.intent.reference))
        shared.vendor.say { operation in
            if case .lookUp = operation { .found(late) } else { nil }
        }
        let second = shared.gateway.accounts[1]
        let result = try await shared.apply(late, from: shared.vendor, at: second)
        #expect(result == .applied)
        #expect(try await shared.stored(payment).intent.captured == 1_000)
        #expect(try await shared.stored(payment).intent.hasDiscrepancy)
    }

    @Test func `nobody is asked about what an account of another name says has changed`()
        async throws
    {
        let shared = Self(sharing: nil)
        let payment = try await shared.page("k")
        let calls = shared.vendor.behind.calls
        let result = try await shared.apply(
            .changed(reference: nil, attempt: payment.lastAttempt?.id),
            from: shared.vendor,
            at: shared.gateway.accounts[1]
        )
        #expect(result == .kept)
        #expect(shared.vendor.behind.calls == calls)
    }

    @Test func `a vendor that tells all its endpoints settles and flags nothing by the others`()
        async throws
    {
        let shared = Self(sharing: nil)
        let payment = try await shared.page("k")
        let told = shared.paid(payment, as: "x")
        let second = shared.gateway.accounts[1]
        let result = try await shared.apply(told, from: shared.vendor, at: second)
        #expect(result == .kept)
        #expect(try await shared.stored(payment).intent == payment.intent)
    }

    @Test func `a refund is not settled by another account either`() async throws {
        let payment = try await page("k")
        _ = try await apply(paid(payment, as: "y"), from: vendor, at: gateway.account)
        vendor.say { operation in
            if case .refund = operation { .pending(VendorReceipt(reference: "r")) } else { nil }
        }
        let refund = try await gateway.workflows.refundIntent(
            payment.intent.id,
            amount: 400,
            reason: nil,
            under: gateway.key("r"),
            for: gateway.caller,
            in: gateway.tenant
        )
        let forged = MovementSnapshot(
            .refund,
            reference: "x",
            paymentReference: "y",
            attempt: refund.payment?.lastAttempt?.id,
            status: .succeeded,
            amount: Money(400, .usd)
        )
        let result = try await apply(.movement(forged), from: other, at: gateway.accounts[1])
        #expect(result == .kept)
        #expect(try await stored(payment).intent.refunded == 0)
    }

    @Test func `a vendor's payment pays for one of ours only`() async throws {
        let first = try await page("first")
        let second = try await page("second")
        let once = try await apply(paid(first, as: "0117"), from: vendor, at: gateway.account)
        let twice = try await apply(paid(second, as: "0117"), from: vendor, at: gateway.account)
        #expect(once == .applied)
        #expect(twice == .kept)
        #expect(try await stored(first).intent.captured == 1_000)
        let after = try await stored(second)
        #expect(after.intent.state == .requiresAction)
        #expect(after.intent.hasDiscrepancy)
        // What is told of the first again is no second payment.
        let again = try await apply(paid(first, as: "0117"), from: vendor, at: gateway.account)
        #expect(again == .applied)
        #expect(try await !stored(first).intent.hasDiscrepancy)
    }
}
