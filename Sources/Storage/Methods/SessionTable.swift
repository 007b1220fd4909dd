internal import PaymentCore
internal import Postgres

/// The tokenization sessions of one tenant.
enum SessionTable {
    static let insert = Statement(
        "session.insert",
        """
        insert into method_sessions (
            id, customer_id, vendor, account_id, kind, off_session, return_url, state, reference,
            failure_code, method_id, created_at
        ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """
    )

    /// A guard: only a session that has not come to its end moves.
    static let update = Statement(
        "session.update",
        """
        with changed as (
            update method_sessions set
                state = $2, reference = $3, failure_code = $4, method_id = $5
            where id = $1 and state in ('opening', 'open')
            returning id
        )
        select 1 / count(*) from changed
        """
    )

    static let columns = """
        s.id, s.customer_id, s.vendor, s.account_id, s.kind, s.off_session, s.return_url, s.state,
        s.reference, s.failure_code, s.method_id, s.created_at
        """

    static let byID = Statement(
        "session.by_id",
        assembledFromConstants: "select \(columns) from method_sessions s where s.id = $1"
    )

    static let byReference = Statement(
        "session.by_reference",
        assembledFromConstants: """
            select \(columns) from method_sessions s
            where s.account_id = $1 and s.reference = $2
            """
    )
}

extension SessionTable {
    static func query(for change: SessionChange) -> Query {
        switch change {
        case .insert(let session):
            insert(
                .id(session.id),
                .id(session.customer),
                .text(session.vendor.name),
                .id(session.account),
                .word(session.kind),
                .bool(session.offSession),
                .text(orNull: session.returnURL),
                .word(session.state),
                .said(session.reference),
                .said(session.failureCode),
                .id(orNull: session.method),
                .time(session.createdAt)
            )
        case .update(let session):
            update(
                .id(session.id),
                .word(session.state),
                .said(session.reference),
                .said(session.failureCode),
                .id(orNull: session.method)
            )
        }
    }

    static func read(_ row: Row) throws(PostgresError) -> MethodSession {
        var reader = ColumnReader(row)
        return MethodSession(
            id: try reader.id(),
            customer: try reader.id(),
            vendor: try reader.vendor(),
            account: try reader.id(),
            kind: try reader.word(),
            offSession: try reader.bool(),
            returnURL: try reader.textOrNil(),
            state: try reader.word(),
            reference: try reader.textOrNil(),
            failureCode: try reader.textOrNil(),
            method: try reader.idOrNil(),
            createdAt: try reader.time()
        )
    }
}
