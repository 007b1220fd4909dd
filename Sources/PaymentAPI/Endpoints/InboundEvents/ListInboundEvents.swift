internal import HTTP
internal import JSON
internal import PaymentCore

struct ListInboundEvents: Endpoint {
    struct Input: Sendable {
        let state: InboundEvent.State?
        let page: ListPage
    }

    let operation = Operation(
        .get,
        "/inbound-events",
        .view,
        "List other services' events, newest first; dead letters with `status=dead`",
        answer: Component.list(of: .inboundEvent)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let page = ListPage.read(&request.query, of: InboundEventID.self)
        let state = request.query.optional("status", .choice(InboundEvent.State.self))
        return Input(state: state, page: page)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        try await call.list(
            input.page,
            of: InboundEventID.self,
            { (after, limit) async throws(StoreError) in
                let found = try await call.services.events.inboundEvents(
                    state: input.state,
                    after: after.map { InboundEventID($0) },
                    limit: limit + 1,
                    in: call.tenant
                )
                return Page(limit, of: found) { $0.id.uuid }
            },
            { event, writer in writer.members(of: event) }
        )
    }
}

struct GetInboundEvent: Endpoint {
    let operation = Operation(
        .get,
        "/inbound-events/{id}",
        .view,
        "Read one event that another service sent, with its data",
        answer: .reference(.inboundEvent)
    )

    func read(_ request: inout RequestReader) -> InboundEventID? {
        request.identifier("id", .event)
    }

    func call(_ input: InboundEventID, _ call: Call) async throws -> Answer {
        let event = try await call.inboundEvent(input)
        return Answer {
            $0.members(of: event)
            $0.member("data", event.event.data)
        }
    }
}

struct PostInboundEventReplay: Endpoint {
    let operation = Operation(
        .post,
        "/inbound-events/{id}/replay",
        .manageEvents,
        "Let a dead letter have its turn again",
        detail: "Its turn comes at once, whatever its sequence.",
        body: .optional,
        success: .accepted,
        answer: .reference(.inboundEvent)
    )

    func read(_ request: inout RequestReader) -> InboundEventID? {
        request.identifier("id", .event)
    }

    func call(_ input: InboundEventID, _ call: Call) async throws -> Answer {
        let events = call.services.events.noting(call.entry(on: input.description))
        guard try await events.replay(input, in: call.tenant) else {
            throw Problem(.notFound, ["what": "dead_letter"])
        }
        let event = try await call.inboundEvent(input)
        return Answer(operation.success) { $0.members(of: event) }
    }
}

extension Call {
    fileprivate func inboundEvent(_ id: InboundEventID) async throws -> InboundEvent {
        guard let event = try await services.events.inboundEvent(id, in: tenant) else {
            throw Problem(.notFound, ["what": WorkflowError.Subject.event.rawValue])
        }
        return event
    }
}
