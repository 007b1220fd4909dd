internal import HTTP
internal import PaymentCore

struct PostRefund: Endpoint {
    struct Input: Sendable {
        let intent: IntentID
        let amount: Int64?
        let reason: RefundReason?
    }

    let operation = Operation(
        .post,
        "/intents/{id}/refunds",
        alias: "/transactions/{id}/refunds",
        .refund,
        "Refund what was captured, fully or in part",
        detail: "Without an amount all that is left is refunded. Cash goes through "
            + "/cash/refunds. Where an adapter's `refund_approval` says so, the refund waits as "
            + "`awaiting_approval` until a second person approves it there.",
        body: .optional,
        movesMoney: true,
        success: .created,
        answer: .reference(.intent)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let intent = request.identifier("id", .intent, of: IntentID.self)
        let amount = request.body.optional("amount", .amount)
        let reason = request.body.optional("reason", .choice(RefundReason.self))
        guard let intent else { return nil }
        return Input(intent: intent, amount: amount, reason: reason)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let answer = try await call.workflows.refundIntent(
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
