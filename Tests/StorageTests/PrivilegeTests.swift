import PaymentCore
import Postgres
import Storage
import TestKit
import Testing

/// What the catalogue says of every table, role and verb, held against what is meant.
@Suite
struct PrivilegeTests {
    /// What the request role may do to a table: the verbs for whole rows, the columns it may update.
    private struct Grant {
        var verbs: Set<String> = ["SELECT", "INSERT"]
        var columns: Set<String> = []
    }

    private static let tenantTables: [String: Grant] = [
        "customers": Grant(
            columns: ["reference", "name", "email", "phone", "metadata", "updated_at"]
        ),
        "customer_references": Grant(),
        "orders": Grant(),
        "order_items": Grant(),
        "intent_items": Grant(),
        "payment_methods": Grant(
            columns: ["token_sealed", "token_key", "details", "is_default", "state", "flag"]
        ),
        "method_sessions": Grant(columns: ["state", "reference", "failure_code", "method_id"]),
        "intents": Grant(
            columns: [
                "version", "event_sequence", "state", "state_before", "updated_at",
                "method_kind", "method_id", "method_details", "drawer", "vendor", "account_id",
                "reference", "authorization_id", "authorization_expires_at", "multi_capture",
                "details", "detail_terms", "capturable", "captured", "refunded",
                "capture_reserved", "refund_reserved", "is_releasing", "has_discrepancy",
                "routing", "plans",
            ]
        ),
        "attempts": Grant(
            columns: [
                "state", "answer_kind", "answer_code", "answer_message", "network_code",
                "advice_code", "retry_after_us", "action_url", "reference", "moved_amount",
                "answered_at", "look_ups", "is_escalated", "details", "approved_at",
                "lease_until",
            ]
        ),
        "payer_accounts": Grant(),
        "policies": Grant(),
        "ledger_transfers": Grant(),
        "ledger_accounts": Grant(),
        "ledger_seals": Grant(),
        "ledger_snapshots": Grant(),
        "ledger_heads": Grant(),
        "ledger_limits": Grant(
            verbs: ["SELECT", "INSERT", "DELETE"],
            columns: [
                "overdraft", "set_at", "is_active", "debits_posted", "credits_posted",
                "debits_pending", "credits_pending", "is_kept",
            ]
        ),
        "ledger_monitors": Grant(
            columns: ["threshold", "age_us", "is_active", "is_alerting", "events"]
        ),
        "ledger_sealer": Grant(
            verbs: ["SELECT"],
            columns: [
                "event_position", "event_line", "position", "hash", "booked_at", "accounts",
                "events",
            ]
        ),
        "audit_entries": Grant(),
        "audit_waiting": Grant(verbs: ["SELECT", "INSERT", "DELETE"]),
        "audit_seals": Grant(),
        "audit_heads": Grant(),
        "audit_sealer": Grant(
            verbs: ["SELECT"],
            columns: ["position", "hash", "booked_at", "events"]
        ),
        "cash_receipts": Grant(),
        "fx_rates": Grant(),
        "idempotency_keys": Grant(
            verbs: ["SELECT", "INSERT", "DELETE"],
            columns: [
                "recovery_point", "attempt_id", "answer_status", "answer_body", "running_until",
            ]
        ),
        "vendor_records": Grant(
            verbs: ["SELECT", "INSERT"],
            columns: ["state", "document", "version", "updated_at"]
        ),
        "event_subscriptions": Grant(
            verbs: ["SELECT", "INSERT", "DELETE"],
            columns: [
                "url", "description", "event_types", "state", "disabled_reason", "secret_sealed",
                "secret_key", "previous_sealed", "previous_key", "previous_until", "cursor",
                "updated_at",
            ]
        ),
        "event_deliveries": Grant(
            verbs: ["SELECT", "INSERT", "DELETE"],
            columns: ["state", "due_at", "run", "last_status", "last_error", "ended_at"]
        ),
        "event_relay": Grant(
            verbs: ["SELECT"],
            columns: ["position", "holder", "held_until"]
        ),
        "inbound_events": Grant(
            verbs: ["SELECT", "INSERT", "DELETE"],
            columns: [
                "state", "reason", "detail", "intent_id", "replays", "waits_since", "ended_at",
            ]
        ),
        "inbound_aggregates": Grant(columns: ["sequence"]),
        "reservations": Grant(),
        "webhook_effects": Grant(verbs: ["SELECT", "INSERT", "DELETE"]),
        "jobs": Grant(
            verbs: ["SELECT", "INSERT", "DELETE"],
            columns: ["state", "due_at", "run", "epoch", "last_error"]
        ),
        "outbox": Grant(verbs: ["SELECT", "INSERT", "DELETE"], columns: ["position"]),
        "publisher": Grant(verbs: ["SELECT"], columns: ["last_position", "epoch"]),
        // The migrator's own record.
        "schema_migrations": Grant(verbs: []),
    ]

