/// A vendor as one merchant account reaches it. What it can do is what that account can do: the
/// most that any account of the vendor can do is not in reach.
struct VendorAccess: Sendable {
    let account: MerchantAccount
    private let port: any PaymentPort

    init(_ port: any PaymentPort, as account: MerchantAccount) {
        self.port = port
        self.account = account
    }

    var capabilities: Capabilities { port.capabilities(of: account) }
    var canLookUp: Bool { capabilities.operations.contains(.lookUp) }
    var questions: (any VendorQuestions)? { port.questions }

    func perform(_ operation: VendorOperation, key: String) async -> VendorOutcome {
        await port.perform(operation, key: key, account: account)
    }
}

extension PaymentWorkflows {
    /// Nil for cash, and where the vendor is not served or the account is gone.
    func access(
        to vendor: VendorID,
        as account: MerchantAccountID?,
        _ tenant: TenantID
    ) async throws(StoreError) -> VendorAccess? {
        guard let port = vendors.port(vendor), let account = try await self.account(account, tenant)
        else { return nil }
        return VendorAccess(port, as: account)
    }

    /// Where an attempt was asked.
    func access(
        to attempt: Attempt,
        _ tenant: TenantID
    ) async throws(StoreError) -> VendorAccess? {
        try await access(to: attempt.vendor, as: attempt.account, tenant)
    }

    func account(
        _ id: MerchantAccountID?,
        _ tenant: TenantID
    ) async throws(StoreError) -> MerchantAccount? {
        try await accounts.accounts(of: tenant).first { $0.id == id }
    }
}
