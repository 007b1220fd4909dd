import Logging
import PaymentCore
import Reactor

/// Keeps this process's board of vendors' health and the shared rows together: writes what was
/// decided here, reads what was decided elsewhere, and notifies consumers of changes. Keeps the
/// process's clock with the database's, too. One per process, on one of its loops; what it learns
/// all loops see.
final class HealthWatch: @unchecked Sendable {
    // Safe because: touched only on its loop; stopping crosses over by `execute`.
    private let loop: EventLoop
    private let services: Services
    private let logger: Logger
    private var sleeper: Task<Void, Never>?
    private var isStopping = false
    private var isReachable = true
    private var looks = 0

    /// Another process's decision is effective here within this time and a round trip.
    private static let pause: Duration = .seconds(1)
    /// A clock that was set is noticed after so many pauses.
    private static let looksPerClock = 10

    init(services: Services, logger: Logger) {
        loop = services.loop
        self.services = services
        self.logger = logger
    }

    func run() async {
        while !isStopping {
            await look()
            let loop = loop
            let sleeper = loop.spawn {
                // Silence is right: cancelling is how stopping wakes it.
                try? await loop.sleep(for: Self.pause)
            }
            self.sleeper = sleeper
            if !isStopping { await sleeper.value }
        }
    }

    func stop() {
        loop.execute { [self] in
            isStopping = true
            sleeper?.cancel()
        }
    }

    private func look() async {
        do throws(StoreError) {
            looks += 1
            if looks % Self.looksPerClock == 0 { try await services.followClock() }
            try await services.health.synchronize()
            _ = try await services.workflows.announceHealth(from: services.control)
            isReachable = true
        } catch {
            if isReachable {
                logger.warning(
                    "vendors' health is not shared while the database is away",
                    metadata: ["error": "\(error.code.rawValue)", "message": "\(error.message)"]
                )
            }
            isReachable = false
        }
        let states = services.shared.health.states
        services.observer.ill(open: states[.open] ?? 0, halfOpen: states[.halfOpen] ?? 0)
    }
}
