internal import HTTP
internal import PaymentCore

struct ListWebhooks: Endpoint {
    struct Input: Sendable {
        let state: Webhook.State?
        let page: ListPage
    }

    let operation = Operation(
        .get,
        "/webhooks",
        .view,
        "List what vendors sent, newest first",
        answer: Component.list(of: .webhook)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let page = ListPage.read(&request.query, of: WebhookID.self)
        let state = request.query.optional("status", .choice(Webhook.State.self))
        return Input(state: state, page: page)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        try await call.list(
            input.page,
            of: WebhookID.self,
            { (after, limit) async throws(StoreError) in
                let found = try await call.services.inbox.webhooks(
                    of: call.tenant,
                    state: input.state,
                    after: after.map { WebhookID($0) },
                    limit: limit + 1
                )
                return Page(limit, of: found) { $0.id.uuid }
            },
            { webhook, writer in writer.members(of: webhook) }
        )
    }
}
