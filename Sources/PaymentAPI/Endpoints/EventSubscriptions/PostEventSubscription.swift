internal import HTTP
internal import JSON
internal import PaymentCore

struct PostEventSubscription: Endpoint {
    struct Input: Sendable {
        let url: String
        let description: String?
        let types: [EventType]?
    }

    let operation = Operation(
        .post,
        "/event-subscriptions",
        .manageEvents,
        "Subscribe a URL to events over signed HTTP; its secret is told this once",
        detail: "Deliveries follow Standard Webhooks 1.0: `webhook-id`, `webhook-timestamp` and "
            + "`webhook-signature`. They are numbered and unordered; any 2xx is a receipt.",
        body: .required,
        success: .created,
        answer: .reference(.newEventSubscription)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let url = request.body.required("url", .url)
        let description = request.body.optional("description", .text(1...1_000))
        let types = request.body.optional("event_types", .eventTypes)
        guard let url else { return nil }
        return Input(url: url, description: description, types: types)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        try call.require(receiver: input.url)
        let now = call.services.clock.now
        let subscription = EventSubscription(
            id: call.services.identifiers.make(),
            url: input.url,
            description: input.description,
            types: input.types.map(Set.init),
            state: .active,
            disabledReason: nil,
            cursor: 0,
            createdAt: now,
            updatedAt: now
        )
        let secret = call.services.receivers.makeSecret()
        let entry = call.entry(
            on: subscription.id.description,
            after: AuditDocument.text(of: subscription, secretChanged: true)
        )
        try await call.services.subscriptions.noting(entry)
            .insert(subscription, secret: secret, in: call.tenant)
        return Answer(operation.success) {
            $0.members(of: subscription)
            $0.member("secret", secret.value)
        }
    }
}
