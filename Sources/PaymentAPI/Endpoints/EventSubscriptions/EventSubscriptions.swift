internal import HTTP
internal import JSON
internal import PaymentCore

// What the endpoints of event subscriptions share.

extension RequestReader {
    mutating func subscription() -> EventSubscriptionID? {
        parameter("id", .identifier(EventSubscriptionKind.prefix), "event_subscription") {
            EventSubscriptionID($0)
        }
    }
}

extension FieldType where Value == [EventType] {
    /// Names without namespace and version: `transaction.captured`.
    static var eventTypes: FieldType<[EventType]> {
        .array(of: .choice(EventType.self), 1...EventType.allCases.count)
    }
}

extension Problem {
    static let noSubscription = Problem(.notFound, ["what": "event_subscription"])
}

extension Call {
    func subscription(_ id: EventSubscriptionID) async throws -> EventSubscription {
        guard let found = try await services.subscriptions.subscription(id, in: tenant) else {
            throw Problem.noSubscription
        }
        return found
    }

    /// Plain http shows everything to everybody on the way.
    func require(receiver url: String) throws {
        guard url.hasPrefix("https://") || services.receivers.allowsPlainHTTP else {
            throw Problem(FieldProblem("/url", .malformed, ["expected": "https URL"]))
        }
    }
}

extension JSONWriter {
    mutating func members(of subscription: EventSubscription) {
        member("id", subscription.id.description)
        member("object", "event_subscription")
        member("url", subscription.url)
        member("description", subscription.description)
        if let types = subscription.types {
            array("event_types") { array in
                for type in types.map(\.rawValue).sorted() { array.element(type) }
            }
        } else {
            null("event_types")
        }
        member("status", subscription.state.rawValue)
        member("disabled_reason", subscription.disabledReason)
        member("created_at", subscription.createdAt.rfc3339)
        member("updated_at", subscription.updatedAt.rfc3339)
    }

    mutating func members(of delivery: EventDelivery) {
        member("event_id", delivery.event.description)
        member("object", "event_delivery")
        member("event_type", delivery.type.rawValue)
        member("position", delivery.position)
        member("status", delivery.state.rawValue)
        member("attempts", delivery.run)
        member("last_status_code", delivery.lastStatus)
        member("last_error", delivery.lastError)
        member("due_at", delivery.state == .ready ? delivery.dueAt.rfc3339 : nil)
        member("created_at", delivery.createdAt.rfc3339)
    }
}
