import Foundation
import PaymentCore
import Postgres
import Storage
import TestKit
import Testing

/// Every rule that the database holds the rows of a payment to, broken one at a time.
@Suite
struct RuleTests {
    /// A row that every rule allows, as JSON, and changes of it that one rule refuses each.
    struct Example: Sendable, CustomTestStringConvertible {
        let table: String
        let row: String
        let breaches: [String]

        var testDescription: String { table }
    }

    private static let long = String(repeating: "x", count: 1001)

    static let intent = Example(
        table: "intents",
        row: """
            {"id": "01941f29-7c00-7000-8000-000000000001", "created_at": "2025-01-01T00:00:00Z",
            "amount": 100, "currency": "USD", "capture_method": "manual", "off_session": false,
            "metadata": {}, "version": 1, "event_sequence": 0, "state": "processing",
            "state_before": "processing", "updated_at": "2025-01-01T00:00:00Z",
            "method_kind": "card", "vendor": "stripe", "country": "AF", "property": "kabul-1",
            "reference": "pi_1", "capturable": 0, "captured": 0, "refunded": 0,
            "capture_reserved": 0, "refund_reserved": 0, "is_releasing": false,
            "has_discrepancy": false}
            """,
        breaches: [
            #"{"amount": 0}"#, #"{"currency": "usd"}"#, #"{"capture_method": "later"}"#,
            #"{"property": "\#(long)"}"#, #"{"version": 0}"#, #"{"event_sequence": -1}"#,
            #"{"state": "paid", "state_before": "paid"}"#, #"{"method_kind": "cheque"}"#,
            #"{"vendor": "Stripe"}"#, #"{"reference": "\#(long)"}"#, #"{"capturable": -1}"#,
            #"{"captured": -1, "has_discrepancy": true}"#,
            #"{"refunded": -1, "has_discrepancy": true}"#, #"{"capture_reserved": -1}"#,
            #"{"refund_reserved": -1, "has_discrepancy": true}"#, #"{"country": "Kabul"}"#,
            #"{"state_before": "captured"}"#, #"{"state_before": "voided"}"#,
            #"{"captured": 101}"#, #"{"captured": 5, "refunded": 4, "refund_reserved": 2}"#,
            #"{"state": "captured"}"#, #"{"authorization_expires_at": "2025-01-08T00:00:00Z"}"#,
            #"{"multi_capture": false}"#, #"{"created_at": "2025-01-01T00:10:01Z"}"#,
        ]
    )

    static let attempt = Example(
        table: "attempts",
        row: """
            {"id": "01941f29-7c00-7000-8000-000000000002",
            "intent_id": "01941f29-7c00-7000-8000-000000000001", "ordinal": 1,
            "operation": "authorize", "movement_id": "01941f29-7c00-7000-8000-000000000003",
            "origin": "gateway", "vendor": "stripe", "amount": 100, "reserved": 0,
            "is_final": true, "asked_at": "2025-01-01T00:00:00Z", "method_kind": "card",
            "state": "succeeded", "reference": "pi_1", "moved_amount": 100,
            "answered_at": "2025-01-01T00:00:01Z", "look_ups": 0, "is_escalated": false,
            "fx_base": "USD", "fx_quote": "AFN", "fx_rate": 70.5, "fx_source": "bank",
            "fx_quoted_at": "2025-01-01T00:00:00Z", "fx_provider": "stripe",
            "fx_settlement_amount": 7050}
            """,
        breaches: [
            #"{"ordinal": 0}"#, #"{"operation": "settle"}"#, #"{"origin": "elsewhere"}"#,
            #"{"vendor": ""}"#, #"{"amount": -1}"#, #"{"reserved": -1}"#,
            #"{"method_kind": "cheque"}"#, #"{"fx_base": "usd"}"#, #"{"fx_quote": "A"}"#,
            #"{"fx_rate": 0}"#, #"{"fx_source": null}"#, #"{"fx_base": null}"#,
            #"{"operation": "capture"}"#, #"{"state": "won"}"#, #"{"reference": "\#(long)"}"#,
            #"{"moved_amount": -1}"#, #"{"look_ups": -1}"#, #"{"answered_at": null}"#,
            #"{"answer_kind": "soft"}"#, #"{"answer_code": "x"}"#, #"{"action_url": "x"}"#,
            #"{"state": "requires_action", "answer_kind": "redirect"}"#,
            #"{"state": "requires_action", "answer_kind": "vendor_library", "action_url": "x"}"#,
            #"{"state": "unknown", "answer_kind": "soft"}"#,
            #"{"state": "declined", "answer_kind": "soft"}"#,
            #"{"state": "declined", "answer_kind": "timeout", "answer_code": "x"}"#,
            #"{"state": "rejected", "answer_kind": "disputed"}"#,
            #"{"state": "rejected", "answer_kind": "soft", "answer_code": "x"}"#,
            #"{"state": "not_done", "answer_kind": "timeout"}"#, #"{"state": "reversed"}"#,
            #"{"state": "reversed", "answer_kind": "soft", "answer_code": "x"}"#,
        ]
    )

