import Foundation
import PaymentCore
import Postgres
import Storage
import TestKit
import Testing

@Suite
struct StatementTests {
    @Test
    func `every statement prepares and may run under its role`() async throws {
        try await withTenant { fixture, tenant in
            let role = TenantSchema(tenant).role
            for statement in StatementList.tenant {
                try await explain(statement.sql, statement.name, under: role, fixture)
            }
            for statement in StatementList.control {
                try await explain(statement.sql, statement.name, under: "gateway_control", fixture)
            }
            for query in Self.lists {
                try await explain(query.statement.sql, query.statement.name, under: role, fixture)
            }
        }
    }

    /// Statements that find rows by their key, and beside it look at the state that a partial index
    /// is of: a plan from when that index was empty would read all of it for each row.
    private static let keyed = [
        "webhook.finish": "webhooks_pkey", "webhook.postpone": "webhooks_pkey",
        "inbound.note": "inbound_events_pkey", "inbound.end": "inbound_events_pkey",
        "inbound.replay": "inbound_events_pkey", "job.cancel": "jobs_pkey",
        "job.looks": "jobs_pkey", "delivery.record": "event_deliveries_pkey",
    ]

    @Test
    func `who has a row's key reads no queue for it, also with a plan from when it was empty`()
        async throws
    {
        try await withTenant { fixture, tenant in
            let role = TenantSchema(tenant).role
            let tenants = StatementList.tenant.map { ($0, role) }
            let all = tenants + StatementList.control.map { ($0, "gateway_control") }
            var seen = 0
            for (statement, role) in all {
                guard let key = Self.keyed[statement.name] else { continue }
                let plan = try await explain(statement.sql, statement.name, under: role, fixture)
                #expect(plan.contains("using \(key) ") || plan.contains("on \(key) "), "\(plan)")
                seen += 1
            }
            #expect(seen == Self.keyed.count)
        }
    }

