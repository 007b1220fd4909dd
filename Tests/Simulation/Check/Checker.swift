internal import PaymentCore
internal import TestKit

/// Holds a finished history to what was promised. It knows what vendors' books say, what is stored
/// and what was told, and nothing of how the product comes to it.
final class Checker: @unchecked Sendable {
    // Safe because one thread cranks everything.
    let scene: Scene
    private(set) var violations: [String] = []

    init(_ scene: Scene) {
        self.scene = scene
    }

    func check() async {
        do {
            var payments: [Payment] = []
            for id in scene.store.intents(of: scene.tenant) {
                guard let payment = try await scene.store.payment(id, in: scene.tenant) else {
                    continue
                }
                payments.append(payment)
                checkRest(of: payment)
                checkSums(of: payment)
                checkVendors(of: payment)
                checkEffects(of: payment)
                checkBooks(of: payment, try await transfers(of: id))
            }
            checkStrangers(payments)
            checkEvents(try await feed(), payments)
            try await checkReplies(payments)
            try await checkWork()
        } catch {
            expect(false, "the check could not read: \(error)")
        }
    }

    func expect(_ isKept: Bool, _ promise: @autoclosure () -> String) {
        if !isKept { violations.append(promise()) }
    }

    private func transfers(of id: IntentID) async throws -> [Transfer] {
        try await scene.store.transfers(of: id, in: scene.tenant)
    }

    /// Everything that a consumer of the feed sees.
    private func feed() async throws -> [PublishedEvent] {
        while try await scene.store.publishEvents(limit: 100, in: scene.tenant) > 0 {}
        return try await scene.store.events(after: 0, limit: .max, in: scene.tenant)
    }

    // MARK: A payment by itself

    private func checkRest(of payment: Payment) {
        let intent = payment.intent
        for attempt in payment.attempts {
            expect(
                !attempt.state.isOpen,
                "\(intent.id): \(attempt.operation) stays \(attempt.state.name)"
            )
        }
        expect(intent.captureReserved == 0, "\(intent.id): a capture's reservation stays")
        expect(intent.refundReserved == 0, "\(intent.id): a refund's reservation stays")
        expect(!intent.isReleasing, "\(intent.id): a void stays under way")
        switch intent.state {
        case .processing, .requiresAction: expect(false, "\(intent.id): stays \(intent.state)")
        case .requiresPaymentMethod, .authorized, .partiallyCaptured, .captured,
            .partiallyRefunded, .refunded, .voided, .failed, .expired, .pendingCash:
            break
        }
    }

    private func checkSums(of payment: Payment) {
        let intent = payment.intent
        expect(intent.captured == payment.moved(.capture), "\(intent.id): captured is no sum")
        expect(intent.refunded == payment.moved(.refund), "\(intent.id): refunded is no sum")
        guard !intent.hasDiscrepancy else { return }
        expect(intent.captured <= intent.amount.minorUnits, "\(intent.id): captured too much")
        expect(intent.refunded <= intent.captured, "\(intent.id): refunded too much")
    }

    /// One key, one effect: whatever was clicked, repeated, lost or recovered.
    private func checkEffects(of payment: Payment) {
        var effects: Set<String> = []
        for attempt in payment.attempts where attempt.state.hasMoved {
            guard let key = attempt.askedBy.person, attempt.origin == .gateway else { continue }
            expect(
                effects.insert("\(key) \(attempt.operation)").inserted,
                "\(payment.intent.id): two effects of \(attempt.operation) under \(key)"
            )
        }
    }

    /// No work is forgotten, none is given up.
    private func checkWork() async throws {
        let jobs = try await scene.store.jobs(state: nil, limit: .max, in: scene.tenant)
        expect(jobs.isEmpty, "jobs are left: \(jobs.map(\.subject))")
        for webhook in scene.inbox.webhooks where webhook.state != .applied {
            expect(webhook.state == .kept, "\(webhook.eventKey) is \(webhook.state)")
        }
    }
}

extension AttemptState {
    /// Whether the vendor did it, even if it was taken back.
    var hasMoved: Bool {
        switch self {
        case .succeeded, .reversed: true
        case .asked, .pending, .requiresAction, .unknown, .awaitingApproval, .declined, .rejected,
            .notDone, .abandoned:
            false
        }
    }
}

extension Payment {
    fileprivate func moved(_ operation: Attempt.Operation) -> Int64 {
        attempts.filter { $0.operation == operation && $0.state == .succeeded }
            .map { $0.movedAmount ?? $0.amount }
            .reduce(0, +)
    }
}
