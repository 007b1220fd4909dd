/// What a caller asks for when creating an intent, validated in form.
package struct CreateIntent: Sendable {
    package var amount: Money
    /// Nil: `manual` for vendors that hold; for cash see ``cashCaptureMethod``.
    package var captureMethod: Intent.CaptureMethod?
    package var method: MethodKind
    package var methodID: PaymentMethodID?
    /// What the payer hands over for this payment alone; see ``Capabilities/oneTimeTokens``.
    package var oneTimeToken: VendorToken?
    package var drawer: String?
    /// A stored method that guarantees a cash payment.
    package var guarantee: PaymentMethodID?
    package var customer: CustomerID?
    package var property: String?
    /// The payer's country, where the caller knows it: routes may look at it.
    package var country: Country?
    package var order: OrderChoice?
    /// A vendor named by the caller.
    package var provider: VendorID?
    /// False: only create.
    package var confirm: Bool
    package var offSession: Bool
    package var returnURL: String?
    package var metadata: [String: String]
    /// The reservation that it pays, and the event that held it.
    var reservation: (held: HeldReservation, event: InboundEventID)?
    /// Whether it may be tried again without its payer; nil: as the tenant's policy says.
    package var retry: Bool?

    /// How a cash payment's guarantee is charged: held, unless the caller says otherwise, because
    /// often only a part of the amount is due for a no-show.
    var cashCaptureMethod: Intent.CaptureMethod {
        captureMethod ?? (guarantee == nil ? .automatic : .manual)
    }

    package enum OrderChoice: Sendable {
        case existing(OrderID)
        case new(reference: String, items: [Order.Item])
    }

    package init(
        amount: Money,
        captureMethod: Intent.CaptureMethod? = nil,
        method: MethodKind,
        methodID: PaymentMethodID? = nil,
        oneTimeToken: VendorToken? = nil,
        drawer: String? = nil,
        guarantee: PaymentMethodID? = nil,
        customer: CustomerID? = nil,
        property: String? = nil,
        country: Country? = nil,
        order: OrderChoice? = nil,
        provider: VendorID? = nil,
        confirm: Bool = true,
        offSession: Bool = false,
        returnURL: String? = nil,
        metadata: [String: String] = [:],
        retry: Bool? = nil
    ) {
        self.retry = retry
        self.amount = amount
        self.captureMethod = captureMethod
        self.method = method
        self.methodID = methodID
        self.oneTimeToken = oneTimeToken
        self.drawer = drawer
        self.guarantee = guarantee
        self.customer = customer
        self.property = property
        self.country = country
        self.order = order
        self.provider = provider
        self.confirm = confirm
        self.offSession = offSession
        self.returnURL = returnURL
        self.metadata = metadata
    }
}

extension PaymentWorkflows {
    /// Creates an intent and, unless told otherwise, authorizes it (or takes the cash).
    package func createIntent(
        _ command: CreateIntent,
        under key: RequestKey,
        for caller: Caller,
        in tenant: TenantID
    ) async throws(WorkflowError) -> WorkflowAnswer {
        let id: IntentID = identifiers.make()
        return try await once(key, for: caller, in: tenant) {
            (keyChange, asking) async throws(WorkflowError) -> Begun in
            if case .resume = keyChange {
                return try await resumeIntent(
                    provider: command.provider,
                    command.oneTimeToken,
                    key,
                    keyChange,
                    asking,
                    caller,
                    tenant
                )
            }
            return try await begin(command, id, keyChange, asking, caller, tenant)
        }
    }

