internal import HTTP
internal import JSON
internal import PaymentCore

/// One authenticated call of an endpoint.
struct Call: Sendable {
    let services: APIServices
    let state: APIState
    let identity: Authenticated
    let caller: Caller
    /// The idempotency key, when the request has one.
    let optionalKey: RequestKey?

    init(
        services: APIServices,
        state: APIState,
        identity: Authenticated,
        caller: Caller,
        key: RequestKey?
    ) {
        self.services = services
        self.state = state
        self.identity = identity
        self.caller = caller
        optionalKey = key
    }

    var tenant: TenantID { identity.tenant.id }
    var workflows: PaymentWorkflows { services.workflows }

    /// The idempotency key of an operation that moves money.
    var key: RequestKey {
        guard let optionalKey else {
            preconditionFailure("invariant: what moves money is called with an idempotency key")
        }
        return optionalKey
    }

    /// How something is created once under the caller's key, if there is one, and answered.
    func creation<Made>(
        _ members: @escaping @Sendable (inout JSONWriter, Made) -> Void
    ) -> Creation<Made> {
        Creation(under: optionalKey, for: caller) { made in
            var writer = JSONWriter(capacity: 1_024)
            writer.object { members(&$0, made) }
            return writer.text
        }
    }

    /// What a movement or a creation answers. The stored answer knows success as 200; the operation
    /// may say that something was created.
    func answer(_ answer: WorkflowAnswer, success: HTTPStatus = .ok) -> Answer {
        let stored = answer.answer
        let status = stored.status == 200 ? success : HTTPStatus(stored.status)
        var result = Answer(
            status,
            Array(stored.body.utf8),
            type: stored.status < 400 ? .json : .problem
        )
        if answer.isReplay { result.fields.append(.idempotentReplayed, "true") }
        if status == .created, let payment = answer.payment {
            result.fields.append(.location, "\(RouteTable.root)/intents/\(payment.intent.id)")
        }
        if status == .serviceUnavailable { result.fields.append(.retryAfter, "5") }
        return result
    }

    /// A document about a payment as it stands.
    func answer(_ payment: Payment) -> Answer {
        Answer { IntentDocument(payment).write(to: &$0) }
    }
}
