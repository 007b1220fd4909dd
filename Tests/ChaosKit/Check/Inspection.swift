internal import PaymentCore
internal import Postgres
internal import Reactor
internal import TestKit

/// A superuser's look at the tenant: what is open, and which attempts belong to which payment.
struct Inspection: Sendable {
    /// What has not come to its end.
    struct Rest: Sendable, CustomStringConvertible {
        /// Attempts without an answer.
        let attempts: Int
        /// Jobs that are due, and the age of the oldest in seconds.
        let due: Int
        let oldest: Int
        let deadJobs: Int
        /// Events without their place in the feed.
        let unpublished: Int
        /// Signed deliveries that wait.
        let deliveries: Int
        /// Notifications not yet applied, and those given up.
        let webhooks: Int
        let deadWebhooks: Int
        /// The feed's last position.
        let position: Int
        /// Sums reserved for captures and refunds.
        let reserved: Int

        var isQuiet: Bool { isSettled && deliveries == 0 }

        /// Whether all that is left are deliveries.
        var waitsForReceiversOnly: Bool { isSettled && deliveries > 0 }

        private var isSettled: Bool {
            attempts + due + unpublished + webhooks + reserved == 0
        }

        var description: String {
            """
            \(attempts) attempts open, \(due) jobs due (oldest \(oldest) s), \(unpublished) events \
            unpublished, \(deliveries) deliveries and \(webhooks) notifications waiting, \
            \(reserved) payments with sums reserved
            """
        }
    }

    private let pool: PostgresPool
    private let schema: String

    init(_ place: Installation) throws {
        guard let loop = EventLoop.current else { preconditionFailure("chaos runs on its loop") }
        pool = try PostgresPool(
            loop: loop,
            blocking: place.blocking,
            configuration: PostgresConfiguration(url: place.database.superuserURL)
        )
        let digits = [place.tenant.uuid.high, place.tenant.uuid.low].map { half in
            let text = String(half, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        schema = "tenant_\(digits.joined())_payments"
    }

    func close() async { await pool.drain(within: .seconds(1)) }

    func rest() async throws -> Rest {
        let rows = try await ask(
            """
            select
                (select count(*) from \(schema).attempts
                    where state in ('asked', 'unknown', 'pending')),
                (select count(*) from \(schema).jobs where state = 'ready' and due_at <= now()),
                (select coalesce(extract(epoch from now() - min(due_at)), 0)::bigint
                    from \(schema).jobs where state = 'ready' and due_at <= now()),
                (select count(*) from \(schema).jobs where state = 'dead'),
                (select count(*) from \(schema).outbox where position is null),
                (select count(*) from \(schema).event_deliveries where state = 'ready'),
                (select count(*) from gateway_control.webhooks where state = 'received'),
                (select count(*) from gateway_control.webhooks where state = 'dead'),
                (select last_position from \(schema).publisher),
                (select count(*) from \(schema).intents
                    where capture_reserved + refund_reserved > 0)
            """
        )
        let row = try rows.only
        return Rest(
            attempts: try row.int(0),
            due: try row.int(1),
            oldest: try row.int(2),
            deadJobs: try row.int(3),
            unpublished: try row.int(4),
            deliveries: try row.int(5),
            webhooks: try row.int(6),
            deadWebhooks: try row.int(7),
            position: try row.int(8),
            reserved: try row.int(9)
        )
    }

    /// The events whose next delivery is minutes away.
    func restingDeliveries() async throws -> [String] {
        try await ask(
            """
            select event_id from \(schema).event_deliveries
            where state = 'ready' and due_at > now() + interval '1 minute'
            """
        ).map { EventID(Self.uuid(try $0.uuid(0))).description }
    }

    /// Which payment each attempt to authorize belongs to, by what vendors call it.
    func intents() async throws -> [String: String] {
        let rows = try await ask(
            "select id, intent_id from \(schema).attempts where operation = 'authorize'"
        )
        var intents: [String: String] = [:]
        for row in rows {
            let attempt = AttemptID(Self.uuid(try row.uuid(0)))
            intents[attempt.description] = IntentID(Self.uuid(try row.uuid(1))).description
        }
        return intents
    }

    private static func uuid(_ value: UInt128) -> UUID7 {
        UUID7(high: UInt64(value >> 64), low: UInt64(truncatingIfNeeded: value))
    }

    private func ask(_ sql: String) async throws -> Rows {
        try await pool.read(role: nil, [Statement("chaos.inspect", sentOnce: sql)()])[0]
    }
}
