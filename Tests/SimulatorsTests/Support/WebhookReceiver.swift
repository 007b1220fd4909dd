import HTTP
import HTTPServer
import JSON
import Synchronization

/// A shop's webhook endpoint: remembers, and refuses as many as it is told to.
final class WebhookReceiver: HTTPHandler {
    struct Receipt: Sendable {
        let path: String
        let fields: HTTPFields
        let body: [UInt8]
        let isAccepted: Bool

        var json: JSONValue { (try? JSONValue.parse(body)) ?? .null }
    }

    private struct State {
        var receipts: [Receipt] = []
        var refusals = 0
        var answer = HTTPResponse(status: .ok)
        var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var receipts: [Receipt] { state.withLock { $0.receipts } }

    func refuseNext(_ count: Int) {
        state.withLock { $0.refusals = count }
    }

    /// What is answered from now on when nothing is refused.
    func answer(with response: HTTPResponse) {
        state.withLock { $0.answer = response }
    }

    /// Waits until so many deliveries have come in all.
    func received(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.receipts.count >= count { return true }
                state.waiters.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    func handle(_ exchange: HTTPExchange) async {
        guard let body = try? await exchange.body() else { return }
        let (path, fields) = (exchange.path, exchange.fields)
        let response = state.withLock { state in
            let refuses = state.refusals > 0
            if refuses { state.refusals -= 1 }
            state.receipts.append(
                Receipt(path: path, fields: fields, body: body, isAccepted: !refuses)
            )
            let count = state.receipts.count
            for waiter in state.waiters where waiter.count <= count { waiter.continuation.resume() }
            state.waiters.removeAll { $0.count <= count }
            return refuses ? HTTPResponse(status: .serviceUnavailable) : state.answer
        }
        exchange.respond(response.status, fields: response.fields, body: response.body)
    }
}
