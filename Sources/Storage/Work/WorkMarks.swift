package import PaymentCore
internal import Postgres
internal import Reactor

/// Marks tenants that may have work, before the work is written.
///
/// Idle cost must not grow with the number of tenants, so nobody visits a tenant that is neither
/// marked nor due. The promise is: **work that is committed in a tenant's schema stands under a
/// mark that nobody has cleared**, whatever crashes in between. It holds because
///
/// 1. a commit that writes an event or a job first makes sure that the tenant's mark is at most
///    `refresh` (5 s) old. The mark is a commit of its own, in the control schema: it is durable
///    before the work is. Within that time further commits rely on it, so a busy tenant costs one
///    mark every 5 s and process.
/// 2. a mark is cleared only by whoever has *first* found the backlog empty, and only when the mark
///    *then* is older than `quietFor`; that, too, is one conditional statement.
/// 3. So work that a clearing could miss was committed after the backlog was read, under a mark
///    older than `quietFor`; that is, the time from its check here to the end of its commit and
///    the time from that reading to the clearing were together longer than `quietFor - refresh`.
///    Both are bounded by the pool's wait and statement deadlines, which
///    ``PostgresControlStore/leastQuiet``, the least that is accepted, is made of.
/// 4. The clearing writes when the next job is due. Nobody else writes that: whoever schedules a
///    job marks the tenant, and the mark outlives the clearing.
///
/// A crash between mark and work leaves a mark without work: one visit too many, never a
/// forgotten tenant. One instance serves the whole process.
package final class WorkMarks: Sendable {
    package static let refresh: Duration = .seconds(5)

    // A mark is counted from before it was sent, less the second that a fresh one may be old.
    private let marked = ExpiringCache<TenantID, Bool>(
        lifetime: refresh - .seconds(1),
        capacity: 16_384
    )

    private let onWork: @Sendable (TenantID) -> Void

    /// - Parameter onWork: called when work was committed for a tenant, so that a worker of the
    ///   same process need not wait for its next look. Called on any loop; must not block.
    package init(onWork: @escaping @Sendable (TenantID) -> Void = { _ in }) {
        self.onWork = onWork
    }

    /// Waits for a mark of the same second instead of writing another: many that come at once
    /// cost one write. The schema's version comes along, since every writer passes here.
    static let mark = Statement(
        "tenant.mark",
        """
        update tenants set marked_at = now()
        where id = $1 and (marked_at is null or marked_at < now() - interval '1 second')
        """
    )

    static let schemaVersion = Statement(
        "tenant.schema_version",
        """
        select schema_version, coalesce(served_from, schema_version) from tenants where id = $1
        """
    )

    /// Says that work was committed.
    func tell(_ tenant: TenantID) {
        onWork(tenant)
    }

    /// Makes sure that the tenant is marked. Costs a round trip once in ``refresh``, which the
    /// first of many that come at once makes for all.
    func mark(_ tenant: TenantID, _ pool: PostgresPool) async throws(StoreError) {
        let now = ContinuousClock.now
        guard marked.value(of: tenant, at: now) == nil else { return }
        let loop = pool.loop
        // Silence is right: a cancelled caller finds that out at the database.
        let sleep: @Sendable (Duration) async -> Void = { try? await loop.sleep(for: $0) }
        _ = try await marked.value(of: tenant, at: now, waiting: sleep) {
            () async throws(StoreError) in
            try await write(tenant, pool)
            return true
        }
    }

    private func write(_ tenant: TenantID, _ pool: PostgresPool) async throws(StoreError) {
        let answers: [Rows]
        do throws(PostgresError) {
            answers = try await pool.transaction(
                role: TenantSchema.control,
                [Self.mark(.id(tenant)), Self.schemaVersion(.id(tenant))]
            )
        } catch {
            let reason = StoreError(error)
            // Whether the mark is there or not: nothing of the work was written.
            guard reason.code == .commitUnknown else { throw reason }
            throw StoreError(.unavailable, reason.message)
        }
        try SchemaVersion.check(answers[1])
    }
}
