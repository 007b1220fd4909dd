import HTTP
import JSON
import PaymentCore
import Simulators
import TestKit
import Testing
import VendorRecordings
import Vendors

/// A shop that sells through Adyen.
private typealias AdyenShop = VendorShop<Simulators.Adyen.Vendor>

extension VendorShop where Vendor == Simulators.Adyen.Vendor {
    fileprivate static func run(
        captures several: Bool = false,
        items: Int = 1,
        _ body: @escaping @Sendable (Self) async throws -> Void
    ) async throws {
        var configuration = AdyenSimulator.Configuration(seed: 11)
        configuration.settings.processing = .zero
        configuration.settings.capturesSeveralTimes = several
        configuration.settings.itemsPerNotification = items
        configuration.webhookPolicy.waits = Array(repeating: .milliseconds(20), count: 12)
        try await run(
            Vendors.Adyen.descriptor,
            configuration,
            endpoint: {
                .init(
                    url: $0,
                    keys: [AdyenFixture.hmacKey],
                    user: "adyen",
                    password: "secret"
                )
            },
            credentials: { simulator, _ in
                AdyenFixture.account(changing: [
                    "api_base": [simulator.baseURL], "webhook_user": ["adyen"],
                    "webhook_password": ["secret"],
                    "multiple_partial_captures": [several ? "allowed" : "never"],
                ]).credentials
            },
            body
        )
    }

    /// A payment whose page is open.
    fileprivate func open(_ captureMethod: Intent.CaptureMethod = .manual) async throws -> Payment {
        try await pay(
            CreateIntent(
                amount: Money(1_099, .eur),
                captureMethod: captureMethod,
                method: .card,
                returnURL: "https://shop.example/back"
            )
        )
    }

    /// What the payer does on the page.
    fileprivate func payer(
        of payment: Payment,
        pays card: String,
        outcome: String = "succeeded"
    ) async throws {
        let session = try #require(payment.lastAttempt?.reference)
        try await control(
            "sessions/\(session)/pay",
            ["card": .string(card), "outcome": .string(outcome)]
        )
    }

    /// A hold on a card.
    fileprivate func held(_ card: String = "test_visa") async throws -> Payment {
        let payment = try await open()
        try await payer(of: payment, pays: card)
        try await takeNotifications(1)
        return try await read(payment)
    }

    /// A payment that was captured in full.
    fileprivate func captured(_ card: String = "test_visa") async throws -> Payment {
        let payment = try await capture(try await held(card), nil)
        try await takeNotifications(1)
        return try await read(payment)
    }

    /// What we believe is what Adyen's own book says.
    fileprivate func expectAgreement(_ payment: Payment) throws {
        let entry = try #require(simulator.book[payment.intent.reference ?? ""])
        #expect(entry.captured == payment.intent.captured)
        #expect(entry.refunded == payment.intent.refunded)
        #expect(entry.held == payment.intent.capturable)
    }
}

/// The core, the adapter and Adyen's simulator together.
@Suite struct AdyenEndToEndTests {
    @Test func `a page, a hold, a part of it, and a part of that back`() async throws {
        try await AdyenShop.run { shop in
            let open = try await shop.open()
            #expect(open.intent.state == .requiresAction)
            try await shop.payer(of: open, pays: "test_visa")
            #expect(try await shop.takeNotifications(1) == ["AUTHORISATION"])
            let held = try await shop.read(open)
            #expect(held.intent.state == .authorized)
            #expect(held.intent.method.details?.last4 == "1111")
            let asked = try await shop.capture(held, 500, isFinal: true)
            #expect(asked.captures.map(\.state) == [.pending])
            #expect(asked.intent.captured == 0)
            #expect(try await shop.takeNotifications(1) == ["CAPTURE"])
            let captured = try await shop.read(asked)
            #expect(captured.intent.state == .captured)
            #expect(captured.intent.captured == 500)
            let refunding = try await shop.refund(captured, 200)
            #expect(refunding.refunds.map(\.state) == [.pending])
            #expect(try await shop.takeNotifications(1) == ["REFUND"])
            let refunded = try await shop.read(refunding)
            #expect(refunded.intent.state == .partiallyRefunded)
            #expect(!refunded.intent.hasDiscrepancy)
            try shop.expectAgreement(refunded)
        }
    }

