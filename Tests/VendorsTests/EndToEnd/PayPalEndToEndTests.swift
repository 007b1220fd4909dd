import HTTP
import JSON
import PaymentCore
import Simulators
import TestKit
import Testing
import VendorRecordings
import Vendors

/// The core, the adapter and PayPal's simulator together: what we believe is what PayPal's own book
/// says.
@Suite struct PayPalEndToEndTests {
    private func expectAgreement(_ shop: PayPalShop, _ payment: Payment) throws {
        let entry = try #require(shop.simulator.book[payment.order])
        #expect(entry.captured == payment.intent.captured)
        #expect(entry.refunded == payment.intent.refunded)
        #expect(entry.held == payment.intent.capturable)
        #expect(!payment.intent.hasDiscrepancy)
    }

    @Test func `approved, held, captured twice, and refunded over both captures`() async throws {
        try await PayPalShop.run { shop in
            let open = try await shop.open()
            #expect(open.intent.state == .requiresAction)
            try await shop.control("orders/\(open.order)/approve", ["funding": "wallet"])
            let types = try await shop.takeNotifications()
            #expect(types.contains("CHECKOUT.ORDER.APPROVED"))
            try await shop.takeNotifications()
            let held = try await shop.read(open)
            #expect(held.intent.state == .authorized)
            #expect(held.intent.capturable == 1_099)
            _ = try await shop.capture(held, 500)
            let captured = try await shop.capture(held, nil)
            #expect(captured.intent.state == .captured)
            let refunded = try await shop.refund(captured, 700)
            #expect(refunded.intent.state == .partiallyRefunded)
            #expect(refunded.refunds.first?.reference?.contains("+") == true)
            try await shop.takeNotifications()
            let final = try await shop.read(refunded)
            #expect(final.intent.refunded == 700)
            #expect(final.refunds.count == 1, "the notifications of both parts are ours")
            try expectAgreement(shop, final)
            #expect(shop.simulator.book[final.order]?.refunds == 2)
        }
    }

    @Test func `a sale, completed by the follow-up job although no notification came`()
        async throws
    {
        try await PayPalShop.run { shop in
            shop.simulator.add(.lose)
            let open = try await shop.open(.automatic)
            try await shop.control("orders/\(open.order)/approve", ["funding": "wallet"])
            shop.gateway.clock.advance(by: .seconds(180))
            try await shop.gateway.work()
            let paid = try await shop.read(open)
            #expect(paid.intent.state == .captured)
            let refunded = try await shop.refund(paid, nil)
            #expect(refunded.intent.state == .refunded)
            try expectAgreement(shop, refunded)
        }
    }

    @Test(arguments: ["orders.create", "orders.authorize", "authorizations.capture"])
    func `a lost reply is found out, and nothing happens twice`(operation: String) async throws {
        try await PayPalShop.run { shop in
            shop.simulator.add(.loseReply, when: FaultTrigger(name: operation, count: 1))
            let open = try await shop.open()
            guard operation != "orders.create" else {
                // A page that nobody saw moves nothing: a new attempt may follow.
                #expect(open.intent.state == .requiresPaymentMethod)
                return
            }
            try await shop.control("orders/\(open.order)/approve", ["funding": "wallet"])
            _ = try? await shop.takeNotifications()
            shop.gateway.clock.advance(by: .seconds(180))
            try await shop.gateway.work()
            let held = try await shop.read(open)
            #expect(held.intent.state == .authorized)
            _ = try await shop.capture(held, nil)
            shop.gateway.clock.advance(by: .seconds(60))
            try await shop.gateway.work()
            let captured = try await shop.read(held)
            #expect(captured.intent.state == .captured)
            try expectAgreement(shop, captured)
            #expect(shop.simulator.book[captured.order]?.approvals == 1)
            #expect(shop.simulator.book[captured.order]?.captures == 1)
        }
    }

    @Test func `a capture that never arrived is refused once the hold was taken on PayPal's site`()
        async throws
    {
        try await PayPalShop.run { shop in
            let held = try await shop.paid()
            shop.simulator.add(
                .reset(afterEffect: false),
                when: FaultTrigger(name: "authorizations.capture", count: 1)
            )
            let asked = try await shop.capture(held, 600)
            #expect(asked.captures.map(\.state.name) == ["unknown"])
            shop.simulator.add(.lose)
            let theirs = VendorOperation.Capture(
                capture: CaptureID(shop.gateway.identifiers.next()),
                attempt: shop.gateway.identifiers.make(),
                paymentReference: held.order,
                amount: held.intent.amount,
                isFinal: true
            )
            _ = await shop.port.perform(.capture(theirs), key: "theirs", account: shop.account)
            shop.gateway.clock.advance(by: .seconds(60))
            try await shop.gateway.work()
            let told = try await shop.read(held)
            #expect(told.captures.map(\.state.name) == ["rejected", "succeeded"])
            #expect(told.intent.captured == 1_099)
            #expect(told.intent.captured == shop.simulator.book[held.order]?.captured)
            #expect(told.intent.captureReserved == 0)
            #expect(told.intent.hasDiscrepancy)
        }
    }

