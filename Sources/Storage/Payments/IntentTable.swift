internal import PaymentCore
internal import Postgres

/// The intents of one tenant.
enum IntentTable {
    static let insert = Statement(
        "intent.insert",
        """
        insert into intents (
            id, amount, currency, capture_method, customer_id, order_id, property, off_session,
            return_url, metadata, guarantee_id, created_at, version, event_sequence, state,
            state_before, updated_at, method_kind, method_id, method_details, drawer, vendor,
            account_id, reference, authorization_id, authorization_expires_at, multi_capture,
            details, detail_terms, capturable, captured, refunded, capture_reserved,
            refund_reserved, is_releasing, has_discrepancy, plans, country, routing
        ) values (
            $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $13, $14, $14, $15, $16, $17,
            $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34,
            $35, $36, $37
        )
        """
    )

    /// A guard: valid only over the version it was computed from, and only while a new
    /// reservation fits the sums as they are stored. Otherwise no row changes, the division fails,
    /// and with it the transaction.
    ///
    /// Equal details are left untouched, since what is rewritten must enter every index again.
    static let update = Statement(
        "intent.update",
        """
        with changed as (
            update intents set
                state_before = state, version = version + 1, event_sequence = $3, state = $4,
                updated_at = $5, method_kind = $6, method_id = $7, method_details = $8,
                drawer = $9, vendor = $10, account_id = $11, reference = $12,
                authorization_id = $13, authorization_expires_at = $14, multi_capture = $15,
                details = case when details = $16 then details else $16 end,
                detail_terms = case when details = $16 then detail_terms else $17 end,
                capturable = $18, captured = $19, refunded = $20, capture_reserved = $21,
                refund_reserved = $22, is_releasing = $23, has_discrepancy = $24, plans = $25,
                routing = coalesce($29, routing)
            where id = $1 and version = $2
            and (
                $26::bigint is null
                or (not is_releasing and capture_reserved + $26::bigint <= capturable)
            )
            and ($27::bigint is null or refunded + refund_reserved + $27::bigint <= captured)
            and (not $28::boolean or (not is_releasing and capture_reserved = 0))
            returning version
        )
        select 1 / count(*) from changed
        """
    )

    /// What every reading statement selects, in the order of ``read(_:fx:)``.
    static let columns = """
        i.id, i.amount, i.currency, i.capture_method, i.customer_id, i.order_id, i.property,
        i.country, i.off_session, i.return_url, i.metadata, i.created_at, i.state, i.version,
        i.event_sequence, i.updated_at, i.method_kind, i.method_id, i.drawer, i.method_details,
        i.guarantee_id, i.vendor, i.account_id, i.reference, i.authorization_id,
        i.authorization_expires_at, i.multi_capture, i.details, i.routing, i.plans,
        i.capturable, i.captured, i.refunded, i.capture_reserved, i.refund_reserved, i.is_releasing,
        i.has_discrepancy
        """
    static let columnCount = 37

    static let lock = Statement(
        "intent.lock",
        assembledFromConstants: "select \(columns) from intents i where i.id = $1 for update"
    )

    /// The intent with each of its attempts: one statement, so one moment.
    static let payment = Statement(
        "intent.payment",
        assembledFromConstants: """
            select \(columns), \(AttemptTable.columns)
            from intents i left join attempts a on a.intent_id = i.id
            where i.id = $1 order by a.ordinal
            """
    )
}

extension IntentTable {
    static func insert(_ intent: Intent) -> Query {
        Query(
            insert,
            [
                .id(intent.id), .int64(intent.amount.minorUnits),
                .text(intent.amount.currency.code), .word(intent.captureMethod),
                .id(orNull: intent.customer), .id(orNull: intent.order),
                .text(orNull: intent.property), .bool(intent.offSession),
                .text(orNull: intent.returnURL), .json(Documents.text(of: intent.metadata)),
                .id(orNull: intent.guarantee), .time(intent.createdAt),
            ] + progress(of: intent) + [
                .text(orNull: intent.country?.code), .json(orNull: intent.routing),
            ]
        )
    }

