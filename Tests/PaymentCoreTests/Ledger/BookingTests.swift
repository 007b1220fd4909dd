import PaymentCore
import TestKit
import Testing

/// What each thing that happens to a payment writes into the books.
@Suite struct BookingTests {
    let gateway: MemoryGateway
    let account: String

    init() {
        gateway = MemoryGateway()
        account = gateway.account.id.description
    }

    private func create(
        _ capture: Intent.CaptureMethod = .manual,
        in gateway: MemoryGateway? = nil,
        amount: Money = Money(1_000, .usd)
    ) async throws -> Payment {
        let gateway = gateway ?? self.gateway
        let answer = try await gateway.workflows.createIntent(
            CreateIntent(amount: amount, captureMethod: capture, method: .card),
            under: gateway.key("create"),
            for: gateway.caller,
            in: gateway.tenant
        )
        return try #require(answer.payment)
    }

    private func capture(_ payment: Payment, _ amount: Int64?, final: Bool = true) async throws {
        _ = try await gateway.workflows.captureIntent(
            payment.intent.id,
            amount: amount,
            isFinal: final,
            under: gateway.key("capture-\(amount ?? 0)"),
            for: gateway.caller,
            in: gateway.tenant
        )
    }

    /// Each transfer as `phase code debit > credit amount`, without what all accounts share.
    private func books(
        _ payment: Payment,
        in gateway: MemoryGateway? = nil
    ) async throws -> [String] {
        let gateway = gateway ?? self.gateway
        let transfers = try await gateway.store.transfers(
            of: payment.intent.id,
            in: gateway.tenant
        )
        return transfers.map { transfer in
            let (debit, credit) = (short(transfer.debit), short(transfer.credit))
            let ends = transfer.phase.ended == nil ? "" : " of pending"
            return "\(transfer.phase.name)\(ends) \(transfer.code.rawValue) "
                + "\(debit) > \(credit) \(transfer.amount)"
        }
    }

    private func short(_ account: LedgerAccount) -> String {
        let name = account.kind.rawValue
        return account.currency == .usd ? name : "\(name) \(account.currency)"
    }

    @Test func `a hold is announced, claimed in parts, and its rest let go`() async throws {
        let payment = try await create()
        try await capture(payment, 300, final: false)
        try await capture(payment, 500)
        #expect(
            try await books(payment) == [
                "pending authorization authorization_holds > merchant_balance 1000",
                "posted of pending capture authorization_holds > merchant_balance 300",
                "posted capture processor_clearing > authorization_holds 300",
                "posted of pending capture authorization_holds > merchant_balance 500",
                "posted capture processor_clearing > authorization_holds 500",
                "voided of pending release authorization_holds > merchant_balance 200",
            ]
        )
    }

    @Test func `a sale is booked at once`() async throws {
        let payment = try await create(.automatic)
        #expect(
            try await books(payment) == [
                "posted capture processor_clearing > merchant_balance 1000"
            ]
        )
        let transfers = try await gateway.store.transfers(
            of: payment.intent.id,
            in: gateway.tenant
        )
        #expect(transfers.first?.debit.owner == account)
        #expect(transfers.first?.reference == payment.captures.first?.movementID)
    }

    @Test func `a void takes the announcement back`() async throws {
        let payment = try await create()
        _ = try await gateway.workflows.voidIntent(
            payment.intent.id,
            reason: nil,
            under: gateway.key("void"),
            for: gateway.caller,
            in: gateway.tenant
        )
        #expect(
            try await books(payment).last
                == "voided of pending release authorization_holds > merchant_balance 1000"
        )
    }

    @Test func `a refund is announced when it is asked and paid when it is answered`() async throws
    {
        let payment = try await create(.automatic)
        gateway.vendor.failNext(.answerLost)
        _ = try await gateway.workflows.refundIntent(
            payment.intent.id,
            amount: 400,
            reason: nil,
            under: gateway.key("refund"),
            for: gateway.caller,
            in: gateway.tenant
        )
        let announced = "pending refund merchant_balance > refunds 400"
        #expect(try await books(payment).last == announced)
        gateway.clock.advance(by: .seconds(600))
        try await gateway.work()
        #expect(
            try await books(payment).suffix(3) == [
                announced,
                "posted of pending refund merchant_balance > refunds 400",
                "posted refund refunds > processor_clearing 400",
            ]
        )
    }

    @Test func `a refund that is not made is taken back`() async throws {
        let payment = try await create(.automatic)
        gateway.vendor.failNext(.unreachable)
        _ = try? await gateway.workflows.refundIntent(
            payment.intent.id,
            amount: 400,
            reason: nil,
            under: gateway.key("refund"),
            for: gateway.caller,
            in: gateway.tenant
        )
        #expect(
            try await books(payment).suffix(2) == [
                "pending refund merchant_balance > refunds 400",
                "voided of pending refund_release merchant_balance > refunds 400",
            ]
        )
    }

    @Test func `cash enters the drawer that took it and leaves the one that paid`() async throws {
        let answer = try await gateway.workflows.createIntent(
            CreateIntent(amount: Money(1_000, .usd), method: .cash, drawer: "front-1"),
            under: gateway.key("cash"),
            for: gateway.caller,
            in: gateway.tenant
        )
        let payment = try #require(answer.payment)
        let asked = try await gateway.workflows.requestCashRefund(
            payment.intent.id,
            amount: 250,
            reason: nil,
            under: gateway.key("ask"),
            for: gateway.caller("anna"),
            in: gateway.tenant
        )
        let refund = try #require(asked.payment?.refunds.last)
        _ = try await gateway.workflows.decideRefund(
            RefundID(refund.movement),
            of: payment.intent.id,
            approve: true,
            drawer: "front-2",
            under: gateway.key("approve"),
            for: gateway.caller("boris"),
            in: gateway.tenant
        )
        let transfers = try await gateway.store.transfers(
            of: payment.intent.id,
            in: gateway.tenant
        )
        #expect(transfers.first?.debit == LedgerAccount(.cashDrawer, of: "front-1", in: .usd))
        #expect(transfers.last?.credit == LedgerAccount(.cashDrawer, of: "front-2", in: .usd))
        #expect(transfers.last?.amount == 250)
        #expect(transfers.map(\.phase.name) == ["posted", "pending", "posted", "posted"])
    }

    @Test func `what settles in another currency passes the liquidity accounts`() async throws {
        let gateway = MemoryGateway(settlement: .usd)
        let rate = QuotedRate(
            base: .eur,
            quote: .usd,
            rate: try #require(ExchangeRate("1.0825")),
            source: "bank",
            quotedAt: gateway.clock.now
        )
        try await gateway.store.recordRates([rate], in: gateway.tenant)
        let payment = try await create(.automatic, in: gateway, amount: Money(1_001, .eur))
        _ = try await gateway.workflows.refundIntent(
            payment.intent.id,
            amount: 100,
            reason: nil,
            under: gateway.key("refund"),
            for: gateway.caller,
            in: gateway.tenant
        )
        #expect(
            try await books(payment, in: gateway) == [
                "posted capture fx_liquidity EUR > merchant_balance EUR 1001",
                "posted exchange processor_clearing > fx_liquidity 1084",
                "pending refund merchant_balance EUR > refunds EUR 100",
                "posted of pending refund merchant_balance EUR > refunds EUR 100",
                "posted refund refunds EUR > fx_liquidity EUR 100",
                "posted exchange fx_liquidity > processor_clearing 108",
            ]
        )
    }
}

