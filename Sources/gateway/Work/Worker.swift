import Kafka
import Logging
import PaymentAPI
import PaymentCore
import Reactor
import Storage
import Synchronization

/// The background work of one loop: publishes events, runs due jobs and applies notifications.
///
/// It polls, because work can come from another process or be due by time, and is nudged by its own
/// process, so that work done here waits for no poll.
final class Worker: @unchecked Sendable {
    // Safe because: touched only on its loop; the nudges cross over by `execute`.
    private let loop: EventLoop
    private let services: Services
    private let configuration: Configuration
    private let logger: Logger
    private let deliverer: EventDeliverer
    /// Nil without Kafka brokers.
    private let relay: EventRelay?
    /// Nil without inbound topics.
    private let intake: EventIntake?
    /// Whose events are published: this never waits for a vendor.
    private var telling: VisitSchedule
    /// Whose jobs are run: they take as long as vendors do.
    private var working: DueSchedule
    /// When a tenant's books and audit trail were last sealed, while it is visited.
    private var sealed: [TenantID: ContinuousClock.Instant] = [:]
    /// How overdue the oldest job was since the last poll.
    private var oldest = Duration.zero
    private lazy var notifications = NotificationWork(services: services, logger: logger) {
        [unowned self] in sleeper?.cancel()
    }
    /// A deployment may get its brokers when its tenants have long been quiet.
    private var mustMarkAll: Bool
    private var nextPoll: ContinuousClock.Instant
    /// Where the list of tenants with work goes on; nil at its beginning.
    private var page: TenantID?
    /// How long the next poll waits: longer while there is nothing to do.
    private var pause: Duration
    private var sleeper: Task<Void, Never>?
    /// Once it is stopping: how long it waits for what runs.
    private var stopsBy: ContinuousClock.Instant?
    /// Read by jobs before they begin: what has not begun is handed over.
    private let stopping = Stopping()

    /// - Throws: `configuration` for Kafka settings that librdkafka does not take.
    init(services: Services, configuration: Configuration, logger: Logger) throws(KafkaError) {
        loop = services.loop
        self.services = services
        self.configuration = configuration
        self.logger = logger
        nextPoll = .now
        pause = configuration.pollInterval
        telling = VisitSchedule(concurrency: 16)
        working = DueSchedule(concurrency: configuration.jobConcurrency)
        let work = services.shared.work
        deliverer = EventDeliverer(
            loop: services.loop,
            store: services.subscriptions,
            client: services.receivers,
            envelope: EventEnvelope(namespace: configuration.eventNamespace),
            ended: { tenant in work.nudge(tenant) }
        )
        mustMarkAll = !configuration.kafka.brokers.isEmpty
        relay =
            configuration.kafka.brokers.isEmpty
            ? nil
            : try EventRelay(
                services: services,
                settings: configuration.kafka,
                logger: logger,
                told: { tenant in work.nudge(tenant) }
            )
        intake =
            configuration.kafka.inboundTopics.isEmpty
            ? nil
            : try EventIntake(services: services, settings: configuration.kafka, logger: logger)
    }

    /// Works until ``stop(by:)``; what is running then is waited for, and what is not done by that
    /// time is left to its leases.
    func run() async {
        while stopsBy == nil {
            if loop.now >= nextPoll { await poll() }
            startVisits()
            await notifications.begin()
            await rest()
        }
        await intake?.stop()
        while isBusy, let stopsBy, loop.now < stopsBy { await rest() }
        if isBusy {
            logger.warning(
                "work is left to its leases",
                metadata: [
                    "tenants": "\(telling.visiting + working.visiting)",
                    "notifications": "\(notifications.running)",
                ]
            )
        }
        await deliverer.stop(within: .seconds(3))
        await relay?.stop(within: .seconds(3))
        logger.info("the worker has stopped")
    }

    private var isBusy: Bool {
        telling.visiting + working.visiting + notifications.running > 0
    }

    /// Says from any thread that a tenant has work.
    func nudge(_ tenant: TenantID) {
        loop.execute { [self] in
            telling.nudge(tenant, at: loop.now)
            sleeper?.cancel()
        }
    }

