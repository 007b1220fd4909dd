import HTTP
import PaymentCore
import Synchronization

/// What a process remembers of its vendors between calls, shared by all event loops: access
/// tokens until shortly before they end, and documents such as certificates for a day. One
/// request at a time fetches a token; the others wait for it.
package final class VendorMemory: Sendable {
    private struct Token {
        var value: VendorToken?
        var refreshAt: ContinuousClock.Instant?
        var isFetching = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private struct Document {
        var answer: HTTPResponse
        var until: ContinuousClock.Instant
    }

    private struct State {
        var tokens: [String: Token] = [:]
        var documents: [String: Document] = [:]
    }

    enum TokenAnswer {
        case held(VendorToken)
        /// The caller fetches it, and must call ``keep(_:of:until:)`` or ``fail(_:)``.
        case missing
    }

    /// How long before its end a token is replaced.
    private static let margin = Duration.seconds(60)
    private static let documentLifetime = Duration.seconds(86_400)
    /// Documents held at once: a few certificates for each environment.
    private static let maximumDocuments = 64

    private let state = Mutex(State())

    package init() {}

    /// The token of a scope, waiting for one that is being fetched.
    func token(of scope: String, at now: ContinuousClock.Instant) async -> TokenAnswer {
        while true {
            let found = state.withLock { state -> TokenAnswer? in
                var token = state.tokens[scope] ?? Token()
                if let value = token.value, let refreshAt = token.refreshAt, now < refreshAt {
                    return .held(value)
                }
                guard !token.isFetching else { return nil }
                token.isFetching = true
                state.tokens[scope] = token
                return .missing
            }
            if let found { return found }
            await withCheckedContinuation { continuation in
                let isWaiting = state.withLock { state in
                    guard state.tokens[scope]?.isFetching == true else { return false }
                    state.tokens[scope]?.waiting.append(continuation)
                    return true
                }
                if !isWaiting { continuation.resume() }
            }
        }
    }

    func keep(_ token: VendorToken, of scope: String, until end: ContinuousClock.Instant) {
        settle(scope) { held in
            held.value = token
            held.refreshAt = end - Self.margin
        }
    }

    /// Fetching failed: the next caller tries.
    func fail(_ scope: String) {
        settle(scope) { _ in }
    }

    /// A token that the vendor does not accept any more, unless it was replaced since.
    func forget(_ token: VendorToken, of scope: String) {
        state.withLock { state in
            guard state.tokens[scope]?.value == token else { return }
            state.tokens[scope]?.value = nil
        }
    }

    private func settle(_ scope: String, _ change: (inout Token) -> Void) {
        let waiting = state.withLock { state in
            var token = state.tokens[scope] ?? Token()
            let waiting = token.waiting
            token.waiting = []
            token.isFetching = false
            change(&token)
            state.tokens[scope] = token
            return waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func document(_ url: String, at now: ContinuousClock.Instant) -> HTTPResponse? {
        state.withLock { state in
            guard let document = state.documents[url], now < document.until else { return nil }
            return document.answer
        }
    }

    func keep(_ answer: HTTPResponse, as url: String, at now: ContinuousClock.Instant) {
        state.withLock { state in
            if state.documents.count >= Self.maximumDocuments { state.documents = [:] }
            state.documents[url] = Document(answer: answer, until: now + Self.documentLifetime)
        }
    }
}
