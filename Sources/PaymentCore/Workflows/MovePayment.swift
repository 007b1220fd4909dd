/// The three phases that capture, refund, void and authorize have in common.
extension PaymentWorkflows {
    /// What phase one found out under the lock.
    enum Asked: Sendable {
        /// Committed: the vendor must be asked.
        case ask(Payment, AttemptID)
        /// Committed and final: nobody needs to be asked.
        case done(Payment, StoredAnswer)
        case refused(Refusal)
    }

    /// What a movement's rule decides.
    enum Step: Sendable {
        case ask
        case done
    }

    /// Runs a movement of a stored payment under an idempotency key.
    ///
    /// `rule` asks the movement of the payment; it runs under the payment's lock, and again when
    /// the connection was lost before anything was committed.
    ///
    /// - Parameter answering: the attempt that the rule decides about; nil for a new one of its own.
    func move(
        _ id: IntentID,
        under key: RequestKey,
        for caller: Caller,
        in tenant: TenantID,
        preparing prepared: PreparedMethod? = nil,
        answering known: AttemptID? = nil,
        _ rule: @escaping @Sendable (inout Payment, Asking) throws(Refusal) -> Step
    ) async throws(WorkflowError) -> WorkflowAnswer {
        try await once(key, for: caller, in: tenant) {
            (keyChange, asking) async throws(WorkflowError) -> Begun in
            try await perform(
                id,
                keyChange,
                asking,
                caller,
                tenant,
                preparing: prepared,
                answering: known,
                rule
            )
        }
    }

    /// Runs phase one for the holder of the key.
    @inline(never)
    func perform(
        _ id: IntentID,
        _ keyChange: KeyChange,
        _ asking: Asking,
        _ caller: Caller,
        _ tenant: TenantID,
        preparing prepared: PreparedMethod? = nil,
        following choice: VendorChoice? = nil,
        answering known: AttemptID? = nil,
        _ rule: @escaping @Sendable (inout Payment, Asking) throws(Refusal) -> Step
    ) async throws(WorkflowError) -> Begun {
        let asked = try await ask(id, keyChange, asking, caller, tenant, answering: known, rule)
        switch asked {
        case nil: throw WorkflowError(.notFound(.intent))
        case .refused(let refusal): throw WorkflowError(.refused(refusal))
        case .done(let payment, let answer):
            return .answered(WorkflowAnswer(answer, isReplay: false, payment: payment))
        case .ask(let payment, let attempt):
            return .asks(
                AskedAttempt(attempt, of: payment, prepared: prepared, following: choice)
            )
        }
    }

    /// Phase one: the rule, the reservation, the attempt, the key, the event and the job commit as
    /// one, before anybody is asked.
    @inline(never)
    private func ask(
        _ id: IntentID,
        _ keyChange: KeyChange,
        _ asking: Asking,
        _ caller: Caller,
        _ tenant: TenantID,
        answering known: AttemptID?,
        _ rule: @escaping @Sendable (inout Payment, Asking) throws(Refusal) -> Step
    ) async throws(WorkflowError) -> Asked? {
        let subject = known ?? asking.attempt
        do throws(StoreError) {
            let asked = try await revise(id, in: tenant) { (payment) -> Revision<Asked> in
                var payment = payment
                do throws(Refusal) {
                    let step = try rule(&payment, asking)
                    var changes = changeset(
                        for: &payment,
                        correlation: caller.requestID,
                        traceparent: caller.traceparent
                    )
                    let result = stored(payment)
                    switch step {
                    case .ask:
                        changes.idempotency = keyChange.asking(
                            id,
                            subject,
                            running: lease(of: result.intent.vendor)
                        )
                        changes.audit = audit(keyChange, of: result, subject, asking, caller)
                        return .commit(changes, .ask(result, subject))
                    case .done:
                        let answer = presenter.answer(
                            MovementAnswer(of: result, attempt: subject),
                            to: caller,
                            revealing: nil
                        )
                        changes.idempotency = keyChange.done(id, subject, answer)
                        changes.audit = audit(keyChange, of: result, subject, asking, caller)
                        return .commit(changes, .done(result, answer))
                    }
                } catch {
                    return .leave(.refused(error))
                }
            }
            return asked
        } catch  where error.code == .commitUnknown {
            return try await whatWasCommitted(id, subject, isOwn: known == nil, caller, tenant)
        } catch {
            throw WorkflowError(error)
        }
    }

    /// Our own COMMIT may or may not have happened: the attempt's row tells.
    ///
    /// - Parameter isOwn: whether nobody else could have committed it. A request that cannot tell
    ///   its own commit from another's leaves the vendor to whoever recovers the attempt.
    private func whatWasCommitted(
        _ id: IntentID,
        _ attempt: AttemptID,
        isOwn: Bool,
        _ caller: Caller,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> Asked {
        guard let payment = try await load(id, in: tenant), let stored = payment.attempt(attempt),
            stored.state != .awaitingApproval || isOwn
        else { throw WorkflowError(.unavailable, "the commit did not happen") }
        guard stored.state == .asked, isOwn else {
            let answer = MovementAnswer(of: payment, attempt: attempt)
            return .done(payment, presenter.answer(answer, to: caller, revealing: nil))
        }
        return .ask(payment, attempt)
    }

    func load(_ id: IntentID, in tenant: TenantID) async throws(WorkflowError) -> Payment? {
        do {
            return try await store.payment(id, in: tenant)
        } catch {
            throw WorkflowError(error)
        }
    }
}

/// What an authorization or a refund tells its vendor beyond the attempt's own row.
struct PreparedMethod: Sendable {
    @Indirect var method: PaymentMethod?
    /// Only the request that brought it has it, as long as it runs.
    var oneTimeToken: VendorToken?
    var orderReference: String?
    @Indirect var payer: VendorOperation.Payer?
    var items: [Order.Item] = []
    var notificationURL: String?
    var payerAccount: VendorToken?
}