    private static let controlTables: [String: Grant] = [
        "tenants": Grant(
            columns: [
                "name", "state", "updated_at", "schema_version", "served_from", "marked_at",
                "next_due_at",
            ]
        ),
        "tenant_keys": Grant(),
        "api_keys": Grant(columns: ["revoked_at"]),
        "platform_audit": Grant(),
        "merchant_accounts": Grant(
            columns: [
                "name", "is_default", "is_active", "settlement_currency", "credentials_source",
                "credentials_sealed", "credentials_key", "credentials_pointer", "updated_at",
                "webhook_networks", "webhook_route",
            ]
        ),
        "routes": Grant(),
        "breakers": Grant(
            columns: ["epoch", "state", "falls", "illness", "wait_until", "changed_at"]
        ),
        "breaker_changes": Grant(verbs: ["SELECT", "INSERT", "DELETE"]),
        "webhooks": Grant(
            verbs: ["SELECT", "INSERT", "DELETE"],
            columns: ["state", "due_at", "run", "last_error", "duplicates"]
        ),
        "stray_events": Grant(verbs: ["SELECT", "INSERT", "DELETE"]),
        "schema_migrations": Grant(verbs: []),
    ]

    private static let verbs: Set<String> = [
        "SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER",
    ]

    @Test
    func `every role may do to every table what is meant and nothing else`() async throws {
        try await withTenant { fixture, tenant in
            let other: TenantID = fixture.identifiers.make()
            try await fixture.provisioner().create(other, name: "other")
            let (mine, theirs) = (TenantSchema(tenant), TenantSchema(other))
            let roles = [
                mine.role, theirs.role, theirs.owner, TenantSchema.control,
                TenantSchema.controlOwner, fixture.database.role,
            ]
            for (schema, tables) in [
                (mine.role, Self.tenantTables), (TenantSchema.control, Self.controlTables),
            ] {
                let found = try await Self.tables(of: schema, fixture)
                #expect(found == Set(tables.keys), "every table is expected, and no other")
                for role in roles where role != "\(schema)_owner" {
                    for (table, grant) in tables {
                        try await Self.check(
                            table,
                            of: schema,
                            role,
                            role == schema ? grant : Grant(verbs: []),
                            fixture
                        )
                    }
                }
            }
        }
    }

    private static func tables(
        of schema: String,
        _ fixture: StorageFixture
    ) async throws -> Set<String> {
        let rows = try await fixture.sql(
            """
            select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = $1 and c.relkind in ('r', 'p', 'v', 'm', 'f')
            """,
            .text(schema)
        )
        return Set(try rows.map { try $0.text(0) })
    }

    private static func check(
        _ table: String,
        of schema: String,
        _ role: String,
        _ grant: Grant,
        _ fixture: StorageFixture
    ) async throws {
        let allowed = try await fixture.sql(
            """
            select verb from unnest($1::text[]) as verb, pg_class c, pg_namespace n
            where c.relname = $2 and n.nspname = $3 and n.oid = c.relnamespace
            and has_table_privilege($4, c.oid, verb)
            """,
            .textArray(verbs.sorted()),
            .text(table),
            .text(schema),
            .text(role)
        )
        let found = Set(try allowed.map { try $0.text(0) })
        #expect(found == grant.verbs, "\(role) on \(table)")
        let updated = try await fixture.sql(
            """
            select a.attname::text from pg_attribute a, pg_class c, pg_namespace n
            where c.relname = $1 and n.nspname = $2 and n.oid = c.relnamespace
            and a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            and has_column_privilege($3, c.oid, a.attnum, 'UPDATE')
            """,
            .text(table),
            .text(schema),
            .text(role)
        )
        let columns = Set(try updated.map { try $0.text(0) })
        #expect(columns == grant.columns, "\(role) may update columns of \(table)")
    }

