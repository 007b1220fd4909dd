internal import HTTP
internal import PaymentCore

struct PostCapture: Endpoint {
    struct Input: Sendable {
        let intent: IntentID
        let amount: Int64?
        let isFinal: Bool
    }

    let operation = Operation(
        .post,
        "/intents/{id}/capture",
        alias: "/transactions/{id}/capture",
        .capture,
        "Capture a hold, fully or in part",
        detail: "Without an amount all that is left is captured. A final capture releases "
            + "whatever it leaves; `final` is true unless told otherwise.",
        body: .optional,
        movesMoney: true,
        answer: .reference(.intent)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let intent = request.identifier("id", .intent, of: IntentID.self)
        let amount = request.body.optional("amount", .amount)
        let isFinal = request.body.optional("final", .flag)
        guard let intent else { return nil }
        return Input(intent: intent, amount: amount, isFinal: isFinal ?? true)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let answer = try await call.workflows.captureIntent(
            input.intent,
            amount: input.amount,
            isFinal: input.isFinal,
            under: call.key,
            for: call.caller,
            in: call.tenant
        )
        return call.answer(answer)
    }
}
