/// Refunds that wait for a second person: of cash, and those that a vendor could not call back.
extension PaymentWorkflows {
    /// Lets a refund be paid out, or turns it down. The decider must not be the requester.
    ///
    /// - Parameter drawer: where cash is taken from; nil: where it was received.
    package func decideRefund(
        _ refund: RefundID,
        of id: IntentID,
        approve: Bool,
        drawer: String?,
        under key: RequestKey,
        for caller: Caller,
        in tenant: TenantID
    ) async throws(WorkflowError) -> WorkflowAnswer {
        guard let payment = try await load(id, in: tenant),
            let attempt = payment.attempt(ofMovement: refund.uuid)
        else { throw WorkflowError(.notFound(.refund)) }
        guard caller.actor.isAnother(than: attempt.askedBy) else {
            throw WorkflowError(.secondPersonRequired)
        }
        guard attempt.vendor == .cash else {
            return try await move(id, under: key, for: caller, in: tenant, answering: attempt.id) {
                (payment, asking) throws(Refusal) in
                guard approve else {
                    try payment.turnDownRefund(attempt.id, at: asking.now)
                    return .done
                }
                try payment.approveRefund(attempt.id, at: asking.now)
                return .ask
            }
        }
        let receipt: ReceiptID = identifiers.make()
        return try await cash(id, key, caller, tenant, answering: attempt.id) {
            (payment, asking) throws(Refusal) in
            try payment.decideCashRefund(
                attempt.id,
                approve: approve,
                asking,
                drawer: drawer,
                receipt: receipt
            )
        }
    }
}