    @Test
    func `a tenant's role cannot enter another schema, make anything or take another's tables`()
        async throws
    {
        try await withTenant { fixture, tenant in
            let other: TenantID = fixture.identifiers.make()
            try await fixture.provisioner().create(other, name: "other")
            let mine = TenantSchema(tenant).role
            let theirs = TenantSchema(other).role
            for table in Self.tenantTables.keys {
                for text in [
                    "select 1 from \"\(theirs)\".\(table)",
                    "insert into \"\(theirs)\".\(table) default values",
                    "delete from \"\(theirs)\".\(table)",
                    "truncate \"\(theirs)\".\(table)",
                    "drop table \"\(theirs)\".\(table)",
                ] {
                    await Self.refused(text, under: mine, fixture)
                }
            }
            for text in [
                "create table \"\(mine)\".own (id uuid)",
                "create table public.own (id uuid)",
                "create schema own",
                "create temporary table intents (id uuid)",
                "alter table intents drop constraint intents_sums",
                "update intents set amount = 1",
                "update intents set currency = 'USD'",
                "update attempts set fx_rate = 1",
                "update attempts set amount = 1",
                "delete from intents",
                "delete from attempts",
                "truncate outbox",
                "select 1 from gateway_control.tenants",
            ] {
                await Self.refused(text, under: mine, fixture)
            }
            // Without taking a role there is nothing to be seen.
            await Self.refused("select 1 from \"\(mine)\".intents", under: nil, fixture)
            await Self.refused("select 1 from gateway_control.tenants", under: nil, fixture)
            await Self.refused("create temporary table own (id uuid)", under: nil, fixture)
        }
    }

    private static func refused(
        _ text: String,
        under role: String?,
        _ fixture: StorageFixture
    ) async {
        do {
            try await fixture.pool.transaction(
                role: role,
                [Query(Statement("test.refused", sentOnce: text))]
            )
            Issue.record("allowed: \(text)")
        } catch {
            #expect(error.sqlState == .insufficientPrivilege, "\(text): \(error)")
        }
    }

    @Test
    func `a serving login may take request roles and no owner's`() async throws {
        try await withTenant { fixture, _ in
            let login = "serving_\(fixture.database.role)"
            try await fixture.pool.transaction(
                role: nil,
                [
                    Query(
                        Statement("test.login", sentOnce: "create role \(login) login noinherit")
                    )
                ]
            )
            let provisioner = try TenantProvisioner(
                pool: fixture.pool,
                keys: fixture.keys,
                servingLogins: [login],
                migrations: StorageFixture.migrations
            )
            let tenant: TenantID = fixture.identifiers.make()
            try await provisioner.create(tenant, name: "served")
            let schema = TenantSchema(tenant)
            let rows = try await fixture.sql(
                """
                select pg_has_role($1, $2, 'MEMBER'), pg_has_role($1, $2, 'USAGE'),
                    pg_has_role($1, $3, 'MEMBER'),
                    has_database_privilege($1, current_database(), 'TEMPORARY'),
                    has_database_privilege($2, current_database(), 'TEMPORARY')
                """,
                .text(login),
                .text(schema.role),
                .text(schema.owner)
            )
            let row = try rows.only
            #expect(try row.bool(0), "it may take the request role")
            #expect(try !row.bool(1), "but inherits nothing of it")
            #expect(try !row.bool(2), "and may not take the owner's role")
            #expect(try !row.bool(3))
            #expect(try !row.bool(4))
        }
    }
}
