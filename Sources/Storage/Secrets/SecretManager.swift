package import Cryptography
internal import PaymentCore
internal import Synchronization

/// A place outside that keeps secrets under names of its own.
package protocol SecretManager: Sendable {
    /// The secret as it is now.
    func secret(_ name: String) async throws(KeyManagementError) -> Secret
}

/// What a secret manager answered about accounts' credentials, for the whole process: no payment
/// waits for it, and a secret that was changed there is used within `lifetime`. While the manager
/// is out of reach what is known serves on, twelve times as long and no longer.
package final class ManagedSecrets: Sendable {
    private struct Held: Sendable {
        /// Empty when the manager gave none.
        var credentials: Credentials
        /// From when the next caller asks the manager.
        var staleAt: ContinuousClock.Instant
        /// Until when it serves although the manager does not answer.
        var serves: ContinuousClock.Instant
    }

    private let manager: any SecretManager
    private let lifetime: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let held = Mutex<[String: Held]>([:])
    private let loads = SharedLoads<String, Credentials, Never>()

    /// Secrets held at once; beyond that all are read again.
    private static let capacity = 4_096
    /// How long nobody asks again: for one refresh at a time, and after a failure.
    private static let pause = Duration.seconds(5)

    package init(
        _ manager: any SecretManager,
        lifetime: Duration,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.manager = manager
        self.lifetime = lifetime
        self.now = now
    }

    /// A document with one member per field; empty when it cannot be had. Whoever asks for a name that
    /// is not known yet waits for the one that reads it.
    func credentials(_ name: String) async -> Credentials {
        let moment = now()
        guard let known = known(name, moment) else {
            return await loads.value(of: name) {
                if let known = self.known(name, moment) { return known.credentials }
                return await read(name, nil, moment)
            }
        }
        if moment < known.staleAt { return known.credentials }
        return await read(name, known, moment)
    }

    /// What is held. Whoever finds it stale asks the manager; others go on with it meanwhile.
    private func known(_ name: String, _ moment: ContinuousClock.Instant) -> Held? {
        held.withLock { held in
            guard let known = held[name] else { return nil }
            if moment >= known.staleAt { held[name]?.staleAt = moment + Self.pause }
            return known
        }
    }

    private func read(
        _ name: String,
        _ known: Held?,
        _ moment: ContinuousClock.Instant
    ) async -> Credentials {
        do throws(KeyManagementError) {
            let secret = try await manager.secret(name)
            let fresh = CredentialColumns.credentials(secret.reveal()) ?? Credentials([:])
            keep(fresh, name, staleAt: moment + lifetime, serves: moment + lifetime * 12)
            return fresh
        } catch {
            // What the manager refuses is refused at once; silence may end.
            let serves = error.code == .unavailable ? known.map(\.serves) ?? moment : moment
            let credentials = (moment < serves ? known?.credentials : nil) ?? Credentials([:])
            // That this task was cancelled says nothing about the manager: others ask for
            // themselves.
            if !Task.isCancelled {
                keep(credentials, name, staleAt: moment + Self.pause, serves: serves)
            }
            return credentials
        }
    }

    private func keep(
        _ credentials: Credentials,
        _ name: String,
        staleAt: ContinuousClock.Instant,
        serves: ContinuousClock.Instant
    ) {
        held.withLock { held in
            if held.count >= Self.capacity { held.removeAll() }
            held[name] = Held(credentials: credentials, staleAt: staleAt, serves: serves)
        }
    }
}
