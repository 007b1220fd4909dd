extension PaymentWorkflows {
    /// Creates a customer, once per key. The caller's own reference is unique in the tenant.
    package func createCustomer(
        reference: String?,
        name: String?,
        email: String?,
        phone: String?,
        metadata: [String: String],
        as creation: Creation<Customer>,
        in tenant: TenantID
    ) async throws(WorkflowError) -> WorkflowAnswer {
        try await create(creation, in: tenant) {
            let now = clock.now
            let customer = Customer(
                id: identifiers.make(),
                reference: reference,
                name: name,
                email: email,
                phone: phone,
                metadata: metadata,
                createdAt: now,
                updatedAt: now
            )
            return (customer, Changeset(customer: customer))
        }
    }

    /// Changes a customer's own fields. What somebody else changes meanwhile stays: then `edit` is
    /// applied again, to the customer as it is by then.
    package func updateCustomer(
        _ id: CustomerID,
        in tenant: TenantID,
        _ edit: (inout Customer) -> Void
    ) async throws(WorkflowError) -> Customer {
        try await reading { () async throws(StoreError) -> Customer? in
            for _ in 1...Self.mostEdits {
                do throws(StoreError) {
                    return try await editCustomer(id, in: tenant, edit)
                } catch {
                    guard error.code == .stale else { throw error }
                }
            }
            throw StoreError(.unavailable, "others change it all the time")
        }
        .orNotFound()
    }

    /// How often a change is tried when others are quicker.
    private static var mostEdits: Int { 5 }

    /// Nil when there is none; stale when somebody else was quicker.
    private func editCustomer(
        _ id: CustomerID,
        in tenant: TenantID,
        _ edit: (inout Customer) -> Void
    ) async throws(StoreError) -> Customer? {
        guard let known = try await store.customer(id, in: tenant) else { return nil }
        var edited = known
        edit(&edited)
        // Every change is told apart, however close they are.
        edited.updatedAt = max(clock.now, known.updatedAt + .microseconds(1))
        try await store.update(edited, as: known.updatedAt, in: tenant)
        return edited
    }

    /// Creates an order that intents can refer to, once per key.
    package func createOrder(
        reference: String,
        currency: Currency,
        items: [Order.Item],
        customer: CustomerID?,
        property: String?,
        metadata: [String: String],
        as creation: Creation<Order>,
        in tenant: TenantID
    ) async throws(WorkflowError) -> WorkflowAnswer {
        try await create(creation, in: tenant) { () async throws(WorkflowError) in
            if let customer {
                let known = try await reading { () async throws(StoreError) in
                    try await store.customer(customer, in: tenant)
                }
                guard known != nil else { throw WorkflowError(.invalidReference(.customer)) }
            }
            let order = Order(
                id: identifiers.make(),
                reference: reference,
                currency: currency,
                items: items,
                customer: customer,
                property: property,
                metadata: metadata,
                createdAt: clock.now
            )
            return (order, Changeset(order: order))
        }
    }
}

extension Customer? {
    fileprivate func orNotFound() throws(WorkflowError) -> Customer {
        guard let self else { throw WorkflowError(.notFound(.customer)) }
        return self
    }
}
