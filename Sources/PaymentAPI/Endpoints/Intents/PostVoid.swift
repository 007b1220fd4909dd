internal import HTTP
internal import PaymentCore

struct PostVoid: Endpoint {
    struct Input: Sendable {
        let intent: IntentID
        let reason: String?
    }

    let operation = Operation(
        .post,
        "/intents/{id}/void",
        alias: "/transactions/{id}/void",
        .cancel,
        "Give a payment up: release what is held",
        body: .optional,
        movesMoney: true,
        answer: .reference(.intent)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let intent = request.identifier("id", .intent, of: IntentID.self)
        let reason = request.body.optional("reason", .text(1...255))
        guard let intent else { return nil }
        return Input(intent: intent, reason: reason)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let answer = try await call.workflows.voidIntent(
            input.intent,
            reason: input.reason,
            under: call.key,
            for: call.caller,
            in: call.tenant
        )
        return call.answer(answer)
    }
}
