import Postgres
import Testing

@Suite struct MigratorTests {
    static let first = "create table a (id bigint primary key); grant select on a to :\"reader\";"
    static let second = "alter table a add column name text;\ninsert into a values (1, 'one');"
    static let failing = "create table b (id bigint);\n\ncreate table a (id bigint);"
    static let repaired = "create table b (id bigint)"

    static func catalog(_ texts: String...) throws -> MigrationCatalog {
        try MigrationCatalog(
            texts.enumerated().map { index, text in
                try Migration(file: "000\(index + 1)_step.sql", text: text)
            }
        )
    }

    /// Makes a schema with its owner and a role to grant to.
    static func target(_ name: String, in pool: PostgresPool) async throws -> Migrator.Target {
        let statements = [
            "create role \(name)_owner nologin", "create role \(name)_reader nologin",
            "grant \(name)_owner to current_user",
            "create schema \(name) authorization \(name)_owner",
        ]
        try await pool.transaction(
            role: nil,
            statements.map { Query(Statement("arrange", sentOnce: $0)) }
        )
        return Migrator.Target(
            schema: name,
            role: "\(name)_owner",
            variables: ["reader": "\(name)_reader"]
        )
    }

    @Test func `each file is applied once`() async throws {
        try await withPool { pool in
            let target = try await Self.target("once", in: pool)
            let migrator = Migrator(pool: pool, catalog: try Self.catalog(Self.first))
            #expect(try await migrator.version(of: target) == 0)
            #expect(try await migrator.migrate(target) == Migrator.Report(from: 0, to: 1))
            #expect(try await migrator.migrate(target) == Migrator.Report(from: 1, to: 1))
            let newer = Migrator(pool: pool, catalog: try Self.catalog(Self.first, Self.second))
            #expect(try await newer.migrate(target) == Migrator.Report(from: 1, to: 2))
            // An older program meets the newer schema and leaves it alone.
            #expect(try await migrator.migrate(target) == Migrator.Report(from: 2, to: 2))
            let rows = try await pool.read(
                role: "once_owner",
                [Statement.test("select name from once.a")()]
            )
            #expect(try rows[0].only.text("name") == "one")
        }
    }

    @Test func `a changed file is refused`() async throws {
        try await withPool { pool in
            let target = try await Self.target("changed", in: pool)
            try await Migrator(pool: pool, catalog: try Self.catalog(Self.first)).migrate(target)
            let changed = Migrator(pool: pool, catalog: try Self.catalog(Self.first + " "))
            let error = try await failure { () async throws(PostgresError) in
                try await changed.migrate(target)
            }
            #expect(error.code == .migration)
            #expect(error.message.contains("0001_step.sql was changed"))
        }
    }

    @Test func `a failing statement is named by file and line, and its file undone`() async throws {
        try await withPool { pool in
            let target = try await Self.target("failing", in: pool)
            try await Migrator(pool: pool, catalog: try Self.catalog(Self.first)).migrate(target)
            let catalog = try Self.catalog(Self.first, Self.repaired, "create table a (id bigint)")
            let migrator = Migrator(pool: pool, catalog: catalog)
            let error = try await failure { () async throws(PostgresError) in
                try await migrator.migrate(target)
            }
            #expect(error.code == .migration)
            #expect(error.message.hasPrefix("0003_step.sql:1 failed in failing: "))
            #expect(error.sqlState == SQLState("42P07"))
            #expect(try await migrator.version(of: target) == 2)
        }
    }

    @Test func `a new schema gets all files or none`() async throws {
        try await withPool { pool in
            let target = try await Self.target("fresh", in: pool)
            let failing = Migrator(
                pool: pool,
                catalog: try Self.catalog(Self.first, Self.failing)
            )
            let error = try await failure { () async throws(PostgresError) in
                try await failing.migrate(target)
            }
            #expect(error.message.hasPrefix("0002_step.sql:3 failed in fresh: "))
            #expect(try await failing.version(of: target) == 0)
            let repaired = Migrator(
                pool: pool,
                catalog: try Self.catalog(Self.first, Self.repaired)
            )
            #expect(try await repaired.migrate(target) == Migrator.Report(from: 0, to: 2))
        }
    }

    @Test func `two migrators of one schema take turns`() async throws {
        try await withPool { pool in
            let target = try await Self.target("turns", in: pool)
            let catalog = try Self.catalog(Self.first, Self.second)
            try await withThrowingTaskGroup(of: Migrator.Report.self) { group in
                for _ in 0..<6 {
                    group.addTask(executorPreference: pool.loop) {
                        try await Migrator(pool: pool, catalog: catalog).migrate(target)
                    }
                }
                for try await report in group { #expect(report.to == 2) }
            }
        }
    }

    @Test func `many schemas migrate together and one's failure stops no other`() async throws {
        try await withPool { pool in
            var targets: [Migrator.Target] = []
            for number in 0..<12 {
                targets.append(try await Self.target("many_\(number)", in: pool))
            }
            targets.append(Migrator.Target(schema: "absent", role: nil, variables: ["reader": "x"]))
            let migrator = Migrator(pool: pool, catalog: try Self.catalog(Self.first, Self.second))
            var migrated = 0
            var failed: [String] = []
            await migrator.migrate(targets, concurrency: 4) { target, result in
                switch result {
                case .success: migrated += 1
                case .failure: failed.append(target.schema)
                }
            }
            #expect(migrated == 12)
            #expect(failed == ["absent"])
        }
    }
}
