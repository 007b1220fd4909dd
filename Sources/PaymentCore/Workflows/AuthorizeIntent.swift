extension PaymentWorkflows {
    /// Authorizes an intent that was only created, whose last attempt was declined, or whose cash
    /// guest did not arrive. Without a method, the intent's own or its guarantee is used.
    ///
    /// - Parameter oneTimeToken: what the payer hands over for this try; see
    ///   ``Capabilities/oneTimeTokens``.
    package func authorizeIntent(
        _ id: IntentID,
        method: (kind: MethodKind, id: PaymentMethodID?)?,
        oneTimeToken: VendorToken? = nil,
        provider: VendorID?,
        under key: RequestKey,
        for caller: Caller,
        in tenant: TenantID
    ) async throws(WorkflowError) -> WorkflowAnswer {
        try await once(key, for: caller, in: tenant) {
            (keyChange, asking) async throws(WorkflowError) -> Begun in
            guard let payment = try await load(id, in: tenant) else {
                throw WorkflowError(.notFound(.intent))
            }
            let intended = try await intendedMethod(method, of: payment, tenant)
            return try await authorize(
                payment,
                method: intended,
                oneTimeToken,
                provider: provider,
                keyChange,
                asking,
                caller,
                tenant
            )
        }
    }

    /// The method of an authorization: the given one, the guarantee of a cash payment, or its own.
    @inline(never)
    private func intendedMethod(
        _ given: (kind: MethodKind, id: PaymentMethodID?)?,
        of payment: Payment,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> Intent.Method {
        if let given { return Intent.Method(kind: given.kind, id: given.id) }
        guard payment.intent.method.kind == .cash else { return payment.intent.method }
        return try await guarantee(of: payment.intent, tenant) ?? payment.intent.method
    }

    /// What guarantees a cash payment, of the kind that it was stored as.
    func guarantee(
        of intent: Intent,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> Intent.Method? {
        guard let id = intent.guarantee else { return nil }
        let stored = try await usableMethod(id, kind: nil, customer: intent.customer, tenant)
        return Intent.Method(kind: stored.kind, id: id)
    }

    @inline(never)
    func authorize(
        _ payment: Payment,
        method: Intent.Method,
        _ oneTimeToken: VendorToken?,
        provider: VendorID?,
        _ keyChange: KeyChange,
        _ asking: Asking,
        _ caller: Caller,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> Begun {
        let (chosen, choice) = try await choose(
            method,
            oneTimeToken,
            provider,
            for: payment,
            keyChange,
            tenant
        )
        let routing = presenter.document(of: choice.decision)
        return try await perform(
            payment.intent.id,
            keyChange,
            asking,
            caller,
            tenant,
            following: choice
        ) { (payment, asking) throws(Refusal) in
            payment.route(routing)
            try payment.askAuthorization(
                asking,
                vendor: choice.account.vendor,
                account: choice.account.id,
                method: chosen,
                byOneTimeToken: oneTimeToken != nil,
                fx: choice.fx,
                capabilities: choice.capabilities
            )
            return .ask
        }
    }

    /// The method as it is stored, and the vendor that takes it.
    @inline(never)
    private func choose(
        _ method: Intent.Method,
        _ oneTimeToken: VendorToken?,
        _ provider: VendorID?,
        for payment: Payment,
        _ keyChange: KeyChange,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> (Intent.Method, VendorChoice) {
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
        // A stored method says by itself where it can pay.
        let earlier = stored == nil ? try await earlierVendor(of: payment, tenant) : nil
        let choice = try await chooseVendor(
            for: RoutedPayment(
                payment.intent,
                with: method,
                byOneTimeToken: oneTimeToken != nil
            ),
            stored: stored,
            provider: provider ?? earlier,
            as: .request(keyChange),
            tenant
        )
        let references = References(
            method: stored,
            orderReference: try await orderReference(of: payment.intent, tenant)
        )
        return (method, choice.preparing(references, oneTimeToken))
    }

    /// The vendor that an intent was created for, or was tried at. Where the tenant has routes, a
    /// further try is routed again.
    private func earlierVendor(
        of payment: Payment,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> VendorID? {
        guard let vendor = payment.intent.vendor, !payment.attempts.isEmpty else {
            return payment.intent.vendor
        }
        let table = try await reading { () async throws(StoreError) in
            try await routes.routes(of: tenant)
        }
        return table == nil ? vendor : nil
    }
}

extension RoutedPayment {
    init(_ intent: Intent, with method: Intent.Method, byOneTimeToken: Bool = false) {
        self.init(
            intent: intent.id,
            amount: intent.amount,
            methodKind: method.kind,
            byOneTimeToken: byOneTimeToken,
            property: intent.property,
            country: intent.country,
            captureMethod: intent.captureMethod,
            offSession: intent.isUnattended(with: method.id)
        )
    }
}
