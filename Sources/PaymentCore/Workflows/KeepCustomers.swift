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

    /// Changes a customer's own fields.
    package func updateCustomer(
        _ id: CustomerID,
        in tenant: TenantID,
        _ edit: (inout Customer) -> Void
    ) async throws(WorkflowError) -> Customer {
        let known = try await reading { () async throws(StoreError) in
            try await store.customer(id, in: tenant)
        }
        guard var customer = known else { throw WorkflowError(.notFound(.customer)) }
        edit(&customer)
        customer.updatedAt = clock.now
        let edited = customer
        try await reading { () async throws(StoreError) in
            try await store.update(edited, in: tenant)
        }
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
