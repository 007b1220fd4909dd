/// A vendor account that takes a payment, with what the payment needs from it.
struct VendorChoice: Sendable {
    let account: MerchantAccount
    let port: any PaymentPort
    let fx: FXContext?
    var prepared = PreparedMethod()

    func preparing(_ references: References) -> VendorChoice {
        var choice = self
        choice.prepared = PreparedMethod(
            method: references.method,
            orderReference: references.orderReference
        )
        return choice
    }
}

/// What a request refers to, loaded.
struct References: Sendable {
    var method: PaymentMethod?
    var orderID: OrderID?
    var orderReference: String?
    var newOrder: Order?
}

extension PaymentWorkflows {
    /// The account that takes a payment: the stored method's own, the named vendor's, or the one
    /// that can take this kind of method; among several, the default.
    func chooseVendor(
        for kind: MethodKind,
        amount: Money,
        stored method: PaymentMethod?,
        provider: VendorID?,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> VendorChoice {
        let all = try await activeAccounts(of: tenant)
        let account: MerchantAccount
        if let method {
            guard provider == nil || provider == method.vendor,
                let own = all.first(where: { $0.id == method.account })
            else { throw WorkflowError(.methodNotUsable) }
            account = own
        } else {
            let able = all.filter { candidate in
                guard provider == nil || candidate.vendor == provider,
                    let port = vendors.port(candidate.vendor)
                else { return false }
                return provider != nil || port.capabilities.takes(kind, amount.currency)
            }
            guard let first = able.first else { throw WorkflowError(.noAccount) }
            guard let chosen = able.count == 1 ? first : able.first(where: \.isDefault) else {
                throw WorkflowError(.ambiguousAccount)
            }
            account = chosen
        }
        guard let port = vendors.port(account.vendor) else { throw WorkflowError(.noAccount) }
        return VendorChoice(
            account: account,
            port: port,
            fx: try await freeze(amount, at: account, tenant)
        )
    }

    private func activeAccounts(
        of tenant: TenantID
    ) async throws(WorkflowError) -> [MerchantAccount] {
        do {
            return try await accounts.accounts(of: tenant).filter(\.isActive)
        } catch {
            throw WorkflowError(error)
        }
    }

    /// The exchange rate is frozen with the authorization: what settles later is compared with it.
    private func freeze(
        _ amount: Money,
        at account: MerchantAccount,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> FXContext? {
        guard let settlement = account.settlementCurrency, settlement != amount.currency else {
            return nil
        }
        let rate: QuotedRate?
        do {
            rate = try await store.rate(
                from: amount.currency,
                to: settlement,
                notOlderThan: settings.rateAge,
                in: tenant
            )
        } catch {
            throw WorkflowError(error)
        }
        guard let rate, let settled = rate.rate.convert(amount, to: settlement) else {
            throw WorkflowError(.rateMissing(base: amount.currency, quote: settlement))
        }
        return FXContext(rate: rate, provider: account.vendor, settlementAmount: settled)
    }

    /// Loads what a new intent refers to. What does not exist in this tenant is an error that
    /// names it, before anything is written.
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
            _ = try await usableMethod(id, kind: nil, customer: command.customer, tenant)
        }
        switch command.order {
        case nil: break
        case .existing(let id):
            guard let order = try await order(id, tenant) else {
                throw WorkflowError(.invalidReference(.order))
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

    /// A stored method that may pay: active, of the right kind, and the customer's own.
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

extension Capabilities {
    func takes(_ kind: MethodKind, _ currency: Currency) -> Bool {
        methodKinds.contains(kind) && currencies?.contains(currency.code) ?? true
    }
}
