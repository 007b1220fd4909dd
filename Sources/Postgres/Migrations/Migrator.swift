internal import Reactor

/// Brings schemas to the version of a catalogue: each file once, in a transaction of its own with
/// the row that records it, statement by statement in one pipeline. A schema that has none yet gets
/// all in one transaction: nobody waits for its locks, and a thousand of them take a third of the
/// time.
///
/// Replicas that migrate the same schema wait for each other at a row lock; a run that was cut short
/// goes on where it stopped.
package final class Migrator: @unchecked Sendable {
    // Safe because: touched only on the loop of its pool.

    /// A schema and who owns it.
    package struct Target: Sendable, Hashable {
        package let schema: String
        /// The role that the files run under; nil for the login role.
        package let role: String?
        /// Values for `:"name"` in the files: names of roles to grant to, quoted when replaced.
        package let variables: [String: String]

        package init(schema: String, role: String?, variables: [String: String] = [:]) {
            self.schema = schema
            self.role = role
            self.variables = variables
        }
    }

    /// What became of one schema.
    package struct Report: Sendable, Hashable {
        /// The versions before and after; equal when nothing was to be done. Higher than the
        /// catalogue's when a newer program has migrated it.
        package let from: Int
        package let to: Int

        package init(from: Int, to: Int) {
            self.from = from
            self.to = to
        }
    }

    private let pool: PostgresPool
    private let catalog: MigrationCatalog
    /// For one transaction in one schema.
    private let deadline: Duration
    /// How long a statement waits for a lock: a migration queued behind a long reader would hold up
    /// everyone behind itself.
    private let lockTimeout: Duration
    /// SHA-256 of each file in hexadecimal, once the server has computed them.
    private var checksums: [String] = []

    package init(
        pool: PostgresPool,
        catalog: MigrationCatalog,
        deadline: Duration = .seconds(600),
        lockTimeout: Duration = .seconds(5)
    ) {
        self.pool = pool
        self.catalog = catalog
        self.deadline = deadline
        self.lockTimeout = lockTimeout
    }

    /// Applies what the schema lacks.
    ///
    /// Throws `.migration` when an applied file has changed since, or a statement fails: then with
    /// its file, line and SQLSTATE, and the changes of its transaction rolled back.
    @discardableResult
    package func migrate(_ target: Target) async throws(PostgresError) -> Report {
        let before = try await version(of: target)
        var version = before
        while version < catalog.version {
            let pending = catalog.migrations[version...]
            version = try await applyOnceTableExists(
                version == 0 ? pending : pending.prefix(1),
                to: target
            )
        }
        return Report(from: before, to: version)
    }

    /// Applies what each schema lacks, several at a time; one's failure does not stop the others.
    ///
    /// - Parameter concurrency: schemas at a time; more than the pool has connections gains nothing.
    /// - Parameter ended: called on the loop for each schema as it ends.
    package func migrate(
        _ targets: [Target],
        concurrency: Int,
        ended: (Target, Result<Report, PostgresError>) -> Void
    ) async {
        precondition(concurrency > 0, "at least one schema at a time")
        await withTaskGroup(of: (Target, Result<Report, PostgresError>).self) { group in
            var waiting = targets[...]
            func startNext() {
                guard let target = waiting.popFirst() else { return }
                group.addTask(executorPreference: pool.loop) { [self] in
                    do throws(PostgresError) {
                        return (target, .success(try await migrate(target)))
                    } catch {
                        return (target, .failure(error))
                    }
                }
            }
            for _ in 0..<concurrency { startNext() }
            while let (target, result) = await group.next() {
                ended(target, result)
                startNext()
            }
        }
    }

    /// The version that the schema has; zero for one without any migration.
    ///
    /// Throws `.migration` when an applied file differs from the catalogue's.
    package func version(of target: Target) async throws(PostgresError) -> Int {
        try await computeChecksums()
        do {
            let rows = try await pool.read(role: target.role, [place(target), Self.applied()])
            return try check(rows[1], target)
        } catch {
            guard error.sqlState == .undefinedTable else { throw error }
            return 0
        }
    }
}

extension Migrator {
    private static let setPath = Statement(
        "migration.path",
        """
        select set_config('search_path', $1, true), set_config('lock_timeout', $2, true)
        """
    )
    private static let createTable = Statement(
        "migration.table",
        """
        create table if not exists schema_migrations (
            version integer primary key,
            file text not null,
            checksum text not null,
            applied_at timestamptz not null default now()
        )
        """
    )
    /// The row of version zero is the lock.
    private static let createLock = Statement(
        "migration.lock.create",
        """
        insert into schema_migrations (version, file, checksum) values (0, 'lock', '')
        on conflict do nothing
        """
    )
    private static let lock = Statement(
        "migration.lock",
        "select version from schema_migrations where version = 0 for update"
    )
    private static let applied = Statement(
        "migration.applied",
        "select version, file, checksum from schema_migrations where version > 0 order by version"
    )
    private static let record = Statement(
        "migration.record",
        "insert into schema_migrations (version, file, checksum) values ($1, $2, $3)"
    )
    private static let digest = Statement(
        "migration.digest",
        "select encode(sha256($1), 'hex') as checksum"
    )

