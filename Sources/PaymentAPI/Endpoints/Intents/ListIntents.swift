internal import HTTP
internal import PaymentCore

struct ListIntents: Endpoint {
    struct Input: Sendable {
        let filter: IntentFilter
        /// The statuses asked for exclude each other.
        let isImpossible: Bool
        let page: ListPage
    }

    let operation = Operation(
        .get,
        "/intents",
        alias: "/transactions",
        .view,
        "List intents, newest first",
        detail: "All filters must hold. A field of the vendor's details is compared by "
            + "`details.<field>=value`, `details.<field>[lt]=`, `[gt]=` and `[between]=low,high`; "
            + "dots name nested fields.",
        answer: Component.list(of: .intentSummary)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let page = ListPage.read(&request.query, of: IntentID.self)
        let reading = IntentFilterReader.read(&request.query)
        return Input(
            filter: reading.filter,
            isImpossible: reading.isImpossible,
            page: page
        )
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        guard !input.isImpossible else {
            return .list([Intent](), next: nil, count: input.page.counts ? 0 : nil) { _, _ in }
        }
        let found = try await call.services.queries.intents(
            input.filter,
            after: input.page.after,
            limit: input.page.limit,
            in: call.tenant
        )
        let count =
            input.page.counts
            ? try await call.services.queries.count(
                input.filter,
                limit: ListPage.maximumCount,
                in: call.tenant
            ) : nil
        return .list(
            found.elements,
            next: found.next.map { IntentID($0).description },
            count: count
        ) { intent, writer in
            IntentDocument(summary: intent).write(to: &writer)
        }
    }
}