    static func update(_ change: PaymentChange) -> Query {
        var reservedCapture: Int64?
        var reservedRefund: Int64?
        var releases = false
        switch change.reservation {
        case .none: break
        case .capture(let amount): reservedCapture = amount
        case .refund(let amount): reservedRefund = amount
        case .release: releases = true
        }
        return Query(
            update,
            [.id(change.after.id), .int64(change.expectedVersion)] + progress(of: change.after) + [
                .int64(orNull: reservedCapture), .int64(orNull: reservedRefund), .bool(releases),
                .json(orNull: change.routing),
            ]
        )
    }

    /// What may change, in the order that both statements take it.
    private static func progress(of intent: Intent) -> [PostgresValue] {
        let details = Documents.searchable(intent.details)
        return [
            .int64(intent.eventSequence), .word(intent.state), .time(intent.updatedAt),
            .word(intent.method.kind), .id(orNull: intent.method.id),
            .json(orNull: intent.method.details.map(Documents.text)),
            .text(orNull: intent.method.drawer), .text(orNull: intent.vendor?.name),
            .id(orNull: intent.account), .said(intent.reference),
            .id(orNull: intent.authorization?.id),
            .time(orNull: intent.authorization?.expiresAt),
            intent.authorization.map { .bool($0.multiCapture) } ?? .null,
            .json(orNull: details?.document), details.map { .textArray($0.terms) } ?? .null,
            .int64(intent.capturable), .int64(intent.captured), .int64(intent.refunded),
            .int64(intent.captureReserved), .int64(intent.refundReserved),
            .bool(intent.isReleasing), .bool(intent.hasDiscrepancy),
            .json(orNull: Documents.text(of: intent.plans)),
        ]
    }

    /// Reads ``columns``. The exchange rate is kept with the authorization that froze it.
    static func read(
        _ reader: inout ColumnReader,
        fx: FXContext?
    ) throws(PostgresError) -> Intent {
        let id: IntentID = try reader.id()
        let amount = Money(try reader.int64(), try reader.currency())
        let captureMethod: Intent.CaptureMethod = try reader.word()
        let customer: CustomerID? = try reader.idOrNil()
        let order: OrderID? = try reader.idOrNil()
        let property = try reader.textOrNil()
        let country = try reader.countryOrNil()
        let offSession = try reader.bool()
        let returnURL = try reader.textOrNil()
        let metadata = try Documents.metadata(reader.text())
        let createdAt = try reader.time()
        let state: IntentState = try reader.word()
        let version = try reader.int64()
        let eventSequence = try reader.int64()
        let updatedAt = try reader.time()
        let method = Intent.Method(
            kind: try reader.word(),
            id: try reader.idOrNil(),
            drawer: try reader.textOrNil(),
            details: try Documents.methodDetails(orNil: reader.textOrNil())
        )
        return Intent(
            id: id,
            amount: amount,
            captureMethod: captureMethod,
            customer: customer,
            order: order,
            property: property,
            country: country,
            offSession: offSession,
            returnURL: returnURL,
            metadata: metadata,
            createdAt: createdAt,
            state: state,
            version: version,
            eventSequence: eventSequence,
            updatedAt: updatedAt,
            method: method,
            guarantee: try reader.idOrNil(),
            vendor: try reader.vendorOrNil(),
            account: try reader.idOrNil(),
            reference: try reader.textOrNil(),
            authorization: try authorization(&reader),
            fx: fx,
            details: try reader.textOrNil(),
            routing: try reader.textOrNil(),
            plans: try Documents.plans(orNil: reader.textOrNil()),
            capturable: try reader.int64(),
            captured: try reader.int64(),
            refunded: try reader.int64(),
            captureReserved: try reader.int64(),
            refundReserved: try reader.int64(),
            isReleasing: try reader.bool(),
            hasDiscrepancy: try reader.bool()
        )
    }

    private static func authorization(
        _ reader: inout ColumnReader
    ) throws(PostgresError) -> Intent.Authorization? {
        let id: AuthorizationID? = try reader.idOrNil()
        let expiresAt = try reader.timeOrNil()
        let multiCapture = try reader.boolOrNil()
        return id.map {
            Intent.Authorization(id: $0, expiresAt: expiresAt, multiCapture: multiCapture ?? false)
        }
    }
}
