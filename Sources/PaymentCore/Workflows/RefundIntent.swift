extension PaymentWorkflows {
    /// Refunds what was captured, fully or in part. No amount: all that is left. Cash goes through
    /// ``requestCashRefund(_:amount:reason:under:for:in:)``.
    ///
    /// Where a refund is a new payout it only waits, for a second person and
    /// ``decideRefund(_:of:approve:drawer:under:for:in:)``.
    package func refundIntent(
        _ id: IntentID,
        amount: Int64?,
        reason: RefundReason?,
        under key: RequestKey,
        for caller: Caller,
        in tenant: TenantID
    ) async throws(WorkflowError) -> WorkflowAnswer {
        let cautious = try await reading { () async throws(StoreError) in
            try await accountsWithApproval(tenant)
        }
        let isPayerMissing =
            cautious.isEmpty ? false : try await isPayerMissing(id, cautious, tenant)
        return try await move(id, under: key, for: caller, in: tenant, preparing: PreparedMethod())
        {
            [self] (payment, asking) throws(Refusal) in
            var able = try capabilities(of: payment)
            let waits = payment.intent.account.map(cautious.contains) ?? false
            able.refundApproval = waits ? .always : .never
            let isAsked = try payment.askRefund(
                asking,
                amount: amount,
                reason: reason?.rawValue,
                capabilities: able
            )
            // Nobody should have to agree to what cannot be sent.
            guard isAsked || !isPayerMissing else { throw .payerUnknown }
            return isAsked ? .ask : .done
        }
    }

    /// The accounts whose refunds wait for a second person. Costs nothing where no vendor's do.
    private func accountsWithApproval(
        _ tenant: TenantID
    ) async throws(StoreError) -> Set<MerchantAccountID> {
        let accounts = try await accounts.accounts(of: tenant).filter { account in
            guard let port = vendors.port(account.vendor) else { return false }
            switch port.capabilities.refundApproval {
            case .never: return false
            case .perAccount, .always:
                return port.capabilities(of: account).refundApproval == .always
            }
        }
        return Set(accounts.map(\.id))
    }

    /// Whether a refund of the payment has to be sent to an account that nobody told us.
    private func isPayerMissing(
        _ id: IntentID,
        _ cautious: Set<MerchantAccountID>,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> Bool {
        guard let payment = try await load(id, in: tenant),
            payment.intent.account.map(cautious.contains) ?? false,
            let port = payment.intent.vendor.flatMap({ vendors.port($0) }),
            port.capabilities.particulars.contains(.payerAccount)
        else { return false }
        return try await reading { () async throws(StoreError) in
            try await payerAccount(of: payment, tenant) == nil
        }
    }
}