    /// Two that make the first table at once collide in the catalogue, `if not exists` or not: the
    /// loser tries again and then finds it.
    private func applyOnceTableExists(
        _ migrations: ArraySlice<Migration>,
        to target: Target
    ) async throws(PostgresError) -> Int {
        do {
            return try await apply(migrations, to: target)
        } catch {
            guard error.statement == Self.createTable.name else { throw error }
            return try await apply(migrations, to: target)
        }
    }

    /// Applies files that follow each other in one transaction, except those that another applied
    /// meanwhile; returns the version then.
    private func apply(
        _ migrations: ArraySlice<Migration>,
        to target: Target
    ) async throws(PostgresError) -> Int {
        var steps: [[Query]] = []
        for migration in migrations { steps.append(try step(migration, target)) }
        let first = migrations[migrations.startIndex].version
        let opening =
            [place(target)]
            + (first == 1 ? [Self.createTable(), Self.createLock()] : [])
            + [Self.lock(), Self.applied()]
        do {
            return try await pool.interactive(
                role: target.role,
                deadline: pool.loop.now.advanced(by: deadline)
            ) { transaction in
                let rows = try await transaction.run(opening)
                let version = try check(rows[rows.count - 1], target)
                let known = version - first + 1
                guard steps.indices.contains(known) else { return version }
                try await transaction.commit(Array(steps[known...].joined()))
                return first + steps.count - 1
            }
        } catch let error as PostgresError {
            throw explained(error, target)
        } catch {
            preconditionFailure("a migration throws this module's errors only")
        }
    }

    /// The statements of a file and the row that records it.
    private func step(
        _ migration: Migration,
        _ target: Target
    ) throws(PostgresError) -> [Query] {
        try statements(of: migration, for: target)
            + [
                Self.record(
                    .int64(Int64(migration.version)),
                    .text(migration.file),
                    .text(checksums[migration.version - 1])
                )
            ]
    }

    private func statements(
        of migration: Migration,
        for target: Target
    ) throws(PostgresError) -> [Query] {
        var queries: [Query] = []
        for piece in migration.script.pieces {
            guard let sql = piece.sql(with: target.variables) else {
                throw PostgresError(
                    .migration,
                    "\(migration.file):\(piece.line): a variable has no value"
                )
            }
            queries.append(Query(Statement(migration: "\(migration.file):\(piece.line)", sql)))
        }
        return queries
    }

    private func place(_ target: Target) -> Query {
        Self.setPath(
            .text(Identifier.quoted(target.schema)),
            .text("\(lockTimeout / .milliseconds(1))ms")
        )
    }

    private func computeChecksums() async throws(PostgresError) {
        guard checksums.isEmpty, catalog.version > 0 else { return }
        let digests = try await pool.read(
            role: nil,
            catalog.migrations.map { Self.digest(.bytes(Array($0.text.utf8))) }
        )
        var checksums: [String] = []
        for digest in digests { checksums.append(try digest.only.text("checksum")) }
        self.checksums = checksums
    }

    /// Compares the files that were applied with the catalogue's; returns the last version.
    private func check(_ rows: Rows, _ target: Target) throws(PostgresError) -> Int {
        for (index, row) in rows.enumerated() {
            guard try row.int("version") == index + 1 else {
                throw PostgresError(
                    .migration,
                    "\(target.schema): the record of migration \(index + 1) is missing"
                )
            }
            // A newer program may have applied files that this one does not know.
            guard index < catalog.version else { continue }
            guard try row.text("checksum") == checksums[index] else {
                throw PostgresError(
                    .migration,
                    "\(catalog.migrations[index].file) was changed after it was applied to"
                        + " \(target.schema): restore it and write a new file"
                )
            }
        }
        return rows.count
    }

    private func explained(_ error: PostgresError, _ target: Target) -> PostgresError {
        guard error.code == .statement else { return error }
        return PostgresError(
            .migration,
            "\(error.statement ?? "a statement") failed in \(target.schema): \(error.message)",
            sqlState: error.sqlState,
            statement: error.statement,
            constraint: error.constraint,
            table: error.table,
            column: error.column,
            cause: error
        )
    }
}

extension Statement {
    /// A statement of a migration file, known by file and line.
    fileprivate init(migration place: String, _ sql: String) {
        self.init(name: place, sql: sql, isPreparable: false)
    }
}
