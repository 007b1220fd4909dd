internal import HTTP
internal import JSON
internal import PaymentCore

struct ListCashRefunds: Endpoint {
    let operation = Operation(
        .get,
        "/cash/refunds",
        .view,
        "List refunds that wait for a second person: of cash, and payouts through a vendor",
        answer: Component.list(of: .cashRefund)
    )

    func read(_ request: inout RequestReader) -> ListPage? {
        ListPage.read(&request.query, of: AttemptID.self)
    }

    func call(_ input: ListPage, _ call: Call) async throws -> Answer {
        try await call.list(
            input,
            of: AttemptID.self,
            { (after, limit) async throws(StoreError) in
                try await call.services.queries.refundsAwaitingApproval(
                    after: after,
                    limit: limit,
                    in: call.tenant
                )
            },
            { attempt, writer in
                writer.member("id", attempt.movementID)
                writer.member("object", "cash_refund")
                writer.member("attempt_id", attempt.id.description)
                writer.member("gateway", attempt.vendor.name)
                writer.member("amount", attempt.amount)
                writer.member("outcome", attempt.outcomeName)
                writer.member("reason", attempt.reason)
                writer.member("requested_by", attempt.askedBy.person)
                writer.member("key_id", attempt.askedBy.key?.description)
                writer.member("requested_at", attempt.askedAt.rfc3339)
            }
        )
    }
}
