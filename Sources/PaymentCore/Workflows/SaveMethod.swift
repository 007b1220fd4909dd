extension PaymentWorkflows {
    /// Keeps a token that the caller got from the vendor's own page: read, tied to the customer at
    /// the vendor, and stored.
    package func saveMethod(
        token: VendorToken,
        kind: MethodKind,
        of customerID: CustomerID?,
        provider: VendorID?,
        as creation: Creation<PaymentMethod>,
        in tenant: TenantID
    ) async throws(WorkflowError) -> WorkflowAnswer {
        try await create(creation, in: tenant) { () async throws(WorkflowError) in
            try await keep(token, kind, of: customerID, provider, tenant)
        }
    }

    private func keep(
        _ token: VendorToken,
        _ kind: MethodKind,
        of customerID: CustomerID?,
        _ provider: VendorID?,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> (PaymentMethod, Changeset?) {
        let (account, port) = try await tokenAccount(for: kind, provider, nil, tenant)
        let known = try await reading { () async throws(StoreError) in
            try await store.method(ofToken: token, at: account.id, in: tenant)
        }
        if let known {
            guard known.state == .active, known.customer == customerID else {
                throw WorkflowError(.methodNotUsable)
            }
            return (known, nil)
        }
        var reference: String?
        if let customerID {
            let customer = try await reading { () async throws(StoreError) in
                try await store.customer(customerID, in: tenant)
            }
            guard let customer else { throw WorkflowError(.invalidReference(.customer)) }
            let own = try await customerReference(customer, account, port, tenant)
            try await attach(token, to: own, account, port)
            reference = own
        }
        let (details, owner) = try await shownDetails(of: token, account, port)
        let method = PaymentMethod(
            id: identifiers.make(),
            customer: customerID,
            vendor: account.vendor,
            account: account.id,
            kind: kind,
            token: token,
            customerReference: reference ?? owner,
            details: details,
            isDefault: false,
            state: .active,
            createdAt: clock.now
        )
        let changes = Changeset(
            methods: [.insert(method)],
            events: [event(.methodTokenized, about: method, sequence: 1)]
        )
        return (method, changes)
    }

    /// Ties a token to the customer at the vendor, under a key of its own: a vendor repeats what it
    /// once answered to a key, even a refusal. A token tied by an earlier request whose answer was
    /// lost counts as tied.
    private func attach(
        _ token: VendorToken,
        to customer: String,
        _ account: MerchantAccount,
        _ port: any PaymentPort
    ) async throws(WorkflowError) {
        let attached = await port.perform(
            .attach(token: token, customerReference: customer),
            key: "attach-\(identifiers.next())",
            account: account
        )
        switch attached {
        case .done: return
        case .rejected:
            let owner = try await shownDetails(of: token, account, port).owner
            guard owner == customer else { throw attached.workflowError }
        case .customer, .opened, .session, .method, .declined, .notDone, .unknown:
            throw attached.workflowError
        }
    }

    /// What the vendor shows of a token. Not every token can be read by itself before it has paid;
    /// one that cannot is kept without details, and its first payment shows whether it is good.
    private func shownDetails(
        of token: VendorToken,
        _ account: MerchantAccount,
        _ port: any PaymentPort
    ) async throws(WorkflowError) -> (MethodDetails, owner: String?) {
        let read = await port.perform(.readMethod(token: token), key: "read", account: account)
        switch read {
        case .method(let details, let owner): return (details, owner)
        case .rejected(let rejection) where rejection.reason == .notFound:
            return (MethodDetails(), nil)
        case .customer, .opened, .session, .done, .declined, .rejected, .notDone, .unknown:
            throw read.workflowError
        }
    }

    /// Makes a method its customer's default.
    package func makeDefault(
        _ id: PaymentMethodID,
        in tenant: TenantID
    ) async throws(WorkflowError) -> PaymentMethod {
        var method = try await existingMethod(id, tenant)
        guard method.state == .active, let customer = method.customer else {
            throw WorkflowError(.methodNotUsable)
        }
        try await committing(
            Changeset(methods: [.makeDefault(id, customer: customer)]),
            tenant
        )
        method.isDefault = true
        return method
    }

    /// Detaches a method: here at once, at the vendor by a durable job. Detaching twice is the
    /// same as once.
    package func detachMethod(
        _ id: PaymentMethodID,
        in tenant: TenantID
    ) async throws(WorkflowError) -> PaymentMethod {
        var method = try await existingMethod(id, tenant)
        guard method.state == .active else { return method }
        try await committing(
            Changeset(
                methods: [.detach(id)],
                jobs: [.schedule(.detachMethod, subject: id.description, due: .after(.zero))]
            ),
            tenant
        )
        method.state = .detached
        method.isDefault = false
        return method
    }

    /// The job of a detached method.
    package func detachAtVendor(_ job: Job, in tenant: TenantID) async throws(StoreError) {
        guard let id = PaymentMethodID(job.subject),
            let method = try await store.method(id, in: tenant)
        else { return try await bury(job, "there is no such method", tenant) }
        guard method.state == .detached, let port = vendors.port(method.vendor),
            let account = try await accounts.accounts(of: tenant)
                .first(where: { $0.id == method.account })
        else { return try await jobs.finish(job, in: tenant) }
        let outcome = await port.perform(
            .detach(token: method.token),
            key: "detach-\(id)",
            account: account
        )
        guard outcome.isDone else {
            return try await putOff(
                job,
                by: .seconds(30 << min(Int64(job.run), 7)),
                "\(outcome.workflowError.code)",
                tenant
            )
        }
        try await store.commit(
            Changeset(
                jobs: [.clear(.detachMethod, subject: job.subject)],
                events: [event(.methodDetached, about: method, sequence: 2)]
            ),
            in: tenant
        )
    }

    func applyDetachment(
        of token: VendorToken,
        _ effect: WebhookEffect,
        _ webhook: Webhook
    ) async throws(StoreError) -> WebhookResult {
        guard
            var method = try await store.method(
                ofToken: token,
                at: webhook.account,
                in: webhook.tenant
            )
        else { return .kept }
        var changes = Changeset(effect: effect)
        if method.state == .active {
            method.state = .detached
            changes.methods = [.detach(method.id)]
            changes.events = [event(.methodDetached, about: method, sequence: 2)]
        }
        try await store.commit(changes, in: webhook.tenant)
        return .applied
    }

    private func existingMethod(
        _ id: PaymentMethodID,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> PaymentMethod {
        let method = try await reading { () async throws(StoreError) in
            try await store.method(id, in: tenant)
        }
        guard let method else { throw WorkflowError(.notFound(.method)) }
        return method
    }
}

/// What the token workflows share.
extension PaymentWorkflows {
    func tokenAccount(
        for kind: MethodKind,
        _ provider: VendorID?,
        _ session: MethodSession?,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> (MerchantAccount, any PaymentPort) {
        let all = try await reading { () async throws(StoreError) in
            try await accounts.accounts(of: tenant)
        }
        let able = all.filter { account in
            if let session { return account.id == session.account }
            guard account.isActive, provider == nil || provider == account.vendor,
                let port = vendors.port(account.vendor)
            else { return false }
            return port.capabilities.operations.contains(.tokenize)
                && port.capabilities.methodKinds.contains(kind)
        }
        guard let first = able.first else { throw WorkflowError(.noAccount) }
        guard let account = able.count == 1 ? first : able.first(where: \.isDefault) else {
            throw WorkflowError(.ambiguousAccount)
        }
        guard let port = vendors.port(account.vendor) else { throw WorkflowError(.noAccount) }
        return (account, port)
    }

    /// The vendor's own reference of a customer, made on first use. The key is derived from ours,
    /// so that two makers get the same one.
    func customerReference(
        _ customer: Customer,
        _ account: MerchantAccount,
        _ port: any PaymentPort,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> String {
        let known = try await reading { () async throws(StoreError) in
            try await store.customerReference(customer.id, at: account.id, in: tenant)
        }
        if let known { return known }
        let registration = TokenOperation.registerCustomer(
            customer: customer.id,
            email: customer.email,
            name: customer.name
        )
        let key = "\(customer.id)-\(account.id)"
        var outcome = await port.perform(registration, key: key, account: account)
        if case .unknown(.keyTaken) = outcome {
            // The key stands for a fault, or for the customer as it was: a second customer at the
            // vendor costs nothing, having none would keep this one from paying.
            outcome = await port.perform(
                registration,
                key: "\(key)-\(identifiers.next())",
                account: account
            )
        }
        guard case .customer(let reference) = outcome else { throw outcome.workflowError }
        return try await reading { () async throws(StoreError) in
            try await store.recordCustomerReference(
                reference,
                of: customer.id,
                at: account.id,
                in: tenant
            )
        }
    }

    func knownAccount(
        _ id: MerchantAccountID,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> MerchantAccount? {
        try await reading { () async throws(StoreError) in
            try await accounts.accounts(of: tenant).first { $0.id == id }
        }
    }

    func reading<Value: Sendable>(
        _ body: () async throws(StoreError) -> Value
    ) async throws(WorkflowError) -> Value {
        do {
            return try await body()
        } catch {
            throw WorkflowError(error)
        }
    }

    func committing(_ changes: Changeset, _ tenant: TenantID) async throws(WorkflowError) {
        do {
            try await store.commit(changes, in: tenant)
        } catch {
            throw WorkflowError(error)
        }
    }
}

extension TokenOutcome {
    var isDone: Bool {
        if case .done = self { true } else { false }
    }

    /// What to tell a caller when this is not the answer that was hoped for.
    var workflowError: WorkflowError {
        switch self {
        case .declined(let decline): WorkflowError(.declined(decline))
        case .rejected(let rejection): WorkflowError(.rejected(rejection))
        case .notDone: WorkflowError(.vendorUnavailable)
        case .unknown: WorkflowError(.vendorUnknown)
        case .customer, .opened, .session, .method, .done:
            WorkflowError(.fault, "a port answered another question")
        }
    }
}
