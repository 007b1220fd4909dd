import Cryptography
import PaymentCore
import Synchronization
import Testing

@testable import Storage

/// How long what a secret manager told is used.
@Suite struct ManagedSecretsTests {
    /// Answers as it is told, and counts.
    private final class Manager: SecretManager {
        private struct State {
            var answer: Result<String, KeyManagementError> = .success(#"{"key":"one"}"#)
            var reads = 0
            var passed = Duration.zero
        }

        private let state = Mutex(State())

        var reads: Int { state.withLock { $0.reads } }
        /// Time since the start.
        var passed: Duration { state.withLock { $0.passed } }

        func pass(_ seconds: Int) { state.withLock { $0.passed += .seconds(seconds) } }

        func answer(_ answer: Result<String, KeyManagementError>) {
            state.withLock { $0.answer = answer }
        }

        func secret(_ name: String) async throws(KeyManagementError) -> Secret {
            let answer = state.withLock { state in
                state.reads += 1
                return state.answer
            }
            return Secret(try answer.get())
        }
    }

    private let manager = Manager()
    private let start = ContinuousClock.now

    private func secrets() -> ManagedSecrets {
        ManagedSecrets(manager, lifetime: .seconds(60)) { [manager, start] in
            start + manager.passed
        }
    }

    private static let one = Credentials(["key": ["one"]])
    private static let two = Credentials(["key": ["two", "one"]])

    @Test func `a secret is read once while it lasts, and anew after`() async {
        let secrets = secrets()
        #expect(await secrets.credentials("a") == Self.one)
        manager.answer(.success(#"{"key":["two","one"]}"#))
        manager.pass(59)
        #expect(await secrets.credentials("a") == Self.one)
        #expect(manager.reads == 1)
        manager.pass(1)
        #expect(await secrets.credentials("a") == Self.two)
        #expect(manager.reads == 2)
    }

    @Test func `while the manager is silent what is known serves on, and not for ever`() async {
        let secrets = secrets()
        #expect(await secrets.credentials("a") == Self.one)
        manager.answer(.failure(KeyManagementError(.unavailable, "silent")))
        manager.pass(60)
        #expect(await secrets.credentials("a") == Self.one)
        #expect(await secrets.credentials("a") == Self.one)
        #expect(manager.reads == 2, "not asked again at once")
        manager.pass(600)
        #expect(await secrets.credentials("a") == Self.one)
        manager.pass(60)
        #expect(await secrets.credentials("a") == Credentials([:]))
        manager.answer(.success(#"{"key":"one"}"#))
        manager.pass(5)
        #expect(await secrets.credentials("a") == Self.one)
    }

    @Test func `what the manager takes away is gone with the next reading`() async {
        let secrets = secrets()
        #expect(await secrets.credentials("a") == Self.one)
        manager.answer(.failure(KeyManagementError(.unknownKey, "gone")))
        manager.pass(60)
        #expect(await secrets.credentials("a") == Credentials([:]))
    }

    @Test func `what is no document has no fields`() async {
        manager.answer(.success("a bare password"))
        #expect(await secrets().credentials("a") == Credentials([:]))
    }
}
