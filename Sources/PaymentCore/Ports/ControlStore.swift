/// What all tenants share: who they are, who may call, which accounts they have, and which of
/// them have work waiting.
package protocol ControlStore: AuditedStore {
    func tenants() async throws(StoreError) -> [Tenant]
    func tenant(_ id: TenantID) async throws(StoreError) -> Tenant?

    /// The key whose SHA-256 this is, when it exists and is not revoked or expired.
    func key(hash: [UInt8]) async throws(StoreError) -> APIKey?
    func insert(_ key: APIKey, hash: [UInt8]) async throws(StoreError)
    /// False when there is no such key.
    func revoke(_ key: APIKeyID, of tenant: TenantID?) async throws(StoreError) -> Bool
    func keys(of tenant: TenantID?) async throws(StoreError) -> [APIKey]

    /// All accounts of the tenant, inactive ones too, their credentials resolved.
    func accounts(of tenant: TenantID) async throws(StoreError) -> [MerchantAccount]
    func account(_ id: MerchantAccountID) async throws(StoreError) -> MerchantAccount?
    /// The vendor's only active account that its deliveries name so; nil for none or several.
    func account(
        of vendor: VendorID,
        named name: DeliveryRouting.Name
    ) async throws(StoreError) -> MerchantAccountID?
    func insert(
        _ account: MerchantAccount,
        credentials: CredentialSource
    ) async throws(StoreError)
    /// Throws ``StoreError/Code/stale`` when there is none, or somebody changed it since
    /// ``MerchantAccount/updatedAt``.
    func update(
        _ account: MerchantAccount,
        credentials: CredentialSource?
    ) async throws(StoreError)

    /// What a worker looks for, in one round trip: a page of at most `limit` tenants.
    ///
    /// - Parameter tenant: ``WaitingWork/lastOfPage`` of the page before; nil starts over.
    func waitingWork(
        after tenant: TenantID?,
        limit: Int
    ) async throws(StoreError) -> WaitingWork

    /// Clears the mark of a tenant whose backlog was empty, unless it was marked again within
    /// `quietFor`; keeps its next due time.
    func clearWork(
        _ tenant: TenantID,
        nextDue: Timestamp?,
        quietFor: Duration
    ) async throws(StoreError)
}

/// A bearer key as it is known after it was created: its hash stands for it.
package struct APIKey: Sendable, Hashable {
    package let id: APIKeyID
    /// Nil: the platform's own key, which names a tenant in each request.
    package let tenant: TenantID?
    package let name: String
    package let permissions: Set<Permission>
    /// Requests per second; nil for the service's default.
    package let rateLimit: Int?
    package let createdAt: Timestamp
    package let expiresAt: Timestamp?
    package let isRevoked: Bool

    package init(
        id: APIKeyID,
        tenant: TenantID?,
        name: String,
        permissions: Set<Permission>,
        rateLimit: Int?,
        createdAt: Timestamp,
        expiresAt: Timestamp?,
        isRevoked: Bool
    ) {
        self.id = id
        self.tenant = tenant
        self.name = name
        self.permissions = permissions
        self.rateLimit = rateLimit
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.isRevoked = isRevoked
    }
}

/// Where an account's secrets live.
package enum CredentialSource: Sendable {
    /// Encrypted under the tenant's data key.
    case stored(Credentials)
    /// One environment variable per field: field name → variable name.
    case environment([String: String])
    /// A JSON file with one member per field.
    case file(path: String)
    /// Such a document in a secret manager, by the manager's own name for it.
    case secret(name: String)
}

/// What waits for a worker, in all tenants, by the database's clock.
package struct WaitingWork: Sendable, Hashable {
    /// Those that may have events to publish or jobs due, in the order of their identifiers. What
    /// cannot be finished keeps its tenant listed for as long, so whatever the order, only pages
    /// that continue each other reach everyone.
    package let tenants: [TenantID]
    /// After whom the next page begins; nil when there is no further one.
    package let lastOfPage: TenantID?
    /// Whether a notification is due.
    package let hasWebhooks: Bool
    /// How long until the next known work is due.
    package let next: Duration?

    package init(
        tenants: [TenantID],
        lastOfPage: TenantID? = nil,
        hasWebhooks: Bool,
        next: Duration?
    ) {
        self.tenants = tenants
        self.lastOfPage = lastOfPage
        self.hasWebhooks = hasWebhooks
        self.next = next
    }
}
