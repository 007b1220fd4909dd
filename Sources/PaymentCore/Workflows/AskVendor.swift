/// A committed attempt whose vendor must be asked.
///
/// An object, as suspended functions pass it on: of a structure each would keep a copy.
final class AskedAttempt: Sendable {
    let id: AttemptID
    let payment: Payment
    /// What is sent beyond the attempt's own row; nil where that is still to be loaded.
    let prepared: PreparedMethod?
    /// The decision that an authorization follows; nil where no other vendor may be asked.
    let choice: VendorChoice?

    init(
        _ id: AttemptID,
        of payment: Payment,
        prepared: PreparedMethod? = nil,
        following choice: VendorChoice? = nil
    ) {
        self.id = id
        self.payment = payment
        self.prepared = prepared ?? choice?.prepared
        self.choice = choice
    }
}

/// Phases two and three: ask outside any transaction, then commit what was answered.
///
/// Thousands of requests may wait for slow vendors at once, and a suspended function keeps room for
/// all that it ever calls inline. So what waits is small, and what works before and after it is
/// never inlined into it.
extension PaymentWorkflows {
    /// Asks the vendor for a committed attempt and answers the caller.
    ///
    /// From here on money may have moved, so nothing throws it away: when the answer cannot be
    /// stored, the caller hears that it is under way, and the attempt's job finds out.
    ///
    /// After a definite "no" the next candidate of the decision that it follows is asked, by an
    /// attempt that commits together with the answer.
    @inline(never)
    func askVendor(
        _ first: AskedAttempt,
        key: String,
        _ caller: Caller,
        _ tenant: TenantID
    ) async -> WorkflowAnswer {
        var asked = first
        while true {
            let outcome = await outcome(of: asked, tenant)
            switch await hear(outcome, of: asked, key, caller, tenant) {
            case .answered(let answer): return answer
            case .asks(let next): asked = next
            }
        }
    }

    /// Phase three: commits an answer, with the next vendor's attempt where there is one.
    @inline(never)
    private func hear(
        _ outcome: VendorOutcome,
        of asked: AskedAttempt,
        _ key: String,
        _ caller: Caller,
        _ tenant: TenantID
    ) async -> Begun {
        let id = asked.id
        let payment = asked.payment
        observe(outcome, of: id, payment, repeated: false)
        let vendor = payment.attempt(id)?.vendor
        let capture = asking(caller.actor)
        let onward = await onward(from: asked.choice, after: outcome, of: payment, caller, tenant)
        let aftermath =
            onward == nil
            ? await aftermath(of: outcome, to: id, of: payment, tenant) : Aftermath()
        do {
            let (result, isOvertaken) = try await commitAnswer(
                to: payment,
                in: tenant,
                correlation: caller.requestID,
                traceparent: caller.traceparent,
                adding: { payment, changes in
                    if let onward, payment.attempt(onward.attempt) != nil {
                        changes.idempotency = .proceed(
                            key: key,
                            attempt: onward.attempt,
                            running: lease(of: onward.choice.account.vendor)
                        )
                    } else {
                        let answer = MovementAnswer(of: payment, attempt: id)
                        changes.idempotency = settle(key, answer, caller)
                    }
                },
                { payment in
                    let isNews = payment.answer(
                        id,
                        with: outcome,
                        repeated: isHeldUp(payment.attempt(id), for: lease(of: vendor)),
                        capture: capture
                    )
                    // Whoever finds the attempt answered must not go on: the caller may know of it.
                    guard isNews else { return }
                    onward?.ask(&payment)
                    aftermath.apply(to: &payment)
                }
            )
            if let onward, result.attempt(onward.attempt) != nil {
                return .asks(
                    AskedAttempt(onward.attempt, of: result, following: onward.choice)
                )
            }
            let answer = MovementAnswer(of: result, attempt: id)
            // A key has one answer. Another try may have been answered under it meanwhile.
            if isOvertaken, let stored = try await store.idempotency(key, in: tenant)?.answer,
                stored != presenter.answer(answer, to: caller, revealing: nil)
            {
                return .answered(WorkflowAnswer(stored, isReplay: false, payment: nil))
            }
            return .answered(self.answer(answer, result, caller, revealing: outcome.action))
        } catch {
            // Silence is right: a caller who cannot get what was stored hears that it is under way.
            let record = try? await record(of: key, in: tenant)
            guard let stored = record?.answer else {
                return .answered(
                    self.answer(.accepted(payment, id), payment, caller, revealing: nil)
                )
            }
            return .answered(WorkflowAnswer(stored, isReplay: false, payment: nil))
        }
    }

    private func answer(
        _ answer: MovementAnswer,
        _ payment: Payment,
        _ caller: Caller,
        revealing action: NextAction?
    ) -> WorkflowAnswer {
        WorkflowAnswer(
            presenter.answer(answer, to: caller, revealing: action),
            isReplay: false,
            payment: payment
        )
    }

    /// Offers a final answer to its key, or lets the key go for a replay to decide: what the vendor
    /// did is booked, even when the key was answered meanwhile.
    private func settle(
        _ key: String,
        _ answer: MovementAnswer,
        _ caller: Caller
    ) -> IdempotencyChange {
        guard answer.isFinal else { return .release(key: key, recoveryPoint: .authorized) }
        return .offer(
            key: key,
            answer: presenter.answer(answer, to: caller, revealing: nil)
        )
    }

