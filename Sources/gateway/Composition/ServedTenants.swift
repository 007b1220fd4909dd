import PaymentAPI
import PaymentCore
import Postgres
import Storage

/// The tenants of this installation, as other services' events change them. What is remembered of
/// one is forgotten here at once, and in other processes within the lives of their caches.
struct ServedTenants: TenantControl {
    let control: PostgresControlStore
    let pool: PostgresPool
    let shared: SharedState

    func tenant(_ id: TenantID) async throws(StoreError) -> Tenant? {
        try await control.tenant(id)
    }

    func provision(_ id: TenantID) async throws(StoreError) {
        switch try await control.tenant(id)?.state {
        case .active: return refresh(id)
        case .suspended, .dropped: break
        case nil: try await provisioner(.provisioned).create(id, name: id.description)
        }
        _ = try await provisioner(.provisioned).migrate(id)
        try await provisioner(.provisioned).set(.active, of: id)
        let store = PostgresPaymentStore(pool: pool, keys: shared.keys, marks: shared.marks)
        try await store.beginUpkeep(of: id)
        refresh(id)
    }

    func drop(_ id: TenantID) async throws(StoreError) {
        try await provisioner(.dropped).set(.dropped, of: id)
        refresh(id)
    }

    func refresh(_ id: TenantID) {
        shared.accounts.forget(id)
        shared.routes.forget(id)
        shared.api.forgetIdentities()
    }

    /// The events that ask for it.
    private enum Wish: String {
        case provisioned = "tenant.finance_schemas.provisioned"
        case dropped = "tenant.finance_schemas.dropped"
    }

    private func provisioner(_ wish: Wish) throws(StoreError) -> TenantProvisioner {
        let caller = Caller.event(wish.rawValue)
        return try TenantProvisioner(
            pool: pool,
            keys: shared.keys,
            migrations: shared.configuration.migrationsFolder,
            note: { caller.entry(on: $0, before: $1, after: $2) }
        )
    }
}

extension PostgresPaymentStore {
    /// What a tenant has from its first day on: old keys, events and notifications are removed.
    func beginUpkeep(of tenant: TenantID) async throws(StoreError) {
        let purge = Changeset(
            jobs: [.schedule(.purge, subject: tenant.description, due: .after(.seconds(3_600)))]
        )
        try await commit(purge, in: tenant)
    }
}
