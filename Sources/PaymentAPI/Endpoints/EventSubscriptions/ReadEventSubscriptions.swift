internal import HTTP
internal import JSON
internal import PaymentCore

struct ListEventSubscriptions: Endpoint {
    let operation = Operation(
        .get,
        "/event-subscriptions",
        .view,
        "List the event subscriptions, oldest first",
        answer: Component.list(of: .eventSubscription)
    )

    struct Input: Sendable {
        let after: EventSubscriptionID?
        let limit: Int
    }

    func read(_ request: inout RequestReader) -> Input? {
        let after = request.query.optional("after", .identifier(EventSubscriptionID.self))
        let limit = request.query.optional(
            "limit",
            .integer(1...1_000).described("1,000 when not given.")
        )
        return Input(after: after, limit: limit.map(Int.init) ?? 1_000)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let found = try await call.services.subscriptions.subscriptions(
            after: input.after,
            limit: input.limit + 1,
            in: call.tenant
        )
        let page = Array(found.prefix(input.limit))
        let next = found.count > input.limit ? page.last?.id.description : nil
        return .list(page, next: next) { subscription, writer in
            writer.members(of: subscription)
        }
    }
}

struct GetEventSubscription: Endpoint {
    let operation = Operation(
        .get,
        "/event-subscriptions/{id}",
        .view,
        "Read one event subscription",
        answer: .reference(.eventSubscription)
    )

    func read(_ request: inout RequestReader) -> EventSubscriptionID? { request.subscription() }

    func call(_ input: EventSubscriptionID, _ call: Call) async throws -> Answer {
        let subscription = try await call.subscription(input)
        return Answer { $0.members(of: subscription) }
    }
}

struct DeleteEventSubscription: Endpoint {
    let operation = Operation(
        .delete,
        "/event-subscriptions/{id}",
        .manageEvents,
        "Delete an event subscription with its delivery log",
        success: .noContent,
        answer: nil
    )

    func read(_ request: inout RequestReader) -> EventSubscriptionID? { request.subscription() }

    func call(_ input: EventSubscriptionID, _ call: Call) async throws -> Answer {
        let known = try await call.subscription(input)
        let entry = call.entry(
            on: input.description,
            before: AuditDocument.text(of: known)
        )
        guard try await call.services.subscriptions.noting(entry).delete(input, in: call.tenant)
        else {
            throw Problem.noSubscription
        }
        return .noContent
    }
}

struct ListEventDeliveries: Endpoint {
    struct Input: Sendable {
        let id: EventSubscriptionID
        let state: EventDelivery.State?
        let before: Int64?
        let limit: Int
    }

    let operation = Operation(
        .get,
        "/event-subscriptions/{id}/deliveries",
        .view,
        "List what was sent to a subscription, newest first",
        detail: "`next` is the cursor for `after`: the position to go on from, downwards.",
        answer: Component.list(of: .eventDelivery)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let id = request.subscription()
        let state = request.query.optional("status", .choice(EventDelivery.State.self))
        let before = request.query.optional("after", .integer(1...Int64.max))
        let limit = request.query.optional("limit", .integer(ListPage.limits))
        guard let id else { return nil }
        return Input(id: id, state: state, before: before, limit: limit.map(Int.init) ?? 50)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        _ = try await call.subscription(input.id)
        let found = try await call.services.subscriptions.deliveries(
            of: input.id,
            state: input.state,
            before: input.before,
            limit: input.limit + 1,
            in: call.tenant
        )
        let page = Array(found.prefix(input.limit))
        let next = found.count > input.limit ? page.last.map { "\($0.position)" } : nil
        return .list(page, next: next) { delivery, writer in writer.members(of: delivery) }
    }
}