    /// Whether more time has passed since the attempt could be asked, by this process's own clock:
    /// somebody else may look after it by then.
    func isHeldUp(_ attempt: Attempt?, for time: Duration) -> Bool {
        guard let attempt else { return false }
        return clock.now - attempt.sentAt > time
    }

    /// Sends what an attempt asks. Anything that keeps us from sending is a definite "not done",
    /// except our own delay: a request that could not be sent within the lease's margin would still
    /// be under way when the lease is over, and is left to whoever recovers the attempt.
    @inline(never)
    func outcome(of asked: AskedAttempt, _ tenant: TenantID) async -> VendorOutcome {
        switch await sending(of: asked, tenant) {
        case .needless(let outcome): return outcome
        case .ready(let port, let operation, let key, let account):
            return await port.perform(operation, key: key, account: account)
        }
    }

    private indirect enum Sending: Sendable {
        /// Nothing is sent.
        case needless(VendorOutcome)
        case ready(any PaymentPort, VendorOperation, key: String, MerchantAccount)
    }

    @inline(never)
    private func sending(of asked: AskedAttempt, _ tenant: TenantID) async -> Sending {
        let payment = asked.payment
        guard let attempt = payment.attempt(asked.id), let port = vendors.port(attempt.vendor)
        else {
            return .needless(.rejected(.notConfigured("the vendor is not served")))
        }
        let sendable: (MerchantAccount, VendorOperation)?
        do {
            sendable = try await self.sendable(attempt, of: payment, asked.prepared, tenant)
        } catch {
            // Nothing was sent: the database could not tell what to send.
            return .needless(.notDone(.unreachable))
        }
        guard let (account, operation) = sendable else {
            return .needless(
                .rejected(.notConfigured("the account or the method's token is gone"))
            )
        }
        guard !isHeldUp(attempt, for: settings.leaseMargin) else {
            return .needless(.unknown(.interrupted))
        }
        return .ready(port, operation, key: attempt.vendorKey, account)
    }

    /// The account and the request of an attempt; nil when either is gone.
    @inline(never)
    func sendable(
        _ attempt: Attempt,
        of payment: Payment,
        _ prepared: PreparedMethod?,
        _ tenant: TenantID
    ) async throws(StoreError) -> (MerchantAccount, VendorOperation)? {
        guard let id = attempt.account,
            let account = try await accounts.accounts(of: tenant).first(where: { $0.id == id })
        else { return nil }
        var ready: PreparedMethod
        if let prepared {
            ready = prepared
        } else {
            ready = try await prepare(attempt, of: payment, tenant)
        }
        if attempt.operation == .authorize, let port = vendors.port(attempt.vendor) {
            try await add(port.capabilities.particulars, of: payment, to: &ready, tenant)
            ready.notificationURL = settings.webhookBase.map {
                "\($0)/webhooks/v1/\(attempt.vendor)/\(id)"
            }
        }
        if attempt.operation == .refund,
            let port = vendors.port(attempt.vendor),
            port.capabilities.particulars.contains(.payerAccount)
        {
            ready.payerAccount = try await payerAccount(of: payment, tenant)
        }
        guard
            let operation = VendorOperation(
                attempt,
                of: payment,
                ready,
                tenant: tenant
            )
        else { return nil }
        return (account, operation)
    }

    /// Loads what a vendor wants to know beyond the money.
    private func add(
        _ particulars: Set<Capabilities.Particular>,
        of payment: Payment,
        to ready: inout PreparedMethod,
        _ tenant: TenantID
    ) async throws(StoreError) {
        if particulars.contains(.payer), let id = payment.intent.customer,
            let customer = try await store.customer(id, in: tenant)
        {
            ready.payer = VendorOperation.Payer(
                customer: customer.id,
                name: customer.name,
                email: customer.email,
                phone: customer.phone
            )
        }
        if particulars.contains(.items), let id = payment.intent.order {
            ready.items = try await store.order(id, in: tenant)?.items ?? []
        }
    }

    func payerAccount(
        of payment: Payment,
        _ tenant: TenantID
    ) async throws(StoreError) -> VendorToken? {
        guard let paid = payment.original?.attempt else { return nil }
        return try await store.payerAccount(of: paid, in: tenant)
    }

    private func prepare(
        _ attempt: Attempt,
        of payment: Payment,
        _ tenant: TenantID
    ) async throws(StoreError) -> PreparedMethod {
        guard attempt.operation == .authorize else { return PreparedMethod() }
        var prepared = PreparedMethod()
        if let id = attempt.methodID {
            prepared.method = try await store.method(id, in: tenant)
        }
        if let id = payment.intent.order {
            prepared.orderReference = try await store.order(id, in: tenant)?.reference
        }
        return prepared
    }

    func observe(
        _ outcome: VendorOutcome,
        of id: AttemptID,
        _ payment: Payment,
        repeated: Bool
    ) {
        guard let attempt = payment.attempt(id) else { return }
        observer.answered(
            attempt.operation,
            by: attempt.vendor,
            outcome: outcome.shortForm,
            repeated: repeated
        )
    }
}

extension VendorRejection {
    static func notConfigured(_ message: String) -> VendorRejection {
        VendorRejection(.configuration, code: "not_configured", message: message)
    }
}

extension VendorOutcome {
    /// What the payer must do, with its secret.
    var action: NextAction? {
        switch self {
        case .requiresAction(let action, _): action
        case .succeeded, .pending, .declined, .rejected, .notDone, .unknown, .abandoned, .found,
            .notFound:
            nil
        }
    }
}