    @Test func `a refund on PayPal's site is booked by its notification`() async throws {
        try await PayPalShop.run { shop in
            let paid = try await shop.paid(.automatic)
            try await shop.takeNotifications()
            let capture = try #require(paid.captures.first?.reference)
            try await shop.control(
                "captures/\(capture)/refund",
                ["amount": ["currency_code": "EUR", "value": "3.00"]]
            )
            try await shop.takeNotifications()
            let told = try await shop.read(paid)
            #expect(told.intent.refunded == 300)
            #expect(told.intent.state == .partiallyRefunded)
            let rest = try await shop.refund(told, nil)
            #expect(rest.intent.state == .refunded)
            try expectAgreement(shop, rest)
        }
    }

    @Test func `a payment is given up before and after it was approved`() async throws {
        try await PayPalShop.run { shop in
            let open = try await shop.open()
            #expect(try await shop.void(open).intent.state == .voided)
            try await shop.control("orders/\(open.order)/approve", ["funding": "wallet"])
            try await shop.takeNotifications()
            #expect(try await shop.read(open).intent.state == .voided)
            #expect(shop.simulator.book[open.order]?.approvals == 0, "our last word was never said")
            let held = try await shop.paid()
            let voided = try await shop.void(held)
            #expect(voided.intent.state == .voided)
            try await shop.takeNotifications()
            try expectAgreement(shop, try await shop.read(voided))
        }
    }

    @Test(arguments: [
        ("wallet_issue_INSTRUMENT_DECLINED", "INSTRUMENT_DECLINED", Decline.Class.soft),
        ("wallet_denied", "DECLINED_BY_RISK_FRAUD_FILTERS", .fraud),
        ("wallet_issue_TRANSACTION_REFUSED", "TRANSACTION_REFUSED", .fraud),
    ])
    func `a refused payer may pay otherwise`(
        funding: String,
        code: String,
        kind: Decline.Class
    ) async throws {
        try await PayPalShop.run { shop in
            let refused = try await shop.paid(with: funding)
            #expect(refused.intent.state == .requiresPaymentMethod)
            guard case .declined(let decline) = refused.lastAttempt?.state else {
                Issue.record("\(String(describing: refused.lastAttempt?.state))")
                return
            }
            #expect(decline.code == code)
            #expect(decline.class == kind)
            #expect(shop.simulator.book[refused.order]?.authorized == 0)
        }
    }

    @Test(arguments: [("wallet_pending_ECHECK", true), ("wallet_pending_ECHECK_fails", false)])
    func `a capture that waits for the bank ends by its notification`(
        funding: String,
        succeeds: Bool
    ) async throws {
        try await PayPalShop.run { shop in
            let held = try await shop.paid(with: funding)
            #expect(held.intent.state == .authorized)
            let waiting = try await shop.capture(held, nil)
            #expect(waiting.captures.map(\.state) == [.pending])
            try await shop.takeNotifications()
            shop.simulator.advanceClock(by: .seconds(61))
            try await shop.takeNotifications()
            let ended = try await shop.read(waiting)
            #expect(ended.captures.map(\.state.isOpen) == [false])
            #expect(ended.intent.captured == (succeeds ? 1_099 : 0))
            #expect(ended.intent.state == (succeeds ? .captured : .voided))
            try expectAgreement(shop, ended)
        }
    }

    @Test(arguments: [("wallet_pending_ECHECK", true), ("wallet_pending_ECHECK_fails", false)])
    func `a capture that waits for the bank ends although no notification came`(
        funding: String,
        succeeds: Bool
    ) async throws {
        try await PayPalShop.run { shop in
            let held = try await shop.paid(with: funding)
            let waiting = try await shop.capture(held, nil)
            shop.simulator.add(.lose)
            shop.simulator.advanceClock(by: .seconds(61))
            shop.gateway.clock.advance(by: .seconds(180))
            try await shop.gateway.work()
            let ended = try await shop.read(waiting)
            #expect(ended.captures.map(\.state.isOpen) == [false])
            #expect(ended.intent.captureReserved == 0)
            #expect(ended.intent.state == (succeeds ? .captured : .voided))
            try expectAgreement(shop, ended)
        }
    }