    static let transfer = Example(
        table: "ledger_transfers",
        row: """
            {"id": "01941f29-7c00-7000-8000-000000000004",
            "event_id": "01941f29-7c00-7000-8000-000000000005", "line": 1,
            "intent_id": "01941f29-7c00-7000-8000-000000000001", "sequence": 1,
            "phase": "voided", "debit": "a:USD", "credit": "b:USD", "amount": 100,
            "currency": "USD", "code": "capture", "reference": "cap_1",
            "pending_id": "01941f29-7c00-7000-8000-000000000006",
            "posted_at": "2025-01-01T00:00:00Z"}
            """,
        breaches: [
            #"{"line": 0}"#, #"{"sequence": 0}"#, #"{"sequence": null}"#, #"{"phase": "done"}"#,
            #"{"amount": 0}"#, #"{"currency": "usd", "debit": "a:usd", "credit": "b:usd"}"#,
            #"{"code": "Capture"}"#, #"{"reference": "\#(long)"}"#, #"{"debit": "b:USD"}"#,
            #"{"debit": "a:EUR"}"#, #"{"credit": "b:EUR"}"#, #"{"pending_id": null}"#,
            #"{"phase": "pending"}"#,
        ]
    )

    static let key = Example(
        table: "idempotency_keys",
        row: #"""
            {"key": "k", "fingerprint": "\\x00", "operation": "POST /intents",
            "created_at": "2025-01-01T00:00:00Z", "recovery_point": "completed",
            "answer_status": 201, "answer_body": "{}", "running_until": "2025-01-01T00:00:00Z"}
            """#,
        breaches: [
            #"{"key": "\#(long)"}"#, #"{"recovery_point": "begun"}"#,
            #"{"recovery_point": "started"}"#, #"{"answer_status": 199}"#,
            #"{"answer_status": 600}"#, #"{"answer_status": null}"#, #"{"answer_body": null}"#,
            #"{"answer_status": null, "answer_body": null}"#,
        ]
    )

    static let audit = Example(
        table: "audit_entries",
        row: """
            {"id": "01941f29-7c00-7000-8000-000000000007", "recorded_at": "2025-01-01T00:00:00Z",
            "action": "POST /intents", "resource": "pay_1", "person": "anna",
            "command_user": "root", "address": "::1", "request_id": "r"}
            """,
        breaches: [
            #"{"action": ""}"#, #"{"action": "\#(long)"}"#, #"{"resource": ""}"#,
            #"{"resource": "\#(long)"}"#, #"{"person": "\#(long)"}"#,
            #"{"command_user": "\#(long)"}"#, #"{"address": "\#(long)"}"#,
            #"{"request_id": "\#(long)"}"#,
        ]
    )

    @Test(arguments: [intent, attempt, transfer, key, audit])
    func `a row that breaks any one rule is refused`(example: Example) async throws {
        try await withTenant { fixture, tenant in
            func insert(_ example: Example, changed change: String = "{}") async throws {
                let table = example.table
                try await fixture.pool.transaction(
                    role: TenantSchema(tenant).role,
                    [
                        Query(
                            Statement(
                                "test.rule",
                                sentOnce: """
                                    insert into \(table) select * from jsonb_populate_record(
                                        null::\(table), $1::jsonb || $2::jsonb
                                    )
                                    """
                            ),
                            [.json(example.row), .json(change)]
                        )
                    ]
                )
            }
            for breach in example.breaches {
                do {
                    try await insert(example, changed: breach)
                    Issue.record("allowed: \(breach)")
                } catch let error as PostgresError {
                    #expect(error.sqlState == .checkViolation, "\(breach): \(error)")
                }
            }
            if example.table == "attempts" { try await insert(Self.intent) }
            try await insert(example)
        }
    }

    @Test
    func `a row's columns stand in its rules under their own names`() async throws {
        try await withTenant { fixture, tenant in
            let rows = try await fixture.sql(
                """
                select pg_get_constraintdef(c.oid), string_agg(a.attname, ', ' order by a.attnum)
                from pg_constraint c
                join pg_depend d on d.objid = c.oid and d.classid = 'pg_constraint'::regclass
                    and d.refclassid = 'pg_type'::regclass
                join pg_type domain on domain.oid = d.refobjid and domain.typtype = 'd'
                join pg_type row on row.oid = domain.typbasetype
                join pg_attribute a on a.attrelid = row.typrelid
                where c.contype = 'c' and c.conrelid <> 0 and c.convalidated
                and c.connamespace = $1::text::regnamespace
                group by c.oid
                """,
                .text(TenantSchema(tenant).role)
            )
            #expect(rows.count == 5)
            for row in rows {
                let (check, columns) = (try row.text(0), try row.text(1))
                #expect(check.contains("ROW(\(columns))"), "\(check)")
            }
        }
    }
}
