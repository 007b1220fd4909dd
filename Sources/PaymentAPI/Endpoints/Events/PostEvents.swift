internal import HTTP
internal import JSON
internal import PaymentCore

/// Takes other services' events in: each is stored before this answers, and takes effect after.
struct PostEvents: Endpoint {
    let operation = Operation(
        .post,
        "/events",
        .sendEvents,
        "Send events in",
        detail: "CloudEvents 1.0 in structured, batched or binary mode. Each takes effect once, by "
            + "its source and id, and those about one thing in the order of their `sequence`. What "
            + "cannot take effect becomes a dead letter, see /inbound-events. The reply is an event "
            + "`event.handled` with the sender's `correlationid` and the event's id as "
            + "`causationid`. Events about a tenant's schemas are the platform's to send.",
        body: .events,
        success: .accepted,
        answer: .reference(.inboundReceipts),
        servesDropped: true
    )

    func read(_ request: inout RequestReader) -> [CloudEvent]? {
        request.events.isEmpty ? nil : request.events
    }

    func call(_ input: [CloudEvent], _ call: Call) async throws -> Answer {
        for event in input {
            if event.kind?.isLifecycle == true {
                guard call.identity.isPlatform else {
                    throw Problem(.permissionDenied, ["permission": "platform"])
                }
            } else {
                try call.identity.tenant.requireServed()
            }
        }
        var kept: [(event: InboundEvent, isDuplicate: Bool)] = []
        for event in input {
            let receipt = try await call.receive(event)
            guard case .kept(let event, let isDuplicate) = receipt else { continue }
            kept.append((event, isDuplicate))
        }
        return Answer(operation.success) {
            $0.member("object", "inbound_receipts")
            $0.array("events") { array in
                for (event, isDuplicate) in kept {
                    array.object {
                        $0.members(of: event)
                        $0.member("duplicate", isDuplicate)
                    }
                }
            }
        }
    }
}

extension Call {
    fileprivate func receive(_ event: CloudEvent) async throws -> InboundReceipt {
        do throws(StoreError) {
            return try await workflows.receive(event, in: tenant, sentBy: identity.key.id)
        } catch {
            // Nothing is left of the tenant that could keep an event.
            guard error.code != .missingReference else { throw Problem(.tenantNotFound) }
            throw error
        }
    }
}

extension Tenant {
    /// Throws unless money may move for it.
    fileprivate func requireServed() throws(Problem) {
        switch state {
        case .active: break
        case .suspended: throw Problem(.tenantSuspended)
        case .dropped: throw Problem(.tenantNotFound)
        }
    }
}
