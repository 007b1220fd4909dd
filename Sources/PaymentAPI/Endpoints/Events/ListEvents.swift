internal import HTTP
internal import PaymentCore

struct ListEvents: Endpoint {
    struct Input: Sendable {
        let after: Int64
        let limit: Int
        let wait: Duration
    }

    let operation = Operation(
        .get,
        "/events",
        .view,
        "Read the event feed from a position on",
        detail: "Positions are dense and in order: nothing is skipped. `wait` holds the answer "
            + "for so many seconds while there is nothing new. The answer's `next` is always a "
            + "cursor: the position to go on from.",
        answer: Component.list(of: .event),
        patience: .seconds(maximumWait)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let after = request.query.optional("after", .integer(0...Int64.max))
        let limit = request.query.optional("limit", .integer(1...1_000))
        let wait = request.query.optional(
            "wait",
            .integer(0...Self.maximumWait).described("Seconds to wait for the first new event.")
        )
        return Input(
            after: after ?? 0,
            limit: limit.map(Int.init) ?? 100,
            wait: .seconds(wait ?? 0)
        )
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let events = try await news(input, call)
        let envelope = call.services.envelope
        return .list(
            events,
            next: "\(events.last?.position ?? input.after)",
            hasMore: events.count == input.limit
        ) { event, writer in
            envelope.write(event, of: call.tenant, to: &writer)
        }
    }

    /// What is published behind the cursor, waiting for it when there is nothing yet. The bell
    /// rings for what this process published; another replica's events are seen a moment later.
    private func news(_ input: Input, _ call: Call) async throws -> [PublishedEvent] {
        let deadline = call.services.now() + input.wait
        while true {
            let ticket = input.wait > .zero ? call.state.published.ticket(for: call.tenant) : nil
            let events = try await call.services.jobs.events(
                after: input.after,
                limit: input.limit,
                in: call.tenant
            )
            let left = call.services.now().duration(to: deadline)
            guard events.isEmpty, let ticket, left > .zero, !Task.isCancelled else {
                ticket?.giveBack()
                return events
            }
            await ticket.wait(atMost: min(left, Self.interval), call.services.sleep)
        }
    }

    private static let maximumWait: Int64 = 30
    private static let interval = Duration.seconds(1)
}
