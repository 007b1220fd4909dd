/// What a request refers to, loaded.
struct References: Sendable {
    @Indirect var method: PaymentMethod?
    var orderID: OrderID?
    var orderReference: String?
    @Indirect var newOrder: Order?
}

extension PaymentWorkflows {
    /// Loads what a new intent refers to. What does not exist in this tenant is an error that
    /// names it, before anything is written.
    @inline(never)
    func references(
        of command: CreateIntent,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> References {
        var references = References()
        if let id = command.customer, try await customer(id, tenant) == nil {
            throw WorkflowError(.invalidReference(.customer))
        }
        if let id = command.methodID {
            references.method = try await usableMethod(
                id,
                kind: command.method,
                customer: command.customer,
                tenant
            )
        }
        if let id = command.guarantee {
            let guarantee = try await usableMethod(
                id,
                kind: nil,
                customer: command.customer,
                tenant
            )
            try await admit(guarantee, asGuaranteeOf: command, tenant)
        }
        switch command.order {
        case nil: break
        case .existing(let id):
            guard let order = try await order(id, tenant) else {
                throw WorkflowError(.invalidReference(.order))
            }
            // A vendor gets the items' amounts as if they were in the payment's.
            guard order.currency == command.amount.currency else {
                throw WorkflowError(.orderCurrency(order.currency))
            }
            references.orderID = order.id
            references.orderReference = order.reference
        case .new(let reference, let items):
            let order = Order(
                id: identifiers.make(),
                reference: reference,
                currency: command.amount.currency,
                items: items,
                customer: command.customer,
                property: command.property,
                metadata: [:],
                createdAt: clock.now
            )
            references.newOrder = order
            references.orderID = order.id
            references.orderReference = reference
        }
        return references
    }

    /// Refuses a guarantee that could not be charged without its payer: whoever asks for one must
    /// hear of it now, and not when the guest has not come.
    @inline(never)
    private func admit(
        _ guarantee: PaymentMethod,
        asGuaranteeOf command: CreateIntent,
        _ tenant: TenantID
    ) async throws(WorkflowError) {
        guard let account = try await knownAccount(guarantee.account, tenant), account.isActive,
            let capabilities = vendors.port(account.vendor)?.capabilities(of: account)
        else { throw WorkflowError(.methodNotUsable) }
        do throws(Refusal) {
            try capabilities.admit(
                amount: command.amount,
                method: guarantee.kind,
                byOneTimeToken: false,
                captureMethod: command.method == .cash
                    ? command.cashCaptureMethod
                    : command.captureMethod ?? capabilities.standardCaptureMethod,
                offSession: true
            )
        } catch {
            throw WorkflowError(.refused(error))
        }
    }

    /// A stored method that may pay: active, of the right kind, and the customer's own.
    @inline(never)
    func usableMethod(
        _ id: PaymentMethodID,
        kind: MethodKind?,
        customer: CustomerID?,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> PaymentMethod {
        let method: PaymentMethod?
        do {
            method = try await store.method(id, in: tenant)
        } catch {
            throw WorkflowError(error)
        }
        guard let method else { throw WorkflowError(.invalidReference(.method)) }
        guard method.state == .active, kind == nil || method.kind == kind,
            customer == nil || method.customer == nil || method.customer == customer
        else { throw WorkflowError(.methodNotUsable) }
        return method
    }

    func orderReference(
        of intent: Intent,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> String? {
        guard let id = intent.order else { return nil }
        return try await order(id, tenant)?.reference
    }

    @inline(never)
    private func customer(
        _ id: CustomerID,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> Customer? {
        do {
            return try await store.customer(id, in: tenant)
        } catch {
            throw WorkflowError(error)
        }
    }

    @inline(never)
    private func order(
        _ id: OrderID,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> Order? {
        do {
            return try await store.order(id, in: tenant)
        } catch {
            throw WorkflowError(error)
        }
    }
}
