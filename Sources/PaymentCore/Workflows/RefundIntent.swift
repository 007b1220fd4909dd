extension PaymentWorkflows {
    /// Refunds what was captured, fully or in part. No amount: all that is left. Cash goes through
    /// ``requestCashRefund(_:amount:reason:under:for:in:)``.
    package func refundIntent(
        _ id: IntentID,
        amount: Int64?,
        reason: RefundReason?,
        under key: RequestKey,
        for caller: Caller,
        in tenant: TenantID
    ) async throws(WorkflowError) -> WorkflowAnswer {
        try await move(id, under: key, for: caller, in: tenant, preparing: PreparedMethod()) {
            [self] (payment, asking) throws(Refusal) in
            try payment.askRefund(
                asking,
                amount: amount,
                reason: reason?.rawValue,
                capabilities: capabilities(of: payment)
            )
            return .ask
        }
    }
}
