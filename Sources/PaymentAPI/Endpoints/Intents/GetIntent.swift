internal import HTTP
internal import PaymentCore

struct GetIntent: Endpoint {
    let operation = Operation(
        .get,
        "/intents/{id}",
        alias: "/transactions/{id}",
        .view,
        "Read an intent with everything that happened to it",
        answer: .reference(.intentTimeline)
    )

    func read(_ request: inout RequestReader) -> IntentID? {
        request.identifier("id", .intent)
    }

    func call(_ input: IntentID, _ call: Call) async throws -> Answer {
        guard let payment = try await call.services.store.payment(input, in: call.tenant) else {
            throw Problem(.notFound, ["what": WorkflowError.Subject.intent.rawValue])
        }
        return Answer(capacity: 4_096) {
            IntentDocument(payment, timeline: true).write(to: &$0)
        }
    }
}
