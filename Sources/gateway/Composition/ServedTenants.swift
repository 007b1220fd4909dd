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
        let known = try await control.tenant(id)
        let provisioner = try provisioner(.provisioned)
        switch known?.state {
        case nil: try await provisioner.create(id, name: id.description)
        case .dropped:
            _ = try await provisioner.migrate(id)
            try await provisioner.set(.active, of: id)
        // What an operator has suspended, an operator resumes.
        case .active, .suspended:
            if known?.hasSchema == false { _ = try await provisioner.migrate(id) }
        }
        try await TenantUpkeep(pool: pool, shared: shared).begin(for: id)
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

/// What a tenant has from its first day on: old keys, events and notifications are removed.
struct TenantUpkeep {
    let pool: PostgresPool
    let shared: SharedState

    /// Schedules it, unless it is.
    func begin(for tenant: TenantID) async throws(StoreError) {
        let subject = tenant.description
        let purge = JobFilter(kind: JobKind.purge.rawValue, subject: subject)
        guard try await PostgresPlanStore(pool: pool).jobs(purge, limit: 1, in: tenant).isEmpty
        else { return }
        let store = PostgresPaymentStore(pool: pool, keys: shared.keys, marks: shared.marks)
        let job = JobChange.schedule(.purge, subject: subject, due: .after(.seconds(3_600)))
        try await store.commit(Changeset(jobs: [job]), in: tenant)
    }
}
