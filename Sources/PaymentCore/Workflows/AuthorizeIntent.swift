extension PaymentWorkflows {
    /// Authorizes an intent that was only created, whose last attempt was declined, or whose cash
    /// guest did not arrive. Without a method, the intent's own or its guarantee is used.
    package func authorizeIntent(
        _ id: IntentID,
        method: (kind: MethodKind, id: PaymentMethodID?)?,
        provider: VendorID?,
        under key: RequestKey,
        for caller: Caller,
        in tenant: TenantID
    ) async throws(WorkflowError) -> WorkflowAnswer {
        try await once(key, for: caller, in: tenant) {
            (keyChange, asking) async throws(WorkflowError) -> WorkflowAnswer in
            guard let payment = try await load(id, in: tenant) else {
                throw WorkflowError(.notFound(.intent))
            }
            let intended = payment.intendedMethod(method)
            return try await authorize(
                payment,
                method: intended,
                provider: provider ?? payment.intent.vendor,
                keyChange,
                asking,
                key,
                caller,
                tenant
            )
        }
    }

    func authorize(
        _ payment: Payment,
        method: Intent.Method,
        provider: VendorID?,
        _ keyChange: KeyChange,
        _ asking: Asking,
        _ key: RequestKey,
        _ caller: Caller,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> WorkflowAnswer {
        guard method.kind != .cash else { throw WorkflowError(.refused(.cashOnly)) }
        var method = method
        var stored: PaymentMethod?
        if let id = method.id {
            let usable = try await usableMethod(
                id,
                kind: method.kind,
                customer: payment.intent.customer,
                tenant
            )
            method.details = usable.details
            stored = usable
        }
        let choice = try await chooseVendor(
            for: method.kind,
            amount: payment.intent.amount,
            stored: stored,
            provider: provider,
            tenant
        )
        let chosen = method
        return try await perform(
            payment.intent.id,
            keyChange,
            asking,
            key,
            caller,
            tenant,
            preparing: nil
        ) { (payment, asking) throws(Refusal) in
            try payment.askAuthorization(
                asking,
                vendor: choice.account.vendor,
                account: choice.account.id,
                method: chosen,
                fx: choice.fx,
                capabilities: choice.port.capabilities
            )
            return .ask
        }
    }
}

extension Payment {
    /// The method of an authorization: the given one, the guarantee of a cash payment, or its own.
    func intendedMethod(_ given: (kind: MethodKind, id: PaymentMethodID?)?) -> Intent.Method {
        if let given { return Intent.Method(kind: given.kind, id: given.id) }
        if intent.method.kind == .cash, let guarantee = intent.guarantee {
            return Intent.Method(kind: .card, id: guarantee)
        }
        return intent.method
    }
}
