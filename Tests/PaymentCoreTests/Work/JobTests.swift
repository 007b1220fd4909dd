import PaymentCore
import Synchronization
import TestKit
import Testing

/// Durable jobs: what cannot be done is a dead letter, and a storm takes no more than its share.
@Suite struct JobTests {
    let gateway = MemoryGateway()

    private func schedule(_ kind: JobKind, _ subject: String) async throws {
        let job = JobChange.schedule(kind, subject: subject, due: .after(.zero))
        try await gateway.store.commit(Changeset(jobs: [job]), in: gateway.tenant)
    }

    private func jobs() async throws -> [JobListing] {
        try await gateway.store.jobs(JobFilter(), limit: 100, in: gateway.tenant)
    }

    @Test(arguments: [JobKind.followPayment, .followSession, .detachMethod])
    func `a job that can never be done is a dead letter, visible and left alone`(
        kind: JobKind
    ) async throws {
        try await schedule(kind, "an old way to name things")
        try await gateway.work()
        let dead = try #require(try await jobs().first)
        #expect(dead.state == .dead)
        #expect(dead.lastError?.hasPrefix("there is no such") == true)
        gateway.clock.advance(by: .seconds(86_400))
        try await gateway.work()
        #expect(try await jobs().map(\.run) == [1])
    }

    @Test func `a cancelled job waits as a dead letter until it is retried`() async throws {
        try await schedule(.followPayment, "pay")
        let isCancelled = try await gateway.store.cancel(
            kind: "follow_payment",
            subject: "pay",
            reason: "cancelled by anna",
            in: gateway.tenant
        )
        #expect(isCancelled)
        #expect(try await jobs().map(\.lastError) == ["cancelled by anna"])
        #expect(
            try await gateway.store.claim(
                [.followPayment],
                limit: 1,
                lease: .seconds(1),
                in: gateway.tenant
            ).isEmpty
        )
        #expect(
            try await gateway.store.retry(.followPayment, subject: "pay", in: gateway.tenant)
        )
        #expect(try await jobs().map(\.state) == [.ready])
    }

    @Test func `what has not begun when the process stops is handed over at once`() async throws {
        for number in 0..<5 { try await schedule(.followPayment, "p\(number)") }
        let visit = try await gateway.workflows.visit(gateway.tenant, mayBegin: { false })
        #expect(visit.jobs == 5)
        let again = try await gateway.store.claim(
            [.followPayment],
            limit: 10,
            lease: .seconds(60),
            in: gateway.tenant
        )
        #expect(again.count == 5)
    }

    @Test func `a detachment that its vendor keeps refusing is a dead letter that is told of`()
        async throws
    {
        let funerals = Funerals()
        let vendor = ScriptedVendor(BookkeepingVendor())
        vendor.answerTokens { _ in .rejected(VendorRejection(.notFound, code: "no", message: "")) }
        let gateway = MemoryGateway(port: vendor, observer: funerals)
        let card = try await gateway.storedCard()
        _ = try await gateway.workflows.detachMethod(card, in: gateway.tenant)
        for _ in 0..<60 {
            try await gateway.work()
            gateway.clock.advance(by: .seconds(2 * 3_600))
        }
        #expect(funerals.buried == [.detachMethod])
        let dead = try await gateway.store.jobs(JobFilter(), limit: 9, in: gateway.tenant)
        #expect(dead.map(\.state) == [.dead])
        #expect(dead.map(\.run) == [50])
    }

    @Test func `a session that its customer left is nobody's failure, and may still be finished`()
        async throws
    {
        let funerals = Funerals()
        let vendor = ScriptedVendor(BookkeepingVendor())
        let gateway = MemoryGateway(port: vendor, observer: funerals)
        let session = try await gateway.openCardPage().session
        func jobs() async throws -> [JobListing] {
            try await gateway.store.jobs(JobFilter(), limit: 9, in: gateway.tenant)
        }
        gateway.clock.advance(by: .seconds(23 * 3_600))
        try await gateway.work()
        #expect(try await jobs().map(\.state) == [.ready])
        gateway.clock.advance(by: .seconds(2 * 3_600))
        try await gateway.work()
        #expect(try await jobs().isEmpty)
        #expect(funerals.buried.isEmpty)
        let left = try #require(try await gateway.store.session(session.id, in: gateway.tenant))
        #expect(left.state == .open)
        vendor.answerTokens { operation in
            guard case .readSession(let reference) = operation else { return nil }
            let snapshot = SessionSnapshot(
                reference: reference,
                session: nil,
                status: .succeeded(token: VendorToken("pm_late")),
                customerReference: nil,
                details: nil
            )
            return .session(snapshot, action: nil)
        }
        let finished = try await gateway.workflows.readSession(left, in: gateway.tenant)
        #expect(finished.session.state == .succeeded)
        #expect(finished.session.method != nil)
    }

    @Test func `a vendor's places are shared between tenants`() throws {
        let places = VendorPlaces(limit: 3, limitEach: 2)
        let vendor = try #require(VendorID("acme"))
        let (one, two): (TenantID, TenantID) = (
            gateway.identifiers.make(), gateway.identifiers.make()
        )
        #expect(places.take(vendor, for: one))
        #expect(places.take(vendor, for: one))
        #expect(!places.take(vendor, for: one))
        #expect(places.take(vendor, for: two))
        #expect(!places.take(vendor, for: two))
        places.give(vendor, for: one)
        #expect(places.take(vendor, for: two))
        #expect(!places.take(vendor, for: one))
    }
}

/// Hears of jobs that became dead letters.
private final class Funerals: WorkflowObserver {
    private let kinds = Mutex<[JobKind]>([])

    var buried: [JobKind] { kinds.withLock { $0 } }

    func buried(_ job: JobKind) { kinds.withLock { $0.append(job) } }

    func answered(
        _ operation: Attempt.Operation,
        by vendor: VendorID,
        outcome: String,
        repeated: Bool
    ) {}
    func resolved(_ operation: Attempt.Operation, by vendor: VendorID, after age: Duration) {}
    func escalated(_ attempt: AttemptID, of intent: IntentID, in tenant: TenantID) {}
    func discrepancy(about aggregate: String, in tenant: TenantID) {}
    func replayed() {}
    func healthChanged(_ change: HealthTransition) {}
    func questionFailed(_ question: String, of vendor: VendorID) {}
}
