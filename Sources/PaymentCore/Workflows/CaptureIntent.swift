extension PaymentWorkflows {
    /// Captures a hold, fully or in part. No amount: all that is left. A final capture releases
    /// whatever it leaves.
    package func captureIntent(
        _ id: IntentID,
        amount: Int64?,
        isFinal: Bool,
        under key: RequestKey,
        for caller: Caller,
        in tenant: TenantID
    ) async throws(WorkflowError) -> WorkflowAnswer {
        try await move(id, under: key, for: caller, in: tenant, preparing: PreparedMethod()) {
            [self] (payment, asking) throws(Refusal) in
            try payment.askCapture(
                asking,
                amount: amount,
                isFinal: isFinal,
                capabilities: capabilities(of: payment)
            )
            return .ask
        }
    }

    /// What the payment's own vendor can do; a vendor that is no longer served can do nothing.
    func capabilities(of payment: Payment) throws(Refusal) -> Capabilities {
        guard let vendor = payment.intent.vendor else {
            if payment.intent.method.kind == .cash { throw .cashOnly }
            throw .unexpectedState(payment.intent.state, .capture)
        }
        guard vendor != .cash else { throw .cashOnly }
        guard let port = vendors.port(vendor) else { throw .notSupported(.operation) }
        return port.capabilities
    }
}
