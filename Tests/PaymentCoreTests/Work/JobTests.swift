import PaymentCore
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
