internal import HTTP
internal import PaymentCore

struct PostCashRefund: Endpoint {
    struct Input: Sendable {
        let intent: IntentID
        let amount: Int64?
        let reason: String?
    }

    let operation = Operation(
        .post,
        "/cash/refunds",
        .refund,
        "Ask for a cash refund: a second person must approve it",
        body: .required,
        movesMoney: true,
        success: .created,
        answer: .reference(.intent)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let intent = request.body.required("intent_id", .identifier(IntentID.self))
        let amount = request.body.optional("amount", .amount)
        let reason = request.body.optional("reason", .text(1...255))
        guard let intent else { return nil }
        return Input(intent: intent, amount: amount, reason: reason)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let answer = try await call.workflows.requestCashRefund(
            input.intent,
            amount: input.amount,
            reason: input.reason,
            under: call.key,
            for: call.caller,
            in: call.tenant
        )
        return call.answer(answer, success: operation.success)
    }
}