    @Test(arguments: [1, 10])
    func `a sale is captured when Adyen says so, one notice or several at a time`(
        items: Int
    ) async throws {
        try await AdyenShop.run(items: items) { shop in
            let open = try await shop.open(.automatic)
            try await shop.payer(of: open, pays: "test_visa")
            let types = try await shop.takeNotifications(items == 1 ? 2 : 1)
            #expect(types.sorted() == ["AUTHORISATION", "CAPTURE"])
            let sold = try await shop.read(open)
            #expect(sold.intent.state == .captured)
            #expect(!sold.intent.hasDiscrepancy)
            try shop.expectAgreement(sold)
        }
    }

    @Test func `several captures where the account has them, and the rest let go`() async throws {
        try await AdyenShop.run(captures: true) { shop in
            let held = try await shop.held()
            _ = try await shop.capture(held, 300)
            let second = try await shop.capture(held, 300)
            #expect(second.captures.map(\.state) == [.pending, .pending])
            try await shop.takeNotifications(2)
            let captured = try await shop.read(held)
            #expect(captured.intent.state == .partiallyCaptured)
            #expect(captured.intent.captured == 600)
            _ = try await shop.void(captured)
            try await shop.takeNotifications(1)
            let ended = try await shop.read(held)
            #expect(ended.intent.state == .captured)
            #expect(ended.intent.capturable == 0)
            #expect(!ended.intent.hasDiscrepancy)
            try shop.expectAgreement(ended)
        }
    }

    @Test func `a second capture is refused where the first releases the rest`() async throws {
        try await AdyenShop.run { shop in
            let held = try await shop.held()
            await #expect(throws: WorkflowError.self) { try await shop.capture(held, 300) }
        }
    }

