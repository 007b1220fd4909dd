internal import HTTP
internal import PaymentCore

struct PostWebhookReplay: Endpoint {
    let operation = Operation(
        .post,
        "/webhooks/{id}/replay",
        .manageGateways,
        "Apply a dead or kept webhook again",
        body: .optional,
        success: .accepted,
        answer: .reference(.webhook)
    )

    func read(_ request: inout RequestReader) -> WebhookID? {
        request.identifier("id", .webhook)
    }

    func call(_ input: WebhookID, _ call: Call) async throws -> Answer {
        let entry = call.entry(on: input.description)
        guard try await call.services.inbox.noting(entry).replay(input, of: call.tenant),
            let webhook = try await call.services.inbox.webhook(input, of: call.tenant)
        else { throw Problem(.notFound, ["what": WorkflowError.Subject.webhook.rawValue]) }
        return Answer(operation.success) { $0.members(of: webhook) }
    }
}