    @Test
    func `publishing reads the index of what waits once`() async throws {
        try await withTenant { fixture, tenant in
            let publish = try #require(
                StatementList.tenant.first { $0.name == "outbox.publish" }
            )
            let settings = try #require(
                StatementList.settings.first { $0.name == "outbox.prefer_indexes" }
            )
            let plan = try await explain(
                publish.sql,
                publish.name,
                under: TenantSchema(tenant).role,
                behind: settings.sql,
                fixture
            )
            #expect(plan.split(separator: "outbox_waiting").count == 2, "\(plan)")
            #expect(!plan.contains("Seq Scan on outbox"), "\(plan)")
        }
    }

    /// Prepares without running: EXPLAIN plans and checks privileges, and does nothing.
    @discardableResult
    private func explain(
        _ sql: String,
        _ name: String,
        under role: String,
        behind settings: String = "select 1",
        _ fixture: StorageFixture
    ) async throws -> String {
        let parameters = (1...60).filter { sql.contains("$\($0)") }.max() ?? 0
        let nulls = Array(repeating: "null", count: parameters).joined(separator: ", ")
        let call = parameters == 0 ? "tried" : "tried(\(nulls))"
        let texts = [
            "set local plan_cache_mode = force_generic_plan", settings, "prepare tried as \(sql)",
            "explain execute \(call)", "deallocate tried",
        ]
        do {
            let rows = try await fixture.pool.transaction(
                role: role,
                texts.map { Query(Statement("test.explain", sentOnce: $0)) }
            )
            return try rows[3].map { try $0.text(0) }.joined(separator: "\n")
        } catch {
            Issue.record("\(name): \(error)")
            return ""
        }
    }

    /// Names of statements that make, examine or migrate, and so run under no serving role, or that
    /// only explain one of the list.
    private static let administrative: Set<String> = [
        "schema.make", "schema.erase", "schema.exists", "database.prepare", "server.where",
        "server.version", "server.compression", "control.path", "examine.version", "examine.time",
        "examine.behind", "list.explain",
        "examine.clock", "examine.control_version", "server.idle_in_transaction", "role.exists",
    ]

    @Test
    func `no statement of the sources is missing from the list`() throws {
        let sources = URL(filePath: StorageFixture.migrations).deletingLastPathComponent()
            .appending(path: "Sources/Storage")
        let files = try #require(FileManager.default.enumerator(atPath: sources.path))
        var found: Set<String> = []
        for case let path as String in files where path.hasSuffix(".swift") {
            let text = try String(contentsOf: sources.appending(path: path), encoding: .utf8)
            for match in text.matches(of: /Statement\(\s*"([a-z_.]+)"/) {
                found.insert(String(match.1))
            }
        }
        let listed =
            StatementList.tenant + StatementList.control + StatementList.controlOwner
            + StatementList.settings
        #expect(found.count > 60)
        #expect(found.subtracting(Self.administrative) == Set(listed.map(\.name)))
    }

    @Test
    func `no statement names a schema or keeps state beyond its transaction`() throws {
        for statement in StatementList.tenant + StatementList.control
            + StatementList.controlOwner + Self.lists.map(\.statement)
        {
            #expect(try SQLLint.findings(in: statement) == [])
        }
    }

    @Test(arguments: StatementList.settings)
    func `a setting ends with its transaction`(statement: Statement) {
        let calls = statement.sql.split(separator: "set_config(").dropFirst()
        #expect(!calls.isEmpty)
        #expect(calls.allSatisfy { $0.split(separator: ")")[0].hasSuffix(", true") })
    }

    @Test(arguments: ["control", "tenant"])
    func `the migrations keep the rules and have the versions that the program serves`(
        kind: String
    ) throws {
        let catalog = try MigrationCatalog(folder: "\(StorageFixture.migrations)/\(kind)")
        #expect(catalog.migrations.flatMap(SQLLint.findings) == [])
        #expect(
            catalog.version == (kind == "tenant" ? SchemaVersion.tenant : SchemaVersion.control)
        )
    }

    @Test
    func `the values of a list travel as binds alone`() {
        var filter = IntentFilter()
        filter.property = "kabul'; drop table intents; --"
        filter.details = [
            DetailCondition(path: ["a'b", "c"], comparison: .equals("x' or true")),
            DetailCondition(path: ["d"], comparison: .between("1", "x'y")),
        ]
        for query in StatementList.lists(filter, after: nil) {
            #expect(!query.statement.sql.contains("kabul"))
            #expect(!query.statement.sql.contains("x'"))
            #expect(!query.statement.sql.contains("a'b"))
        }
    }

    /// Every filter by itself, and all of them together.
    static var lists: [Query] {
        let identifiers = TimedIdentifiers()
        let moment = RealClock().now
        let settings: [@Sendable (inout IntentFilter) -> Void] = [
            { $0.createdFrom = moment }, { $0.createdBefore = moment },
            { $0.minimumAmount = 1 }, { $0.maximumAmount = 2 }, { $0.currency = .usd },
            { $0.states = [.failed] }, { $0.states.formUnion([.failed, .voided]) },
            { $0.vendor = .cash }, { $0.account = identifiers.make() },
            { $0.customer = identifiers.make() }, { $0.method = identifiers.make() },
            { $0.methodKind = .card }, { $0.order = identifiers.make() },
            { $0.orderReference = "BK" }, { $0.item = "DBL" }, { $0.property = "p" },
            { $0.hasDiscrepancy = true }, { $0.hasDiscrepancy = false },
            { $0.details.append(DetailCondition(path: ["a"], comparison: .equals("1.50"))) },
            { $0.details.append(DetailCondition(path: ["a"], comparison: .lessThan("7"))) },
            { $0.details.append(DetailCondition(path: ["a"], comparison: .greaterThan("x"))) },
            { $0.details.append(DetailCondition(path: ["b"], comparison: .between("1", "2"))) },
        ]
        var all = IntentFilter()
        var queries: [Query] = []
        for set in settings {
            var filter = IntentFilter()
            set(&filter)
            set(&all)
            queries += StatementList.lists(filter, after: identifiers.next())
        }
        return queries + StatementList.lists(all, after: nil)
            + StatementList.lists(IntentFilter(), after: nil)
            + StatementList.recordLists(
                customer: identifiers.make(),
                intent: identifiers.make(),
                moment: moment,
                after: identifiers.next()
            )
    }
}