    @Test(arguments: [("test_capture_fails", "capture_declined"), ("test_cancel_fails", nil)])
    func `a modification that fails leaves the hold as it was`(
        card: String,
        code: String?
    ) async throws {
        try await AdyenShop.run { shop in
            let held = try await shop.held(card)
            let asked =
                if code == nil {
                    try await shop.void(held)
                } else {
                    try await shop.capture(held, nil)
                }
            #expect(asked.lastAttempt?.state == .pending)
            try await shop.takeNotifications(1)
            let after = try await shop.read(held)
            guard case .rejected(let rejection) = after.lastAttempt?.state else {
                Issue.record("\(String(describing: after.lastAttempt?.state))")
                return
            }
            if let code { #expect(rejection.code == code) }
            #expect(after.intent.state == .authorized)
            #expect(after.intent.captureReserved == 0)
            #expect(!after.intent.isReleasing)
            try shop.expectAgreement(after)
        }
    }

    @Test func `a hold is let go`() async throws {
        try await AdyenShop.run { shop in
            let held = try await shop.held()
            _ = try await shop.void(held)
            #expect(try await shop.takeNotifications(1) == ["CANCELLATION"])
            let voided = try await shop.read(held)
            #expect(voided.intent.state == .voided)
            try shop.expectAgreement(voided)
        }
    }

    @Test func `a capture that the scheme takes back leaves the books`() async throws {
        try await AdyenShop.run { shop in
            let captured = try await shop.captured("test_capture_undone")
            #expect(captured.intent.captured == 1_099)
            shop.simulator.advanceClock(by: .seconds(61))
            #expect(try await shop.takeNotifications(1) == ["CAPTURE_FAILED"])
            let undone = try await shop.read(captured)
            #expect(undone.intent.captured == 0)
            #expect(undone.captures.map(\.state.name) == ["reversed"])
            #expect(undone.intent.hasDiscrepancy)
            try shop.expectAgreement(undone)
        }
    }

    @Test(arguments: [
        ("test_refund_fails", "rejected", ["REFUND"]),
        ("test_refund_undone", "reversed", ["REFUND", "REFUND_FAILED"]),
        ("test_refund_returned", "reversed", ["REFUND", "REFUNDED_REVERSED"]),
    ])
    func `a refund that fails, at once or later, is given back to the books`(
        card: String,
        state: String,
        events: [String]
    ) async throws {
        try await AdyenShop.run { shop in
            let captured = try await shop.captured(card)
            let asked = try await shop.refund(captured, 400)
            var types = try await shop.takeNotifications(1)
            if events.count > 1 {
                #expect(try await shop.read(asked).intent.refunded == 400)
                shop.simulator.advanceClock(by: .seconds(61))
                types += try await shop.takeNotifications(1)
            }
            #expect(types == events)
            let after = try await shop.read(asked)
            #expect(after.refunds.map(\.state.name) == [state])
            #expect(after.intent.refunded == 0)
            #expect(after.intent.refundReserved == 0)
            #expect(after.intent.state == .captured)
            try shop.expectAgreement(after)
        }
    }

    @Test func `one card refused on the page, another taken`() async throws {
        try await AdyenShop.run { shop in
            let open = try await shop.open()
            try await shop.payer(of: open, pays: "test_refused_12")
            try await shop.takeNotifications(1)
            #expect(try await shop.read(open).intent.state == .requiresAction)
            try await shop.payer(of: open, pays: "test_3ds", outcome: "failed")
            try await shop.takeNotifications(1)
            #expect(try await shop.read(open).intent.state == .requiresAction)
            try await shop.payer(of: open, pays: "test_mc")
            try await shop.takeNotifications(1)
            let held = try await shop.read(open)
            #expect(held.intent.state == .authorized)
            #expect(!held.intent.hasDiscrepancy)
            try shop.expectAgreement(held)
        }
    }

    @Test func `a page that nobody has paid on yet cannot be given up`() async throws {
        try await AdyenShop.run { shop in
            let open = try await shop.open()
            let asked = try await shop.void(open)
            #expect(asked.intent.state == .requiresAction)
            #expect(asked.lastAttempt?.state == .pending)
            #expect(try await shop.takeNotifications(1) == ["TECHNICAL_CANCEL"])
            let refused = try await shop.read(open)
            #expect(refused.intent.state == .requiresAction)
            #expect(!refused.intent.isReleasing)
            guard case .rejected(let rejection) = refused.lastAttempt?.state else {
                Issue.record("\(String(describing: refused.lastAttempt?.state))")
                return
            }
            #expect(rejection.code == "transaction_not_found")
            try await shop.payer(of: open, pays: "test_visa")
            try await shop.takeNotifications(1)
            let held = try await shop.read(open)
            #expect(held.intent.state == .authorized)
            #expect(!held.intent.hasDiscrepancy)
            try shop.expectAgreement(held)
        }
    }

    @Test func `what is paid on a page while it is being given up is canceled`() async throws {
        try await AdyenShop.run { shop in
            let open = try await shop.open()
            // That it was paid is not heard of.
            shop.simulator.add(.lose, when: FaultTrigger(count: 1))
            try await shop.payer(of: open, pays: "test_visa")
            let asked = try await shop.void(open)
            #expect(asked.intent.state == .requiresAction)
            #expect(try await shop.takeNotifications(1) == ["TECHNICAL_CANCEL"])
            let voided = try await shop.read(open)
            #expect(voided.intent.state == .voided)
            #expect(voided.attempts.allSatisfy { !$0.state.isOpen })
            #expect(!voided.intent.hasDiscrepancy)
        }
    }

    @Test func `a page that nobody pays on has ended after an hour, also when it was given up`()
        async throws
    {
        try await AdyenShop.run { shop in
            let open = try await shop.open()
            let given = try await shop.open()
            _ = try await shop.void(given)
            shop.gateway.clock.advance(by: .seconds(3_700))
            try await shop.gateway.work()
            #expect(try await shop.read(open).intent.state == .expired)
            let ended = try await shop.read(given)
            #expect(ended.intent.state == .expired)
            #expect(ended.attempts.allSatisfy { !$0.state.isOpen })
        }
    }

    @Test func `a lost answer to a capture is made good by its notification`() async throws {
        try await AdyenShop.run { shop in
            let held = try await shop.held()
            shop.simulator.add(
                .loseReply,
                when: FaultTrigger(name: "payments.capture", count: 1)
            )
            let asked = try await shop.capture(held, nil)
            #expect(asked.captures.map(\.state.name) == ["unknown"])
            try await shop.takeNotifications(1)
            let captured = try await shop.read(asked)
            #expect(captured.captures.map(\.state) == [.succeeded])
            #expect(!captured.intent.hasDiscrepancy)
            try shop.expectAgreement(captured)
        }
    }

    @Test func `a lost answer and a lost notification are made good under the same key`()
        async throws
    {
        try await AdyenShop.run { shop in
            let held = try await shop.held()
            shop.simulator.add(.loseReply, when: FaultTrigger(name: "payments.refund", count: 1))
            let captured = try await shop.capture(held, nil)
            try await shop.takeNotifications(1)
            let asked = try await shop.refund(captured, 400)
            #expect(asked.refunds.map(\.state.name) == ["unknown"])
            shop.gateway.clock.advance(by: .seconds(180))
            try await shop.gateway.work()
            let accepted = try await shop.read(asked)
            #expect(accepted.refunds.map(\.state) == [.pending])
            try await shop.takeNotifications(1)
            let refunded = try await shop.read(asked)
            #expect(refunded.intent.refunded == 400)
            #expect(refunded.refunds.count == 1)
            try shop.expectAgreement(refunded)
            #expect(shop.simulator.book[refunded.intent.reference ?? ""]?.refunds == 1)
        }
    }

    @Test func `a falsified notification changes nothing`() async throws {
        try await AdyenShop.run { shop in
            shop.simulator.add(.badSignature, when: FaultTrigger(count: 1))
            let open = try await shop.open()
            try await shop.payer(of: open, pays: "test_visa")
            await #expect(throws: NoticeRefusal.signatureWrong) {
                try await shop.takeNotifications(1)
            }
            #expect(try await shop.read(open).intent.state == .requiresAction)
        }
    }

