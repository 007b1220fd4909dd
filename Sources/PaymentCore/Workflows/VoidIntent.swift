extension PaymentWorkflows {
    /// Gives a payment up before it is captured: releases the hold, closes the payer's page, or
    /// closes what nobody ever tried to pay.
    package func voidIntent(
        _ id: IntentID,
        reason: String?,
        under key: RequestKey,
        for caller: Caller,
        in tenant: TenantID
    ) async throws(WorkflowError) -> WorkflowAnswer {
        try await move(id, under: key, for: caller, in: tenant, preparing: PreparedMethod()) {
            [self] (payment, asking) throws(Refusal) in
            let port = payment.intent.vendor.flatMap { vendors.port($0) }
            let asksVendor = try payment.askVoid(
                asking,
                reason: reason,
                capabilities: port?.capabilities
            )
            return asksVendor ? .ask : .done
        }
    }
}