/// What the vendor tells by itself is booked like the rest.
@Suite struct VendorFactBookingTests {
    let facts = VendorFactTests()

    private func books(_ payment: Payment) -> [String] {
        payment.transfers().map {
            "\($0.phase.name) \($0.code.rawValue) \($0.debit.kind.rawValue) > "
                + "\($0.credit.kind.rawValue) \($0.amount)"
        }
    }

    @Test func `a capture beyond the hold is booked in full`() async throws {
        var payment = try await facts.held()
        payment.observe(facts.snapshot(payment, .captured, captured: 1_200), facts.asking)
        #expect(
            books(payment) == [
                "posted capture authorization_holds > merchant_balance 1000",
                "posted capture processor_clearing > authorization_holds 1000",
                "posted capture processor_clearing > merchant_balance 200",
            ]
        )
    }

    @Test func `a hold whose time is over expires in the books`() async throws {
        var payment = try await facts.held()
        payment.observe(facts.snapshot(payment, .expired), facts.asking)
        #expect(
            books(payment) == ["expired release authorization_holds > merchant_balance 1000"]
        )
    }

    @Test func `a refund made at the vendor is booked, and reversed when it comes back`()
        async throws
    {
        var payment = try await facts.held()
        payment.observe(facts.snapshot(payment, .captured, captured: 1_000), facts.asking)
        payment = Payment(stored: payment.intent, attempts: payment.attempts)
        payment.observe(facts.refund(payment, "re_1", .succeeded, 300), facts.asking)
        let made = payment.transfers()
        #expect(books(payment) == ["posted refund merchant_balance > processor_clearing 300"])
        payment = Payment(stored: payment.intent, attempts: payment.attempts)
        payment.observe(facts.refund(payment, "re_1", .failed(code: "closed"), 300), facts.asking)
        #expect(books(payment) == ["posted reversal processor_clearing > merchant_balance 300"])
        #expect(payment.transfers().map(\.reverses) == made.map(\.id))
    }

    @Test func `what tells nothing new is not posted`() async throws {
        var payment = try await facts.held()
        payment.observe(facts.snapshot(payment, .processing), facts.asking)
        #expect(books(payment) == [])
    }
}
