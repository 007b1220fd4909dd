import PaymentCore
import Synchronization
import TestKit
import Testing

/// Races that other gateways are known to have lost, one by one.
@Suite struct KnownRaceTests {
    let vendor: ScriptedVendor
    let gateway: MemoryGateway

    init() {
        vendor = ScriptedVendor(BookkeepingVendor("acme"))
        gateway = MemoryGateway(vendor: vendor.behind, port: vendor)
    }

    func held(
        _ captureMethod: Intent.CaptureMethod = .manual,
        key: String = "pay"
    ) async throws -> Payment {
        let answer = try await gateway.workflows.createIntent(
            CreateIntent(amount: Money(1_000, .usd), captureMethod: captureMethod, method: .card),
            under: gateway.key(key),
            for: gateway.caller,
            in: gateway.tenant
        )
        return try #require(answer.payment)
    }

    func refund(
        _ payment: Payment,
        _ amount: Int64,
        _ key: String
    ) async throws(WorkflowError) -> WorkflowAnswer {
        try await gateway.workflows.refundIntent(
            payment.intent.id,
            amount: amount,
            reason: nil,
            under: gateway.key(key),
            for: gateway.caller,
            in: gateway.tenant
        )
    }

    func capture(
        _ payment: Payment,
        _ key: String,
        amount: Int64? = nil
    ) async throws(WorkflowError) -> WorkflowAnswer {
        try await gateway.workflows.captureIntent(
            payment.intent.id,
            amount: amount,
            isFinal: true,
            under: gateway.key(key),
            for: gateway.caller,
            in: gateway.tenant
        )
    }

    func stored(_ payment: Payment) async throws -> Payment {
        let stored = try await gateway.store.payment(payment.intent.id, in: gateway.tenant)
        return try #require(stored)
    }

    func webhook(_ key: String, run: Int = 1) -> Webhook {
        Webhook(
            gateway.identifiers.make(),
            key: key,
            type: "changed",
            of: gateway.account,
            receivedAt: gateway.clock.now,
            run: run
        )
    }

    func snapshot(_ payment: Payment, _ status: PaymentSnapshot.Status) -> PaymentSnapshot {
        PaymentSnapshot(
            reference: payment.intent.reference ?? "",
            attempt: payment.attempts.first?.id,
            status: status,
            amount: payment.intent.amount,
            capturable: status == .authorized ? 1_000 : 0,
            captured: status == .captured ? 1_000 : 0
        )
    }

    @Test func `of two repetitions that try again at once both have the one answer`() async throws {
        vendor.say { operation in
            guard case .authorize = operation else { return nil }
            return .notDone(.unreachable)
        }
        let pay = { @Sendable [gateway] in
            try await gateway.workflows.createIntent(
                CreateIntent(amount: Money(1_000, .usd), captureMethod: .manual, method: .card),
                under: gateway.key("once"),
                for: gateway.caller,
                in: gateway.tenant
            )
        }
        let unreached = try await pay()
        vendor.say { _ in nil }
        let faster = Mutex<WorkflowAnswer?>(nil)
        gateway.store.beforeRevising {
            let answer = try? await pay()
            faster.withLock { $0 = answer }
        }
        let slower = try await pay()
        let first = try #require(faster.withLock { $0 })
        #expect(first.answer.status != unreached.answer.status)
        #expect(slower.answer.status == first.answer.status)
        #expect(slower.answer.body == first.answer.body)
        #expect(slower.isReplay)
        #expect(vendor.behind.payments.count == 1)
    }

    @Test func `concurrent refunds never exceed the capture`() async throws {
        let payment = try await held(.automatic)
        let answers = await withTaskGroup { group in
            for number in 0..<8 {
                group.addTask { try? await refund(payment, 400, "r\(number)").answer.status }
            }
            return await group.reduce(into: [Int?]()) { $0.append($1) }
        }
        #expect(answers.count { $0 == 200 } == 2)
        #expect(try await stored(payment).intent.refunded == 800)
        #expect(vendor.behind.payments.values.map(\.refunded) == [800])
    }

    @Test(arguments: [-400, 0]) func `a refund of less than nothing is refused`(
        amount: Int64
    ) async throws {
        let payment = try await held(.automatic)
        await #expect(throws: WorkflowError.self) { try await refund(payment, amount, "r") }
        let hold = try await held(key: "hold")
        await #expect(throws: WorkflowError.self) { try await capture(hold, "c", amount: amount) }
        #expect(try await stored(payment).intent.refundReserved == 0)
        #expect(try await stored(hold).intent.captureReserved == 0)
        #expect(vendor.behind.payments.values.allSatisfy { $0.refunded == 0 })
    }

