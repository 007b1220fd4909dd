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
        case nil: try await provisioner().create(id, name: id.description)
        }
        _ = try await provisioner().migrate(id)
        try await provisioner().set(.active, of: id)
        refresh(id)
    }

    func drop(_ id: TenantID) async throws(StoreError) {
        try await provisioner().set(.dropped, of: id)
        refresh(id)
    }

    func refresh(_ id: TenantID) {
        shared.accounts.forget(id)
        shared.routes.forget(id)
        shared.api.forgetIdentities()
    }

    private func provisioner() throws(StoreError) -> TenantProvisioner {
        try TenantProvisioner(
            pool: pool,
            keys: shared.keys,
            migrations: shared.configuration.migrationsFolder
        )
    }
}
