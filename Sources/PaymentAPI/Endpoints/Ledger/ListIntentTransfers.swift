internal import HTTP
internal import PaymentCore

struct ListIntentTransfers: Endpoint {
    let operation = Operation(
        .get,
        "/intents/{id}/transfers",
        alias: "/transactions/{id}/transfers",
        .view,
        "List what an intent posted to the ledger, in order",
        answer: Component.list(of: .transfer)
    )

    func read(_ request: inout RequestReader) -> IntentID? {
        request.identifier("id", .intent)
    }

    func call(_ input: IntentID, _ call: Call) async throws -> Answer {
        let transfers = try await call.services.ledger.transfers(of: input, in: call.tenant)
        if transfers.isEmpty,
            try await call.services.store.payment(input, in: call.tenant) == nil
        {
            throw Problem(.notFound, ["what": WorkflowError.Subject.intent.rawValue])
        }
        return .list(transfers, next: nil) { transfer, writer in writer.members(of: transfer) }
    }
}
