/// Cash has no wire: asking and answering are one transaction.
extension PaymentWorkflows {
    /// Records cash that a guest paid at the desk for an intent in `pending_cash`.
    package func recordReceipt(
        of id: IntentID,
        amount: Int64?,
        drawer: String,
        under key: RequestKey,
        for caller: Caller,
        in tenant: TenantID
    ) async throws(WorkflowError) -> WorkflowAnswer {
        let receipt: ReceiptID = identifiers.make()
        return try await cash(id, key, caller, tenant) { (payment, asking) throws(Refusal) in
            if let amount, amount != payment.intent.amount.minorUnits {
                throw .amountMismatch(expected: payment.intent.amount.minorUnits)
            }
            return try payment.takeCash(asking, drawer: drawer, receipt: receipt)
        }
    }

    /// Asks for a cash refund: the sum is reserved, and a second person must approve.
    package func requestCashRefund(
        _ id: IntentID,
        amount: Int64?,
        reason: String?,
        under key: RequestKey,
        for caller: Caller,
        in tenant: TenantID
    ) async throws(WorkflowError) -> WorkflowAnswer {
        try await cash(id, key, caller, tenant) { (payment, asking) throws(Refusal) in
            try payment.askCashRefund(asking, amount: amount, reason: reason)
            return nil
        }
    }

    func cash(
        _ id: IntentID,
        _ key: RequestKey,
        _ caller: Caller,
        _ tenant: TenantID,
        answering answered: AttemptID? = nil,
        _ rule: @escaping @Sendable (inout Payment, Asking) throws(Refusal) -> CashReceipt?
    ) async throws(WorkflowError) -> WorkflowAnswer {
        try await once(key, for: caller, in: tenant) {
            (keyChange, asking) async throws(WorkflowError) -> Begun in
            let subject = answered ?? asking.attempt
            let result: Result<(Payment, StoredAnswer), Refusal>?
            do throws(StoreError) {
                result = try await revise(id, in: tenant) {
                    (payment) -> Revision<Result<(Payment, StoredAnswer), Refusal>> in
                    var payment = payment
                    let receipt: CashReceipt?
                    do throws(Refusal) {
                        receipt = try rule(&payment, asking)
                    } catch {
                        return .leave(.failure(error))
                    }
                    var changes = changeset(
                        for: &payment,
                        receipt: receipt,
                        correlation: caller.requestID,
                        traceparent: caller.traceparent
                    )
                    let result = stored(payment)
                    let answer = presenter.answer(
                        MovementAnswer(of: result, attempt: subject),
                        to: caller,
                        revealing: nil
                    )
                    changes.idempotency = keyChange.done(id, subject, answer)
                    changes.audit = audit(keyChange, of: result, subject, asking, caller)
                    return .commit(changes, .success((result, answer)))
                }
            } catch {
                throw WorkflowError(error)
            }
            switch result {
            case nil: throw WorkflowError(.notFound(.intent))
            case .success(let (payment, answer)):
                return .answered(WorkflowAnswer(answer, isReplay: false, payment: payment))
            case .failure(let refusal): throw WorkflowError(.refused(refusal))
            }
        }
    }
}
