import Cryptography
import PaymentCore
import Synchronization
import TestKit
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
        /// Whoever asks waits there.
        let gate = Gate()

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
            await gate.wait()
            guard !Task.isCancelled else { throw KeyManagementError(.unavailable, "cancelled") }
            return Secret(try answer.get())
        }
    }

    private let manager = Manager()
    private let start = ContinuousClock.now

    private func secrets(isHeldUp: Bool = false) -> ManagedSecrets {
        if !isHeldUp { manager.gate.open() }
        return ManagedSecrets(manager, lifetime: .seconds(60)) { [manager, start] in
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

    @Test func `a crowd that comes to an unknown name reads it once`() async {
        let secrets = secrets(isHeldUp: true)
        let crowd = (0..<8).map { _ in Task.immediate { await secrets.credentials("a") } }
        manager.gate.open()
        for task in crowd { #expect(await task.value == Self.one) }
        #expect(manager.reads == 1)
    }

    @Test func `one that gives up while it asks takes nobody's credentials`() async {
        let secrets = secrets(isHeldUp: true)
        let first = Task.immediate { await secrets.credentials("a") }
        let other = Task.immediate { await secrets.credentials("a") }
        first.cancel()
        manager.gate.open()
        _ = await first.value
        #expect(await other.value == Self.one)
        #expect(await secrets.credentials("a") == Self.one)
    }
}