    /// Drafts an intent and commits phase one.
    @inline(never)
    private func begin(
        _ command: CreateIntent,
        _ id: IntentID,
        _ keyChange: KeyChange,
        _ asking: Asking,
        _ caller: Caller,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> Begun {
        let (payment, choice, changes) = try await draft(
            command,
            id,
            keyChange,
            asking,
            tenant
        )
        return try await begin(payment, choice, changes, keyChange, asking, caller, tenant)
    }

    /// Everything that phase one will write, except the key.
    @inline(never)
    private func draft(
        _ command: CreateIntent,
        _ id: IntentID,
        _ keyChange: KeyChange,
        _ asking: Asking,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> (Payment, VendorChoice?, Changeset) {
        let references = try await references(of: command, tenant)
        let choice: VendorChoice? =
            command.method == .cash || !command.confirm && command.provider == nil
            ? nil
            : try await chooseVendor(
                for: RoutedPayment(command, id),
                stored: references.method,
                provider: command.provider,
                as: command.confirm ? .request(keyChange) : .draft,
                tenant
            )
        return try draft(command, id, asking, references, choice)
    }

    @inline(never)
    private func draft(
        _ command: CreateIntent,
        _ id: IntentID,
        _ asking: Asking,
        _ references: References,
        _ choice: VendorChoice?
    ) throws(WorkflowError) -> (Payment, VendorChoice?, Changeset) {
        var changes = Changeset()
        changes.order = references.newOrder
        changes.reservation = command.reservation.map { held, event in
            Reservation(
                id: held.reservation,
                intent: id,
                heldBy: event,
                capture: held.capture,
                firstNight: held.firstNight
            )
        }
        let captureMethod =
            command.method == .cash
            ? command.cashCaptureMethod
            : command.captureMethod ?? choice?.capabilities.standardCaptureMethod ?? .manual
        var payment = Payment(
            new: IntentDraft(
                amount: command.amount,
                captureMethod: captureMethod,
                method: Intent.Method(
                    kind: command.method,
                    id: command.methodID,
                    drawer: command.drawer,
                    details: references.method?.details
                ),
                guarantee: command.guarantee,
                customer: command.customer,
                order: references.orderID,
                property: command.property,
                country: command.country,
                offSession: command.offSession,
                returnURL: command.returnURL,
                metadata: command.metadata,
                // Only named: it is asked when the intent is authorized.
                vendor: command.confirm ? nil : choice?.account.vendor,
                account: command.confirm ? nil : choice?.account.id,
                retry: command.retry
            ),
            id: id,
            at: asking.now
        )
        if let choice { payment.route(presenter.document(of: choice.decision)) }
        let receipt: ReceiptID = identifiers.make()
        do throws(Refusal) {
            if command.method == .cash {
                // How its guarantee would be captured says nothing about cash that is there.
                if command.confirm, let drawer = command.drawer, command.captureMethod != .manual {
                    changes.receipt = try payment.takeCash(asking, drawer: drawer, receipt: receipt)
                }
            } else if command.confirm, let choice {
                try payment.askAuthorization(
                    asking,
                    vendor: choice.account.vendor,
                    account: choice.account.id,
                    method: payment.intent.method,
                    byOneTimeToken: command.oneTimeToken != nil,
                    fx: choice.fx,
                    capabilities: choice.capabilities
                )
            }
        } catch {
            throw WorkflowError(.refused(error))
        }
        return (payment, choice.map { $0.preparing(references, command.oneTimeToken) }, changes)
    }

    /// Commits phase one.
    @inline(never)
    private func begin(
        _ draft: Payment,
        _ choice: VendorChoice?,
        _ extra: Changeset,
        _ keyChange: KeyChange,
        _ asking: Asking,
        _ caller: Caller,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> Begun {
        let (changes, begun) = phaseOne(draft, choice, extra, keyChange, asking, caller)
        do {
            try await store.commit(changes, in: tenant)
        } catch  where error.code == .commitUnknown {
            guard try await load(draft.intent.id, in: tenant) != nil else {
                throw WorkflowError(.unavailable, "the commit did not happen")
            }
        } catch {
            throw WorkflowError(error)
        }
        return begun
    }

    /// What phase one writes, and what it comes to once that is stored.
    @inline(never)
    private func phaseOne(
        _ draft: Payment,
        _ choice: VendorChoice?,
        _ extra: Changeset,
        _ keyChange: KeyChange,
        _ asking: Asking,
        _ caller: Caller
    ) -> (Changeset, Begun) {
        var payment = draft
        var changes = changeset(
            for: &payment,
            receipt: extra.receipt,
            correlation: caller.requestID,
            traceparent: caller.traceparent
        )
        changes.order = extra.order
        changes.reservation = extra.reservation
        let result = stored(payment)
        let attempt = result.lastAttempt
        changes.audit = audit(keyChange, of: result, attempt?.id, asking, caller)
        if attempt?.state == .asked {
            changes.idempotency = keyChange.asking(
                result.intent.id,
                asking.attempt,
                running: lease(of: result.intent.vendor)
            )
            let asked = AskedAttempt(asking.attempt, of: result, following: choice)
            return (changes, .asks(asked))
        }
        let answer = presenter.answer(
            MovementAnswer(of: result, attempt: attempt?.id),
            to: caller,
            revealing: nil
        )
        changes.idempotency = keyChange.done(result.intent.id, attempt?.id, answer)
        return (changes, .answered(WorkflowAnswer(answer, isReplay: false, payment: result)))
    }

    /// The intent exists and its vendor was never reached: a new attempt with the same key.
    @inline(never)
    private func resumeIntent(
        provider: VendorID?,
        _ oneTimeToken: VendorToken?,
        _ key: RequestKey,
        _ keyChange: KeyChange,
        _ asking: Asking,
        _ caller: Caller,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> Begun {
        let record: IdempotencyRecord?
        do {
            record = try await store.idempotency(key.key, in: tenant)
        } catch {
            throw WorkflowError(error)
        }
        guard let id = record?.intent, let payment = try await load(id, in: tenant) else {
            throw WorkflowError(.keyRunning(retryAfter: .seconds(1)))
        }
        return try await authorize(
            payment,
            method: payment.intent.method,
            oneTimeToken,
            provider: provider,
            keyChange,
            asking,
            caller,
            tenant
        )
    }
}

extension RoutedPayment {
    fileprivate init(_ command: CreateIntent, _ id: IntentID) {
        self.init(
            intent: id,
            amount: command.amount,
            methodKind: command.method,
            byOneTimeToken: command.oneTimeToken != nil,
            property: command.property,
            country: command.country,
            captureMethod: command.captureMethod,
            offSession: command.offSession
        )
    }
}
