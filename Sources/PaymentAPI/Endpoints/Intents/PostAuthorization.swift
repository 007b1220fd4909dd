internal import HTTP
internal import PaymentCore

struct PostAuthorization: Endpoint {
    struct Input: Sendable {
        let intent: IntentID
        let method: ChosenMethod?
        let provider: VendorID?
    }

    let operation = Operation(
        .post,
        "/intents/{id}/authorize",
        alias: "/transactions/{id}/authorize",
        .create,
        "Authorize an intent that was only created, or whose last attempt was declined",
        detail: "Without a method, the intent's own is used; for a cash guest who did not "
            + "arrive, the stored method that guarantees the booking, without its payer.",
        body: .optional,
        movesMoney: true,
        answer: .reference(.intent)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let intent = request.identifier("id", .intent, of: IntentID.self)
        let method = request.body.optional("method", .chosenMethod)
        let provider = request.body.optional("provider", .vendor)
        guard let intent else { return nil }
        return Input(intent: intent, method: method, provider: provider)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        if input.provider != nil { try call.identity.require(.chooseGateway) }
        let answer = try await call.workflows.authorizeIntent(
            input.intent,
            method: input.method.map { ($0.kind, $0.id) },
            oneTimeToken: input.method?.oneTimeToken,
            provider: input.provider,
            under: call.key,
            for: call.caller,
            in: call.tenant
        )
        return call.answer(answer)
    }
}
