internal import HTTP
internal import PaymentCore

struct ListCashReceipts: Endpoint {
    struct Input: Sendable {
        let drawer: String?
        let intent: IntentID?
        let from: Timestamp?
        let before: Timestamp?
        let page: ListPage
    }

    let operation = Operation(
        .get,
        "/cash/receipts",
        .view,
        "List cash receipts, newest first",
        answer: Component.list(of: .cashReceipt)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let page = ListPage.read(&request.query, of: ReceiptID.self)
        let drawer = request.query.optional("drawer_id", .text(1...64))
        let intent = request.query.optional("intent_id", .identifier(IntentID.self))
        let from = request.query.optional("recorded_from", .timestamp)
        let before = request.query.optional("recorded_before", .timestamp)
        return Input(drawer: drawer, intent: intent, from: from, before: before, page: page)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        try await call.list(
            input.page,
            of: ReceiptID.self,
            { (after, limit) async throws(StoreError) in
                try await call.services.queries.receipts(
                    drawer: input.drawer,
                    intent: input.intent,
                    from: input.from,
                    before: input.before,
                    after: after,
                    limit: limit,
                    in: call.tenant
                )
            },
            { receipt, writer in writer.members(of: receipt) }
        )
    }
}
