internal import HTTP
internal import JSON
internal import PaymentCore

struct PostEventSubscriptionSecret: Endpoint {
    struct Input: Sendable {
        let id: EventSubscriptionID
        let overlap: Duration
    }

    let operation = Operation(
        .post,
        "/event-subscriptions/{id}/rotate-secret",
        .manageEvents,
        "Give a subscription a new secret, told this once",
        detail: "The secret before signs beside it for `overlap_seconds`, a day when not given.",
        body: .optional,
        answer: .reference(.newEventSubscription)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let id = request.subscription()
        let overlap = request.body.optional("overlap_seconds", .integer(0...604_800))
        guard let id else { return nil }
        return Input(id: id, overlap: .seconds(overlap ?? 86_400))
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let secret = call.services.receivers.makeSecret()
        let entry = call.entry(
            on: input.id.description,
            after: AuditDocument.text { $0.member("secret_changed", true) }
        )
        let isRotated = try await call.services.subscriptions.noting(entry).rotate(
            input.id,
            to: secret,
            overlap: input.overlap,
            in: call.tenant
        )
        guard isRotated else { throw Problem.noSubscription }
        let subscription = try await call.subscription(input.id)
        return Answer {
            $0.members(of: subscription)
            $0.member("secret", secret.value)
        }
    }
}

struct PostEventSubscriptionPing: Endpoint {
    let operation = Operation(
        .post,
        "/event-subscriptions/{id}/ping",
        .manageEvents,
        "Send a signed test event now, and tell what the receiver answered",
        body: .optional,
        answer: .reference(.eventPing),
        patience: .seconds(20)
    )

    func read(_ request: inout RequestReader) -> EventSubscriptionID? { request.subscription() }

    func call(_ input: EventSubscriptionID, _ call: Call) async throws -> Answer {
        let subscription = try await call.subscription(input)
        let secrets = try await call.services.subscriptions.secrets(of: input, in: call.tenant)
        let id: EventID = call.services.identifiers.make()
        let body = call.services.envelope.ping(
            id,
            to: input,
            of: call.tenant,
            at: call.services.clock.now
        )
        let answer: (status: Int?, error: String?) =
            secrets.isEmpty
            ? (nil, "the subscription's secret does not open")
            : await call.services.receivers.send(
                body,
                id: id.description,
                to: subscription.url,
                secrets: secrets
            )
        return Answer {
            $0.member("object", "event_ping")
            $0.member("event_id", id.description)
            $0.member("delivered", answer.status.map { (200..<300).contains($0) } ?? false)
            $0.member("status_code", answer.status)
            $0.member("error", answer.error)
        }
    }
}

struct PostEventReplay: Endpoint {
    struct Input: Sendable {
        let id: EventSubscriptionID
        let event: EventID?
        let after: Int64?
    }

    let operation = Operation(
        .post,
        "/event-subscriptions/{id}/replay",
        .manageEvents,
        "Deliver one event, or all after a position, again",
        body: .required,
        success: .accepted,
        answer: .reference(.eventReplay)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let id = request.subscription()
        let event = request.body.optional("event_id", .identifier(EventID.self))
        let after = request.body.optional("after_position", .integer(0...Int64.max))
        guard let id else { return nil }
        return Input(id: id, event: event, after: after)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        _ = try await call.subscription(input.id)
        let entry = call.entry(
            on: input.id.description,
            after: AuditDocument.text {
                $0.member("event_id", input.event?.description)
                $0.member("after_position", input.after)
            }
        )
        let store = call.services.subscriptions.noting(entry)
        let count: Int
        switch (input.event, input.after) {
        case (let event?, nil):
            let isFound = try await store.replay(
                event,
                of: input.id,
                in: call.tenant
            )
            guard isFound else { throw Problem(.notFound, ["what": "event_delivery"]) }
            count = 1
        case (nil, let after?):
            count = try await store.replay(
                after: after,
                of: input.id,
                in: call.tenant
            )
        case (nil, nil), (.some, .some):
            throw Problem(
                FieldProblem("/event_id", .malformed, ["expected": "event_id or after_position"])
            )
        }
        return Answer(operation.success) {
            $0.member("object", "event_replay")
            $0.member("deliveries", count)
        }
    }
}
