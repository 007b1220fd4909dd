extension PaymentWorkflows {
    /// Attaches or changes the method of an intent before it is authorized.
    package func attachMethod(
        _ kind: MethodKind,
        _ method: PaymentMethodID?,
        drawer: String?,
        to id: IntentID,
        for caller: Caller,
        in tenant: TenantID
    ) async throws(WorkflowError) -> Payment {
        guard let known = try await load(id, in: tenant) else {
            throw WorkflowError(.notFound(.intent))
        }
        var details: MethodDetails?
        if let method {
            details = try await usableMethod(
                method,
                kind: kind,
                customer: known.intent.customer,
                tenant
            ).details
        }
        let attached = Intent.Method(kind: kind, id: method, drawer: drawer, details: details)
        return try await change(id, for: caller, in: tenant) {
            (payment) throws(Refusal) in try payment.attach(attached)
        }
    }

    /// Changes a payment under its lock, without a vendor and without an idempotency key: the
    /// change is the same however often it is made.
    func change(
        _ id: IntentID,
        for caller: Caller,
        in tenant: TenantID,
        _ rule: @escaping @Sendable (inout Payment) throws(Refusal) -> Void
    ) async throws(WorkflowError) -> Payment {
        let result: Result<Payment, Refusal>?
        let entry = caller.action.map { _ in identifiers.make(AuditID.self) }
        do {
            result = try await revise(id, in: tenant) {
                (payment) -> Revision<Result<Payment, Refusal>> in
                var payment = payment
                do throws(Refusal) {
                    try rule(&payment)
                } catch {
                    return .leave(.failure(error))
                }
                var changes = changeset(
                    for: &payment,
                    correlation: caller.requestID,
                    traceparent: caller.traceparent
                )
                let result = stored(payment)
                changes.audit = entry.map {
                    caller.entry(
                        $0,
                        on: id.description,
                        after: presenter.auditData(of: result, asking: nil)
                    )
                }
                return .commit(changes, .success(result))
            }
        } catch {
            throw WorkflowError(error)
        }
        switch result {
        case nil: throw WorkflowError(.notFound(.intent))
        case .success(let payment): return payment
        case .failure(let refusal): throw WorkflowError(.refused(refusal))
        }
    }
}