    // MARK: Stored methods

    /// A stored card as the notification of its session tells it.
    private static func storedCard(
        _ card: String,
        in shop: AdyenShop
    ) async throws -> VendorToken {
        let opened = await shop.port.perform(
            .openSession(
                session: Sample.session,
                customerReference: Sample.customer.description,
                kind: .card,
                offSession: true,
                returnURL: nil
            ),
            key: "mst-\(card)",
            account: shop.account
        )
        guard case .opened(let session, .redirect) = opened else {
            throw Recording.Fault.malformed("\(opened)")
        }
        try await shop.control("sessions/\(session)/pay", ["card": .string(card)])
        // What Adyen decides later is decided then.
        shop.simulator.advanceClock(by: .seconds(61))
        let snapshots = try await shop.sessions()
        for case .succeeded(let token) in snapshots.map(\.status) { return token }
        throw Recording.Fault.malformed("\(snapshots)")
    }

    private static func charge(
        _ token: VendorToken,
        in shop: AdyenShop,
        key: String
    ) async -> VendorOutcome {
        await shop.port.perform(
            VendorOperation.authorize(.sample(token: token, offSession: true)),
            key: key,
            account: shop.account
        )
    }

    @Test func `a stored card pays without its payer, and is forgotten`() async throws {
        try await AdyenShop.run { shop in
            let token = try await Self.storedCard("test_visa", in: shop)
            let read = await shop.port.perform(
                .readMethod(token: token),
                key: "read",
                account: shop.account
            )
            guard case .method(let details, let shopper) = read else {
                Issue.record("\(read)")
                return
            }
            #expect(details.last4 == "1111")
            #expect(shopper == Sample.customer.description)
            let paid = await Self.charge(token, in: shop, key: "key-1")
            let receipt = try #require(paid.receipt)
            #expect(paid.shortForm == "succeeded")
            #expect(await Self.charge(token, in: shop, key: "key-1") == paid)
            #expect(shop.simulator.book[receipt.reference]?.authorized == 1_099)
            for _ in 0..<2 {
                let forgotten = await shop.port.perform(
                    TokenOperation.detach(token: token),
                    key: "detach",
                    account: shop.account
                )
                #expect(forgotten == .done)
            }
            let refused = await Self.charge(token, in: shop, key: "key-2")
            #expect(refused.shortForm == "rejected_method_not_usable")
        }
    }

    @Test(arguments: [
        ("test_refused_27", "declined_soft"), ("test_refused_6", "declined_hard"),
        ("test_refused_9", "declined_temporary"), ("test_refused_20", "declined_fraud"),
        ("test_refused_38", "declined_authentication_required"), ("test_lost", "declined_fraud"),
        ("test_3ds_always", "declined_authentication_required"),
        ("test_advice_03", "declined_hard"),
        ("test_partial", "succeeded"), ("test_pending", "pending"), ("test_received", "pending"),
    ])
    func `a stored card that is not simply good`(card: String, expected: String) async throws {
        try await AdyenShop.run { shop in
            let token = try await Self.storedCard(card, in: shop)
            let outcome = await Self.charge(token, in: shop, key: "key-1")
            #expect(outcome.shortForm == expected)
            if card == "test_partial" { #expect(outcome.receipt?.amount == 549) }
        }
    }
}

extension VendorShop where Vendor == Simulators.Adyen.Vendor {
    /// What the notifications that came in say about sessions.
    fileprivate func sessions() async throws -> [SessionSnapshot] {
        try await notices(1).compactMap { notice in
            guard case .session(let session) = notice.content else { return nil }
            return session
        }
    }
}
