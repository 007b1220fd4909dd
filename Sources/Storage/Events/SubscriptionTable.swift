internal import PaymentCore
internal import Postgres

/// The event subscriptions of one tenant.
enum SubscriptionTable {
    /// Begins where the feed is now.
    static let insert = Statement(
        "subscription.insert",
        """
        insert into event_subscriptions (
            id, url, description, event_types, state, disabled_reason, secret_sealed, secret_key,
            cursor, created_at, updated_at
        )
        select $1, $2, $3, $4, $5, $6, $7, $8, last_position, $9, $10 from publisher where id = 1
        """
    )

    static let update = Statement(
        "subscription.update",
        """
        update event_subscriptions set
            url = $2, description = $3, event_types = $4, state = $5, disabled_reason = $6,
            updated_at = $7
        where id = $1 and updated_at = $8
        """
    )

    static let delete = Statement(
        "subscription.delete",
        "delete from event_subscriptions where id = $1"
    )

    static let rotate = Statement(
        "subscription.rotate",
        """
        update event_subscriptions set
            previous_sealed = secret_sealed, previous_key = secret_key,
            previous_until = now() + $4::bigint * interval '1 microsecond',
            secret_sealed = $2, secret_key = $3, updated_at = now()
        where id = $1
        """
    )

    /// Not a subscription that has another address by now: it is the old one that is gone.
    static let disable = Statement(
        "subscription.disable",
        """
        update event_subscriptions set
            state = 'disabled', disabled_reason = $3, updated_at = now()
        where (id, url) in (select * from unnest($1::uuid[], $2::text[])) and state = 'active'
        """
    )

    static let columns = """
        s.id, s.url, s.description, s.event_types, s.state, s.disabled_reason, s.cursor,
        s.created_at, s.updated_at
        """

    static let byID = Statement(
        "subscription.by_id",
        assembledFromConstants: "select \(columns) from event_subscriptions s where s.id = $1"
    )

    static let page = Statement(
        "subscription.page",
        assembledFromConstants: """
            select \(columns) from event_subscriptions s
            where $1::uuid is null or s.id > $1::uuid order by s.id limit $2
            """
    )

    static let secretColumns = """
        s.secret_sealed, s.secret_key,
        case when s.previous_until > now() then s.previous_sealed end, s.previous_key
        """

    static let secrets = Statement(
        "subscription.secrets",
        assembledFromConstants:
            "select s.id, \(secretColumns) from event_subscriptions s where s.id = $1"
    )

    static func values(_ subscription: EventSubscription) -> [PostgresValue] {
        [
            .id(subscription.id), .text(subscription.url), .text(orNull: subscription.description),
            subscription.types.map { .textArray($0.map(\.rawValue).sorted()) } ?? .null,
            .word(subscription.state), .text(orNull: subscription.disabledReason),
        ]
    }

    static func read(_ reader: inout ColumnReader) throws(PostgresError) -> EventSubscription {
        let id: EventSubscriptionID = try reader.id()
        let url = try reader.text()
        let description = try reader.textOrNil()
        var types: Set<EventType>?
        if try reader.isNull() {
            reader.skip()
        } else {
            // A type that this version does not know is one that it never sends.
            types = Set(try reader.textArray().compactMap(EventType.init))
        }
        return EventSubscription(
            id: id,
            url: url,
            description: description,
            types: types,
            state: try reader.word(),
            disabledReason: try reader.textOrNil(),
            cursor: try reader.int64(),
            createdAt: try reader.time(),
            updatedAt: try reader.time()
        )
    }

    static func disable(_ gone: [(id: EventSubscriptionID, url: String)]) -> Query {
        disable(
            .uuidArray(gone.map { UInt128($0.id.uuid) }),
            .textArray(gone.map(\.url)),
            .text("the receiver answered 410")
        )
    }
}

/// The secrets of a subscription that sign now, as they are stored.
struct SealedSecrets {
    private var sealed: [(bytes: [UInt8], version: Int)]

    /// Reads ``SubscriptionTable/secretColumns``.
    init(_ reader: inout ColumnReader) throws(PostgresError) {
        sealed = [(bytes: try reader.bytes(), version: try reader.int())]
        let previous = try reader.bytesOrNil()
        let version = try reader.intOrNil()
        if let previous, let version { sealed.append((previous, version)) }
    }

    /// The newest data key that they need.
    var newestKey: Int { sealed.map(\.version).max() ?? 0 }

    /// Those that open, the current one first.
    func opened(of id: EventSubscriptionID, _ keys: TenantKeys) -> [VendorToken] {
        sealed.compactMap { bytes, version in
            keys.open(bytes, version: version, as: .subscription(id))
                .map { VendorToken(String(decoding: $0, as: UTF8.self)) }
        }
    }
}
