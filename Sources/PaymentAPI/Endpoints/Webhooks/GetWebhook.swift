internal import HTTP
internal import PaymentCore

struct GetWebhook: Endpoint {
    let operation = Operation(
        .get,
        "/webhooks/{id}",
        .view,
        "Read one webhook's fate",
        answer: .reference(.webhook)
    )

    func read(_ request: inout RequestReader) -> WebhookID? {
        request.identifier("id", .webhook)
    }

    func call(_ input: WebhookID, _ call: Call) async throws -> Answer {
        guard let webhook = try await call.services.inbox.webhook(input, of: call.tenant) else {
            throw Problem(.notFound, ["what": WorkflowError.Subject.webhook.rawValue])
        }
        return Answer { $0.members(of: webhook) }
    }
}