    /// Says from any thread that a notification was stored.
    func nudgeWebhooks() {
        loop.execute { [self] in
            notifications.nudge()
            sleeper?.cancel()
        }
    }

    /// Begins nothing from now on, and ends ``run()`` when what runs has ended, or by `deadline`.
    /// From any thread.
    func stop(by deadline: ContinuousClock.Instant) {
        loop.execute { [self] in
            stopsBy = deadline
            stopping.begin()
            sleeper?.cancel()
        }
    }

    /// Sleeps until the next poll or visit is due, or a nudge comes.
    private func rest() async {
        let until = min(
            nextPoll,
            telling.next ?? nextPoll,
            working.next ?? nextPoll,
            notifications.next ?? nextPoll
        )
        guard until > loop.now || stopsBy != nil else { return }
        let wake = stopsBy == nil ? until : loop.now + .milliseconds(50)
        let loop = loop
        let sleeper = loop.spawn {
            // Silence is right: cancelling is how a nudge wakes it.
            try? await loop.sleep(until: wake)
        }
        self.sleeper = sleeper
        await sleeper.value
        self.sleeper = nil
    }

    private func poll() async {
        if page == nil {
            services.observer.oldestJob(oldest, on: loop)
            oldest = .zero
        }
        do throws(StoreError) {
            if mustMarkAll { try await services.control.markAllTenants() }
            mustMarkAll = false
            let work = try await services.control.waitingWork(after: page, limit: 1_024)
            let isOnly = page == nil && work.lastOfPage == nil
            page = work.lastOfPage
            telling.marked(
                work.tenants.filter { services.shared.work.isOf(self, $0) },
                endsRound: page == nil,
                at: loop.now
            )
            if work.hasWebhooks { notifications.nudge() }
            let isIdle = isOnly && work.tenants.isEmpty && !work.hasWebhooks
            let interval = configuration.pollInterval
            pause = isIdle ? min(pause * 2, interval * Self.idlePause) : interval
            // Further pages follow without a pause: newly due tenants may be on any of them.
            let wait = page == nil ? work.next ?? pause : .zero
            nextPoll = loop.now + min(pause, max(wait, VisitSchedule.shortestPause))
        } catch {
            logger.note(error, "background work waits for the database")
            nextPoll = loop.now + .seconds(1)
        }
    }

    /// So many intervals is the longest pause between polls.
    private static let idlePause = 4

    private func startVisits() {
        for tenant in telling.take(at: loop.now) {
            loop.spawn { [self] in
                let (worked, next) = await tell(tenant)
                telling.visited(tenant, worked: worked, next: next, at: loop.now)
                sleeper?.cancel()
            }
        }
        for tenant in working.take(at: loop.now) {
            loop.spawn { [self] in
                await work(tenant)
                working.ended(tenant)
                sleeper?.cancel()
            }
        }
    }

    /// Runs the tenant's due jobs, as many as one visit takes. What is due after them is found by
    /// `tell`.
    private func work(_ tenant: TenantID) async {
        do throws(StoreError) {
            let stopping = stopping
            let limits = PaymentWorkflows.VisitLimits()
            let visit = try await services.workflows.work(
                tenant,
                limits: limits,
                mayBegin: { !stopping.hasBegun }
            )
            oldest = max(oldest, visit.oldest)
            if visit.jobs == limits.jobs { working.note(tenant, dueAt: loop.now) }
            if visit.jobs > 0 { telling.hasten(tenant, at: loop.now) }
        } catch {
            logger.note(error, "a tenant's jobs were put off", tenant)
        }
    }