    @Test func `a stored wallet pays without its payer, and is forgotten`() async throws {
        try await PayPalShop.run { shop in
            func token(_ operation: TokenOperation) async -> TokenOutcome {
                await shop.port.perform(operation, key: "mst_1", account: shop.account)
            }
            let opened = await token(
                .openSession(
                    session: Sample.session,
                    customerReference: nil,
                    kind: .wallet,
                    offSession: true,
                    returnURL: "https://shop.example/back"
                )
            )
            guard case .opened(let setup, .redirect) = opened else {
                Issue.record("\(opened)")
                return
            }
            try await shop.control("setup_tokens/\(setup)/approve", ["funding": "wallet"])
            let read = await token(.readSession(reference: setup))
            guard case .session(let session, _) = read,
                case .succeeded(let stored) = session.status
            else {
                Issue.record("\(read)")
                return
            }
            #expect(await token(.readSession(reference: setup)) == read, "exchanged once")
            let sale = VendorOperation.authorize(
                .sample(manualCapture: false, method: .wallet, token: stored, offSession: true)
            )
            let paid = await shop.port.perform(sale, key: "key-1", account: shop.account)
            let receipt = try #require(paid.receipt)
            #expect(receipt.captured)
            #expect(shop.simulator.book[receipt.reference]?.captured == 1_099)
            let again = await shop.port.perform(sale, key: "key-1", account: shop.account)
            #expect(again.receipt?.captureReference == receipt.captureReference)
            #expect(await token(.detach(token: stored)) == .done)
            #expect(await token(.detach(token: stored)) == .done)
            let refused = await shop.port.perform(sale, key: "key-2", account: shop.account)
            #expect(refused.shortForm == "declined_hard")
        }
    }

    @Test func `a payment whose identifier was lost is searched for, behind its refund`()
        async throws
    {
        try await PayPalShop.run { shop in
            let paid = try await shop.paid(.automatic)
            let capture = try #require(paid.captures.first?.reference)
            let attempt = try #require(paid.attempts.first?.id)
            let askedAt = Timestamp(seconds: Int64(shop.simulator.now.seconds))
            shop.simulator.advanceClock(by: .seconds(60))
            try await shop.control(
                "captures/\(capture)/refund",
                ["amount": ["currency_code": "EUR", "value": "3.00"]]
            )
            func search(for attempt: AttemptID) async -> VendorOutcome {
                await shop.port.perform(
                    .lookUp(.init(.paymentOfAttempt(attempt, askedAt: askedAt))),
                    key: "look-up",
                    account: shop.account
                )
            }
            #expect(await search(for: attempt) == .unknown(.searchLagging))
            shop.simulator.advanceClock(by: .seconds(10 * 3_600 + 1))
            let found = await search(for: attempt).foundPayment
            #expect(found?.reference == paid.order)
            #expect(found?.captured == 1_099)
            #expect(await search(for: AttemptID(Sample.uuid(99))) == .notFound)
        }
    }

    @Test func `a hold past its honor period is renewed before it is captured`() async throws {
        try await PayPalShop.run { shop in
            let held = try await shop.paid(with: "wallet_honor")
            shop.simulator.advanceClock(by: .seconds(4 * 86_400))
            let late = AttemptID(
                UUID7(
                    milliseconds: UInt64(shop.simulator.now.seconds) * 1_000,
                    randomHigh: 0,
                    randomLow: 1
                )
            )
            let outcome = await shop.port.perform(
                .capture(
                    VendorOperation.Capture(
                        capture: Sample.capture,
                        attempt: late,
                        paymentReference: held.order,
                        amount: Money(1_099, .eur),
                        isFinal: true,
                        original: held.original
                    )
                ),
                key: late.description,
                account: shop.account
            )
            #expect(outcome.shortForm == "succeeded")
            #expect(shop.simulator.book[held.order]?.captured == 1_099)
        }
    }

    @Test func `access tokens that ended are replaced under way`() async throws {
        try await PayPalShop.run { shop in
            let held = try await shop.paid()
            shop.simulator.advanceClock(by: .seconds(10 * 3_600))
            let captured = try await shop.capture(held, nil)
            #expect(captured.intent.state == .captured)
        }
    }

    @Test func `a falsified notification changes nothing`() async throws {
        try await PayPalShop.run { shop in
            shop.simulator.add(
                .badSignature,
                when: FaultTrigger(name: "CHECKOUT.ORDER.APPROVED", count: 1)
            )
            let open = try await shop.open()
            try await shop.control("orders/\(open.order)/approve", ["funding": "wallet"])
            await #expect(throws: NoticeRefusal.signatureWrong) {
                try await shop.takeNotifications()
            }
            #expect(try await shop.read(open).intent.state == .requiresAction)
        }
    }
}