    @Test func `a vendor's 5xx is never a success`() async throws {
        let payment = try await held()
        vendor.say { operation in
            guard case .capture = operation else { return nil }
            return .unknown(.vendorError)
        }
        #expect(try await capture(payment, "c").answer.status == 202)
        let open = try await stored(payment)
        #expect(open.intent.captured == 0)
        #expect(open.intent.captureReserved == 1_000)
        vendor.say { _ in nil }
        gateway.clock.advance(by: .seconds(5))
        try await gateway.work()
        #expect(try await stored(payment).intent.captured == 1_000)
    }

    @Test func `a notification that could not be applied is applied later`() async throws {
        let payment = try await held()
        let delivery = vendor.notify(
            .changed(reference: payment.intent.reference, attempt: nil)
        )
        vendor.say { _ in .unknown(.timeout) }
        await #expect(throws: StoreError.self, "it stays due") {
            try await gateway.workflows.apply(webhook("notice-0"), delivery)
        }
        vendor.say { _ in .found(.payment(snapshot(payment, .captured))) }
        let result = try await gateway.workflows.apply(webhook("notice-0"), delivery)
        #expect(result == .applied)
        #expect(try await stored(payment).intent.captured == 1_000)
    }

    @Test func `an event tells the state that was committed with it`() async throws {
        let payment = try await held()
        _ = try await capture(payment, "c", amount: 600)
        _ = try await refund(payment, 600, "r")
        while try await gateway.store.publishEvents(limit: 9, in: gateway.tenant) > 0 {}
        let events = try await gateway.store.events(after: 0, limit: 100, in: gateway.tenant)
        let told = events.map { "\($0.event.type.rawValue) \($0.event.data)" }
        #expect(told.contains("transaction.authorized authorized"))
        #expect(told.contains("transaction.captured captured"))
        #expect(told.last == "transaction.refunded refunded")
    }

    @Test func `a late notification overwrites no final state`() async throws {
        let payment = try await held()
        let late = vendor.notify(.snapshot(.payment(snapshot(payment, .authorized))))
        _ = try await capture(payment, "c")
        _ = try await refund(payment, 1_000, "r")
        let before = try await stored(payment)
        _ = try await gateway.workflows.apply(webhook("notice-0"), late)
        #expect(try await stored(payment).intent == before.intent)
    }

    @Test func `a capture that a sum has told of is not booked again when it is told by name`()
        async throws
    {
        let payment = try await held()
        let captured = snapshot(payment, .captured)
        vendor.say { operation in
            if case .lookUp = operation { .found(.payment(captured)) } else { nil }
        }
        let sum = vendor.notify(.snapshot(.payment(captured)))
        _ = try await gateway.workflows.apply(webhook("notice-0"), sum)
        #expect(try await stored(payment).intent.captured == 1_000)

        let name = vendor.notify(
            .snapshot(
                .movement(
                    MovementSnapshot(
                        .capture,
                        reference: "acme-capture-of-the-dashboard",
                        paymentReference: captured.reference,
                        attempt: nil,
                        status: .succeeded,
                        amount: Money(1_000, .usd)
                    )
                )
            )
        )
        #expect(try await gateway.workflows.apply(webhook("notice-1"), name) == .applied)
        #expect(try await stored(payment).intent.captured == 1_000)
    }

    func told(
        _ payment: Payment,
        _ reference: String,
        _ status: RefundSnapshot.Status,
        attempt: AttemptID? = nil
    ) -> WebhookDelivery {
        vendor.notify(
            .snapshot(
                .refund(
                    RefundSnapshot(
                        reference: reference,
                        paymentReference: payment.intent.reference ?? "",
                        attempt: attempt,
                        status: status,
                        amount: Money(400, .usd)
                    )
                )
            )
        )
    }

    @Test func `a dashboard's refund that came back moves nothing, whatever is told first`()
        async throws
    {
        let payment = try await held(.automatic)
        let done = told(payment, "acme-refund-1", .succeeded)
        let cameBack = told(payment, "acme-refund-1", .failed(code: "closed_account"))
        _ = try await gateway.workflows.apply(webhook("notice-1"), cameBack)
        _ = try await gateway.workflows.apply(webhook("notice-0"), done)
        #expect(try await stored(payment).intent.refunded == 0)
        #expect(try await stored(payment).intent.state == .captured)
    }

    @Test func `a refund that was taken for not done, and was done, is booked and flagged`()
        async throws
    {
        let payment = try await held(.automatic)
        vendor.say { operation in
            if case .refund = operation { .notDone(.unreachable) } else { nil }
        }
        let answer = try await refund(payment, 400, "r")
        #expect(answer.answer.status == 503)
        let attempt = try #require(try await stored(payment).lastAttempt?.id)
        let done = told(payment, "acme-refund-1", .succeeded, attempt: attempt)
        _ = try await gateway.workflows.apply(webhook("notice-0"), done)
        let intent = try await stored(payment).intent
        #expect(intent.refunded == 400)
        #expect(intent.refundReserved == 0)
        #expect(intent.hasDiscrepancy)
    }

    @Test func `what the vendor said before a page was closed brings it not back`() async throws {
        vendor.behind.failNext(.requireAction)
        let payment = try await held()
        let paid = snapshot(payment, .authorized)
        vendor.say { operation in
            if case .lookUp = operation { .found(.payment(paid)) } else { nil }
        }
        vendor.beforeAnswering { [gateway] in
            // What it answers is looked at below.
            _ = try? await gateway.workflows.voidIntent(
                payment.intent.id,
                reason: nil,
                under: gateway.key("v"),
                for: gateway.caller,
                in: gateway.tenant
            )
        }
        let changed = vendor.notify(
            .changed(reference: paid.reference, attempt: paid.attempt)
        )
        await #expect(throws: StoreError.self) {
            try await gateway.workflows.apply(webhook("notice-0"), changed)
        }
        let closed = try await stored(payment).intent
        #expect(closed.state == .voided)
        #expect(!closed.hasDiscrepancy)
    }

    @Test(arguments: [PaymentSnapshot.Status.voided, .authorized], [true, false])
    func `a page that was closed behind its last word is what the vendor then says it is`(
        _ truth: PaymentSnapshot.Status,
        isNotified: Bool
    ) async throws {
        vendor.behind.failNext(.requireAction)
        let payment = try await held()
        let approved = snapshot(payment, .approved)
        let after = snapshot(payment, truth)
        let completed = VendorReceipt(reference: approved.reference, amount: 1_000)
        vendor.say { operation in
            if case .lookUp = operation { .found(.payment(approved)) } else { nil }
        }
        vendor.beforeAnswering { [gateway, vendor] in
            // What it answers is looked at below.
            _ = try? await gateway.workflows.voidIntent(
                payment.intent.id,
                reason: nil,
                under: gateway.key("v"),
                for: gateway.caller,
                in: gateway.tenant
            )
            vendor.say { operation in
                switch operation {
                case .complete: .succeeded(completed)
                case .lookUp: .found(.payment(after))
                case .authorize, .capture, .void, .refund: nil
                }
            }
        }
        if isNotified {
            let changed = vendor.notify(
                .changed(reference: approved.reference, attempt: approved.attempt)
            )
            await #expect(throws: StoreError.self, "it stays due") {
                try await gateway.workflows.apply(webhook("notice-0"), changed)
            }
            _ = try await gateway.workflows.apply(webhook("notice-0", run: 2), changed)
        } else {
            gateway.clock.advance(by: .seconds(120))
            try await gateway.work()
        }
        let intent = try await stored(payment).intent
        #expect(intent.state == (truth == .voided ? .voided : .authorized))
        #expect(intent.capturable == (truth == .voided ? 0 : 1_000))
        #expect(intent.hasDiscrepancy == (truth == .authorized))
    }

    @Test func `a late notification brings no closed page back`() async throws {
        vendor.behind.failNext(.requireAction)
        let payment = try await held()
        let late = vendor.notify(.snapshot(.payment(snapshot(payment, .authorized))))
        let void = try await gateway.workflows.voidIntent(
            payment.intent.id,
            reason: nil,
            under: gateway.key("v"),
            for: gateway.caller,
            in: gateway.tenant
        )
        #expect(void.answer.status == 200)
        vendor.say { operation in
            guard case .lookUp = operation else { return nil }
            return .found(.payment(snapshot(payment, .voided)))
        }
        let result = try await gateway.workflows.apply(webhook("notice-0"), late)
        #expect(result == .applied)
        let intent = try await stored(payment).intent
        #expect(intent.state == .voided)
        #expect(intent.capturable == 0)
        #expect(!intent.hasDiscrepancy)
    }

    @Test func `a refund that was stored and never asked is asked by its job`() async throws {
        let payment = try await held(.automatic)
        // The commit's answer is lost, and so is the process that would have read the row.
        gateway.store.loseCommits(.lostAfter)
        vendor.say { operation in
            guard case .refund = operation else { return nil }
            return .unknown(.interrupted)
        }
        #expect(try await refund(payment, 300, "r").answer.status == 202)
        #expect(vendor.behind.payments.values.map(\.refunded) == [0])
        vendor.say { _ in nil }
        gateway.clock.advance(by: .seconds(60))
        try await gateway.work()
        #expect(try await stored(payment).intent.refunded == 300)
        #expect(vendor.behind.payments.values.map(\.refunded) == [300])
    }

    @Test func `a notification of an unknown kind is kept, not dropped`() async throws {
        let delivery = vendor.notify(.kept)
        let result = try await gateway.workflows.apply(webhook("notice-0"), delivery)
        #expect(result == .kept)
    }

    @Test func `a notification that overtakes our own answer waits for it`() async throws {
        vendor.behind.failNext(.answerLost)
        let payment = try await held(.automatic)
        #expect(payment.intent.reference == nil)
        let delivery = vendor.notify(
            .snapshot(
                .refund(
                    RefundSnapshot(
                        reference: "desk-1",
                        paymentReference: try #require(vendor.behind.payments.keys.first),
                        attempt: nil,
                        status: .succeeded,
                        amount: Money(300, .usd)
                    )
                )
            )
        )
        await #expect(throws: StoreError.self, "it stays due") {
            try await gateway.workflows.apply(webhook("notice-0"), delivery)
        }
        let late = try await gateway.workflows.apply(webhook("notice-0", run: 12), delivery)
        #expect(late == .kept, "it was no payment of ours")
        gateway.clock.advance(by: .seconds(5))
        try await gateway.work()
        let result = try await gateway.workflows.apply(webhook("notice-0", run: 2), delivery)
        #expect(result == .applied)
        #expect(try await stored(payment).intent.refunded == 300)
    }

    @Test func `a double click captures once`() async throws {
        let payment = try await held()
        let answers = await withTaskGroup { group in
            for number in 0..<6 {
                let key = number < 3 ? "same" : "other-\(number)"
                group.addTask { try? await capture(payment, key).answer.status }
            }
            return await group.reduce(into: [Int?]()) { $0.append($1) }
        }
        #expect(answers.contains(200))
        let after = try await stored(payment)
        #expect(after.intent.captured == 1_000)
        #expect(after.captures.count { $0.state == .succeeded } == 1)
        #expect(vendor.behind.payments.values.map(\.captured) == [1_000])
    }

    @Test(arguments: [[], [InMemoryStore.CommitFault.lostBefore], [.lostAfter]])
    func `no movement is stored without its ledger entry`(
        faults: [InMemoryStore.CommitFault]
    ) async throws {
        let payment = try await held()
        vendor.say { [store = gateway.store] operation in
            guard case .capture = operation else { return nil }
            // Of the commit that will store what is answered now.
            for fault in faults { store.loseCommits(fault) }
            return nil
        }
        _ = try await capture(payment, "c", amount: 700)
        gateway.clock.advance(by: .seconds(60))
        try await gateway.work()
        _ = try await refund(payment, 200, "r")
        #expect(try await stored(payment).intent.captured == 700)
        let transfers = try await gateway.store.transfers(
            of: payment.intent.id,
            in: gateway.tenant
        )
        let balance = try transfers.balances[LedgerAccount(.merchantBalance, in: .usd)]
        #expect(balance?.posted(on: .credit) == 500)
    }

    /// The card was refused, so the page is to be closed now; that the page was opened is told after.
    @Test func `an older notification puts off nothing that a newer one made due`() async throws {
        vendor.behind.failNext(.requireAction)
        let page = try await held()
        let reference = try #require(page.intent.reference)
        let opened = try #require(vendor.behind.snapshot(of: reference))
        guard case .payment(var refused) = opened else { return #expect(Bool(false)) }
        refused.status = .declined(Decline(.soft, code: "do_not_honor"))
        refused.staysPayable = true
        for (index, snapshot) in [VendorSnapshot.payment(refused), opened].enumerated() {
            let applied = try await gateway.workflows.apply(
                webhook("notice-\(index)"),
                vendor.notify(.snapshot(snapshot))
            )
            #expect(applied == .applied)
        }
        let jobs = try await gateway.store.jobs(JobFilter(), limit: 9, in: gateway.tenant)
        #expect(jobs.map(\.kind) == [JobKind.followPayment.rawValue])
        #expect(jobs.allSatisfy { $0.dueAt <= gateway.clock.now })
    }
}
