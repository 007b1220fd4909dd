import Logging
import PaymentCore
import Reactor
import Storage

/// Applies stored notifications, of all tenants, on one loop: a batch at a time and all of a batch
/// at once, each by itself. What one of them waits for holds up no other.
final class NotificationWork: @unchecked Sendable {
    // Safe because: touched only on its loop.
    private let services: Services
    private let logger: Logger
    /// Wakes the worker.
    private let wake: @Sendable () -> Void
    private var schedule = NotificationSchedule()
    /// When those past their retention are deleted next; nil while they are.
    private var purgesAt: ContinuousClock.Instant? = .now

    init(services: Services, logger: Logger, wake: @escaping @Sendable () -> Void) {
        self.services = services
        self.logger = logger
        self.wake = wake
    }

    /// How often one is tried before an operator must look, over about two hours.
    private static let mostRuns = 20
    private static let purgePause = Duration.seconds(3_600)
    /// Deleted at once. When it is reached there are more, and the pause is short.
    private static let mostPurged = 1_000

    /// Says that some may be stored.
    func nudge() { schedule.nudge() }

    /// When they may be taken.
    var next: ContinuousClock.Instant? { schedule.next(at: services.loop.now) }

    /// How many are being applied.
    var running: Int { schedule.running }

    /// Takes what is due, and returns before it is applied.
    func begin() async {
        if let purgesAt, purgesAt <= services.loop.now {
            self.purgesAt = nil
            services.loop.spawn(priority: .utility) { [self] in await purge() }
        }
        guard let claim = schedule.take(at: services.loop.now) else { return }
        do throws(StoreError) {
            let claimed = try await services.inbox.claim(
                limit: claim.limit,
                lease: .seconds(60),
                busy: claim.busy
            )
            schedule.claimed(claimed.map(\.webhook.vendor), by: claim, at: services.loop.now)
            for notification in claimed {
                services.loop.spawn { [self] in
                    await apply(notification)
                    if schedule.ended(notification.webhook.vendor) { wake() }
                }
            }
        } catch {
            logger.note(error, "notifications wait for the database")
        }
    }

    /// Deletes those that are past their retention. Every worker does it; each takes others.
    private func purge() async {
        var pause = Self.purgePause
        do throws(StoreError) {
            let gone = try await services.inbox.purge(
                olderThan: services.shared.configuration.webhookRetention,
                limit: Self.mostPurged
            )
            if gone == Self.mostPurged { pause = .seconds(1) }
        } catch {
            logger.note(error, "notifications past their retention are left for later")
        }
        purgesAt = services.loop.now + pause
    }

    private func apply(_ claimed: ClaimedWebhook) async {
        let webhook = claimed.webhook
        do throws(StoreError) {
            // One that fails is dead by now, so those runs had no end: it may be what ended them.
            guard webhook.run <= Self.mostRuns else {
                return try await bury(webhook, "no run of it came to an end")
            }
            guard let delivery = try await claimed.delivery() else {
                return try await bury(webhook, "the delivery does not open with its key")
            }
            let result = try await services.workflows.apply(webhook, delivery)
            let state: Webhook.State =
                switch result {
                case .applied: .applied
                case .kept: .kept
                }
            try await services.inbox.finish(webhook.id, as: state, error: nil)
            services.observer.applied(webhook, result)
        } catch {
            logger.note(error, "a notification was put off", webhook.tenant)
            await postpone(webhook, error.code.rawValue)
        }
    }

    private func bury(_ webhook: Webhook, _ error: String) async throws(StoreError) {
        try await services.inbox.finish(webhook.id, as: .dead, error: error)
        services.observer.buried(webhook, error)
    }

    /// Puts one off whose run failed; the last run's failure makes it a dead letter.
    private func postpone(_ webhook: Webhook, _ error: String) async {
        do throws(StoreError) {
            try await services.inbox.postpone(
                webhook.id,
                by: .seconds(1 << min(Int64(webhook.run), 9)),
                maximumRuns: Self.mostRuns,
                error: error
            )
        } catch {
            return  // The claim's lease runs out, and it is due again.
        }
        if webhook.run >= Self.mostRuns { services.observer.buried(webhook, error) }
    }
}