    /// Looks at what the tenant has waiting: publishes its events, seals what they report, sends
    /// them where they go, and notes when its jobs are due. Most looks find nothing, and cost one
    /// query.
    ///
    /// - Returns: whether there was anything to do, and how long until there is, if that is known.
    private func tell(_ tenant: TenantID) async -> (worked: Bool, next: Duration?) {
        do throws(StoreError) {
            let backlog = try await services.jobs.backlog(in: tenant)
            noteJobs(of: tenant, backlog)
            let published =
                backlog.unpublishedEvents
                ? try await services.jobs.publishEvents(limit: 500, in: tenant) : 0
            if published > 0 { services.published(in: tenant) }
            let sealing = await seal(
                tenant,
                entries: backlog.unsealedEntries,
                events: backlog.unbookedEvents || published > 0
            )
            // Before what needs the tenant's keys, which relaying to a broker does not.
            let isRelayed =
                try await relay?.visit(
                    tenant,
                    waiting: backlog.unconfirmedEvents + Int64(published)
                ) ?? true
            let mustDeliver = backlog.isDeliveryDue || published > 0 && backlog.hasSubscribers
            let hasDelivered = mustDeliver ? try await deliverer.visit(tenant) : false
            if published > 0 || hasDelivered { return (true, sealing) }
            if backlog.isSettled, isRelayed, !mustDeliver { try await clear(tenant, backlog) }
            let delivery = backlog.nextDelivery.map { $0 - backlog.moment }
            return (false, [delivery, sealing].compactMap(\.self).min())
        } catch {
            logger.note(error, "a tenant's events were put off", tenant)
            return (false, nil)
        }
    }

    /// What is due later than the longest pause is seen again by then, or by the poll.
    private func noteJobs(of tenant: TenantID, _ backlog: Backlog) {
        guard let next = backlog.nextJob.map({ $0 - backlog.moment }) else { return }
        if next <= VisitSchedule.longestPause {
            working.note(tenant, dueAt: loop.now + max(next, .zero))
        }
    }

    /// Takes the mark from a tenant that had nothing just now, once it can be old enough.
    private func clear(_ tenant: TenantID, _ backlog: Backlog) async throws(StoreError) {
        if let last = sealed[tenant], loop.now - last >= Self.sealInterval { sealed[tenant] = nil }
        let quiet = services.control.leastQuiet
        guard telling.isQuiet(tenant, for: quiet, at: loop.now) else { return }
        try await services.control.clearWork(tenant, nextDue: backlog.nextDue, quietFor: quiet)
    }

    /// Seals what waits, in batches of a second. A chain that cannot grow holds up neither the other
    /// one nor the events.
    ///
    /// - Returns: how long until something may be sealed; nil when nothing is known to wait.
    private func seal(_ tenant: TenantID, entries: Bool, events: Bool) async -> Duration? {
        guard entries || events else { return nil }
        let now = loop.now
        if let last = sealed[tenant], now - last < Self.sealInterval {
            return last + Self.sealInterval - now
        }
        sealed[tenant] = now
        var mayBeMore = false
        if entries {
            await sealing("a tenant's trail waits to be sealed", tenant) {
                () async throws(StoreError) in
                let sealed = try await services.auditSealer.seal(tenant)
                if sealed == AuditSealer.batch { mayBeMore = true }
            }
        }
        if events {
            await sealing("a tenant's books wait to be sealed", tenant) {
                () async throws(StoreError) in
                guard let batch = try await services.sealer.seal(tenant) else { return }
                services.observer.sealed(batch)
                if batch.isFull { mayBeMore = true }
            }
        }
        if mayBeMore { sealed[tenant] = nil }
        return mayBeMore ? .zero : nil
    }

    private func sealing(
        _ failure: Logger.Message,
        _ tenant: TenantID,
        _ body: () async throws(StoreError) -> Void
    ) async {
        do {
            try await body()
        } catch {
            logger.note(error, failure, tenant)
        }
    }

    private static let sealInterval = Duration.seconds(1)
}

extension Logger {
    /// Work that failed and is due again.
    func note(_ error: StoreError, _ text: Message, _ tenant: TenantID? = nil) {
        var metadata: Metadata = [
            "error": "\(error.code.rawValue)", "message": "\(error.message)",
        ]
        if let tenant { metadata["tenant"] = "\(tenant)" }
        warning(text, metadata: metadata)
    }
}

/// Whether a worker is being stopped, for the tasks that it started.
private final class Stopping: Sendable {
    private let flag = Atomic(false)

    var hasBegun: Bool { flag.load(ordering: .relaxed) }

    func begin() { flag.store(true, ordering: .relaxed) }
}
