import PaymentCore
import Postgres
import Storage
import TestKit
import Testing

@Suite
struct CashQueryTests {
    /// A whole life in cash through the workflows' own rules: taken, refund asked, paid out.
    @Test
    func `receipts, drawers and refunds that wait are found`() async throws {
        try await withTenant { fixture, tenant in
            let gateway = CashDesk(fixture, tenant)
            let intent = try await gateway.take(10_000, drawer: "d1")
            let queries = fixture.queries
            let receipts = try await queries.receipts(
                drawer: "d1",
                intent: intent,
                from: RealClock().now - .seconds(60),
                before: RealClock().now + .seconds(60),
                after: nil,
                limit: 10,
                in: tenant
            )
            #expect(receipts.elements.map(\.amount) == [Money(10_000, .usd)])
            let refund = try await gateway.askRefund(2_500, of: intent)
            let waiting = try await queries.refundsAwaitingApproval(
                after: nil,
                limit: 10,
                in: tenant
            )
            #expect(waiting.elements.map(\.movement) == [refund])
            #expect(try await queries.intent(ofMovement: refund, in: tenant) == intent)
            try await gateway.payOut(refund, of: intent, drawer: "d1")
            let totals = try await queries.drawer("d1", from: nil, before: nil, in: tenant)
            #expect(
                totals == [
                    DrawerTotal(currency: .usd, received: 10_000, paidOut: 2_500, receipts: 2)
                ]
            )
            let past = try await queries.drawer(
                "d1",
                from: nil,
                before: RealClock().now - .seconds(3_600),
                in: tenant
            )
            #expect(past == [])
        }
    }
}

/// Writes what the cash workflows would.
private struct CashDesk {
    let fixture: StorageFixture
    let tenant: TenantID
    let workflows: PaymentWorkflows

    init(_ fixture: StorageFixture, _ tenant: TenantID) {
        self.fixture = fixture
        self.tenant = tenant
        workflows = PaymentWorkflows(
            store: fixture.payments,
            jobs: fixture.jobs,
            vendors: Nobody(),
            accounts: Nobody(),
            presenter: PlainPresenter(),
            clock: RealClock(),
            identifiers: fixture.identifiers,
            observer: SilentObserver()
        )
    }

    private func key() -> RequestKey {
        RequestKey(
            key: fixture.identifiers.next().text,
            fingerprint: [1],
            operation: "POST /cash"
        )
    }

    private func caller(_ person: String) -> Caller {
        Caller(
            requestID: "r",
            language: .english,
            actor: Actor(key: nil, person: person),
            traceparent: nil
        )
    }

    func take(_ amount: Int64, drawer: String) async throws -> IntentID {
        let id: IntentID = fixture.identifiers.make()
        let now = RealClock().now
        var payment = Payment(
            new: IntentDraft(
                amount: Money(amount, .usd),
                captureMethod: .automatic,
                method: Intent.Method(kind: .cash)
            ),
            id: id,
            at: now
        )
        let change = payment.seal(lease: .zero, at: now)
        try await fixture.payments.commit(Changeset(payment: change), in: tenant)
        _ = try await workflows.recordReceipt(
            of: id,
            amount: amount,
            drawer: drawer,
            under: key(),
            for: caller("anna"),
            in: tenant
        )
        return id
    }

    func askRefund(_ amount: Int64, of intent: IntentID) async throws -> UUID7 {
        _ = try await workflows.requestCashRefund(
            intent,
            amount: amount,
            reason: "early departure",
            under: key(),
            for: caller("anna"),
            in: tenant
        )
        let payment = try await fixture.payments.payment(intent, in: tenant)
        return try #require(payment?.lastAttempt?.movement)
    }

    func payOut(_ refund: UUID7, of intent: IntentID, drawer: String) async throws {
        _ = try await workflows.decideRefund(
            RefundID(refund),
            of: intent,
            approve: true,
            drawer: drawer,
            under: key(),
            for: caller("bert"),
            in: tenant
        )
    }
}

private struct Nobody: VendorDirectory, AccountDirectory {
    func port(_: VendorID) -> (any PaymentPort)? { nil }
    func accounts(of _: TenantID) async throws(StoreError) -> [MerchantAccount] { [] }
}

private struct PlainPresenter: Presenter {
    func answer(
        _: MovementAnswer,
        to _: Caller,
        revealing _: NextAction?
    ) -> StoredAnswer { StoredAnswer(status: 201, body: "{}") }
    func eventData(of _: Payment, movement _: AttemptID?) -> String { "{}" }
    func eventData(of _: PaymentMethod) -> String { "{}" }
    func eventData(of _: HealthTransition) -> String { "{}" }
    func auditData(of _: Payment, asking _: AttemptID?) -> String { "{}" }
    func document(of _: RoutingDecision) -> String { "{}" }
}

private struct SilentObserver: WorkflowObserver {
    func answered(
        _: Attempt.Operation,
        by _: VendorID,
        outcome _: String,
        repeated _: Bool
    ) {}
    func resolved(_: Attempt.Operation, by _: VendorID, after _: Duration) {}
    func escalated(_: AttemptID, of _: IntentID, in _: TenantID) {}
    func discrepancy(about _: String, in _: TenantID) {}
    func replayed() {}
    func healthChanged(_: HealthTransition) {}
    func questionFailed(_ question: String, of vendor: VendorID) {}
}
