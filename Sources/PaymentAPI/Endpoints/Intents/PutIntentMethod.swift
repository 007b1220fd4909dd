internal import HTTP
internal import PaymentCore

struct PutIntentMethod: Endpoint {
    struct Input: Sendable {
        let intent: IntentID
        let method: ChosenMethod
    }

    let operation = Operation(
        .put,
        "/intents/{id}/method",
        alias: "/transactions/{id}/method",
        .create,
        "Attach or change the method before authorization",
        body: .required,
        answer: .reference(.intent)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let intent = request.identifier("id", .intent, of: IntentID.self)
        let kind = request.body.required("kind", .choice(MethodKind.self))
        let id = request.body.optional("id", .identifier(PaymentMethodID.self))
        let drawer = request.body.optional("drawer_id", .text(1...64))
        guard let intent, let kind else { return nil }
        // What is attached is kept until the intent is authorized, and no token of one use is.
        let method = ChosenMethod(kind: kind, id: id, oneTimeToken: nil, drawer: drawer)
        return Input(intent: intent, method: method)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let payment = try await call.workflows.attachMethod(
            input.method.kind,
            input.method.id,
            drawer: input.method.drawer,
            to: input.intent,
            for: call.caller,
            in: call.tenant
        )
        return call.answer(payment)
    }
}
