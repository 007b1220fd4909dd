internal import Foundation
internal import HTTP
internal import JSON
internal import PaymentCore
internal import Reactor
internal import TestKit

/// What a run is to be.
package struct ChaosPlan: Sendable {
    package var seed: UInt64
    /// How long things go wrong; settling comes after.
    package var duration: Duration
    package var clients = 24
    /// The release that serves at first; nil: this one, and the one that follows it is imagined.
    package var earlier: Release?
    /// Whether notifications may be lost that only a look-up brings back, after a minute and more.
    package var losesNotifications = true
    /// How long a client insists on one answer, and how long settling may take.
    package var patience: Duration = .seconds(900)

    package init(seed: UInt64, duration: Duration) {
        self.seed = seed
        self.duration = duration
    }
}

/// A whole installation under everything at once: real processes, real sockets, a real database.
package enum Chaos {
    /// Runs to the end and checks what is left.
    package static func run(_ plan: ChaosPlan) async throws -> ChaosReport {
        let loop = try EventLoop(name: "chaos")
        loop.start()
        let result: Result<ChaosReport, any Error>
        do {
            result = .success(try await loop.submit { try await rage(plan) })
        } catch {
            result = .failure(error)
        }
        await loop.stop()
        return try result.get()
    }

    private static func rage(_ plan: ChaosPlan) async throws -> ChaosReport {
        let current = try Release(
            program: Program.path,
            migrations: "\(Program.project)/migrations"
        )
        let first = plan.earlier ?? current
        let place = try await Installation(plan, first: first)
        let next =
            plan.earlier == nil
            ? try RollingUpgrade.imagined(after: current, in: place.folder) : current
        let record = Record()
        try await place.subscribe()
        let cards = (
            good: try await card("pm_card_visa", at: place),
            bad: try await card("pm_card_decline_do_not_honor", at: place)
        )
        let end = ContinuousClock.now + plan.duration
        let reading = Task(executorPreference: EventLoop.current) {
            try await place.broker.read(tenant: place.tenant.description)
        }
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<plan.clients {
                group.addTask {
                    var customer = Customer(
                        number,
                        at: place,
                        record,
                        cards: cards,
                        patience: plan.patience,
                        seed: plan.seed &* 1_000_003 &+ UInt64(number)
                    )
                    await customer.live(until: end)
                }
            }
            group.addTask {
                await Havoc(
                    place: place,
                    record: record,
                    seed: plan.seed,
                    end: end,
                    losesNotifications: plan.losesNotifications
                ).rage()
            }
            group.addTask {
                do {
                    try await pause(plan.duration * 0.4)
                    try await RollingUpgrade(place: place, record: record, next: next).roll()
                } catch {
                    record.expect(false, "the upgrade failed: \(error)")
                }
            }
        }
        return try await conclude(plan, place, record, next, reading, end)
    }

    /// Waits until nothing is open, and checks.
    private static func conclude(
        _ plan: ChaosPlan,
        _ place: Installation,
        _ record: Record,
        _ release: Release,
        _ reading: Task<Void, any Error>,
        _ end: ContinuousClock.Instant
    ) async throws -> ChaosReport {
        let inspection = try Inspection(place)
        let settling = Settling(place: place, record: record, inspection: inspection)
        let oldest = try await settling.wait(atMost: plan.patience)
        let settled = ContinuousClock.now - end
        await Checker(place: place, record: record, inspection: inspection, release: release)
            .check()
        let events = try await inspection.rest().position
        await inspection.close()
        reading.cancel()
        // Silence is right: what it had read is checked, and its end says no more.
        _ = try? await reading.value
        let keepsLogs = !record.violations.isEmpty
        try await place.close(keepingLogs: keepsLogs)
        let availability = Availability(record.requests, until: end)
        return ChaosReport(
            seed: plan.seed,
            violations: record.violations,
            faults: record.faults,
            payments: record.promises.count,
            events: events,
            requests: record.requests.count,
            tries: record.requests.map(\.tries).reduce(0, +),
            answered: [1, 5, 10, 30, 60].map { ($0, availability.share(within: .seconds($0))) },
            worstGap: availability.worstGap,
            settling: settled,
            oldestJob: .seconds(oldest),
            endings: place.fleet.ownEndings,
            folder: keepsLogs ? place.folder : nil
        )
    }

    /// Keeps a card of the simulator as a stored method.
    private static func card(_ token: String, at place: Installation) async throws -> String {
        try await place.gateways[0].api(
            .post,
            "/payment-methods",
            ["kind": "card", "provider": "stripe", "token": .string(token)],
            key: token
        ).text("id")
    }
}
