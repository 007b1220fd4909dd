internal import HTTP
internal import JSON
internal import PaymentCore

struct PatchEventSubscription: Endpoint {
    struct Input: Sendable {
        let id: EventSubscriptionID
        let url: String?
        let description: Change<String>
        let types: Change<[EventType]>
        let isActive: Bool?
    }

    let operation = Operation(
        .patch,
        "/event-subscriptions/{id}",
        .manageEvents,
        "Change an event subscription, or disable and enable it",
        detail:
            "What happened while it was disabled is delivered once it is active again, as far as it is still kept.",
        body: .required,
        answer: .reference(.eventSubscription)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let id = request.subscription()
        let url = request.body.replacement("url", .url)
        let description = request.body.change("description", .text(1...1_000))
        let types = request.body.change("event_types", .eventTypes)
        let isActive = request.body.replacement("active", .flag)
        guard let id else { return nil }
        return Input(
            id: id,
            url: url,
            description: description,
            types: types,
            isActive: isActive
        )
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        if let url = input.url { try call.require(receiver: url) }
        // What somebody else changes meanwhile stays.
        for _ in 1...PatchTries.most {
            let known = try await call.subscription(input.id)
            let changed = Self.apply(input, to: known, at: call.services.clock.now)
            let entry = call.entry(
                on: known.id.description,
                before: AuditDocument.text(of: known),
                after: AuditDocument.text(of: changed)
            )
            let store = call.services.subscriptions.noting(entry)
            if try await store.update(changed, as: known.updatedAt, in: call.tenant) {
                return Answer { $0.members(of: changed) }
            }
        }
        throw PatchTries.failed
    }

    private static func apply(
        _ input: Input,
        to known: EventSubscription,
        at now: Timestamp
    ) -> EventSubscription {
        var subscription = known
        subscription.url = input.url ?? subscription.url
        subscription.description = input.description.applied(to: subscription.description)
        subscription.types =
            input.types.applied(to: subscription.types.map(Array.init)).map(Set.init)
        if let isActive = input.isActive {
            subscription.state = isActive ? .active : .disabled
            subscription.disabledReason = isActive ? nil : "disabled by the tenant"
        }
        // Changes stay distinguishable, however close together they are.
        subscription.updatedAt = max(now, known.updatedAt + .microseconds(1))
        return subscription
    }
}
