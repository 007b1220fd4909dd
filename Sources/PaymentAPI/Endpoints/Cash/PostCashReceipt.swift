internal import HTTP
internal import PaymentCore

struct PostCashReceipt: Endpoint {
    struct Input: Sendable {
        let intent: IntentID
        let amount: Int64?
        let drawer: String
    }

    let operation = Operation(
        .post,
        "/cash/receipts",
        .create,
        "Record cash that a guest paid at the desk",
        body: .required,
        movesMoney: true,
        success: .created,
        answer: .reference(.intent)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let intent = request.body.required("intent_id", .identifier(IntentID.self))
        let amount = request.body.optional("amount", .amount)
        let drawer = request.body.required("drawer_id", .text(1...64))
        guard let intent, let drawer else { return nil }
        return Input(intent: intent, amount: amount, drawer: drawer)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let answer = try await call.workflows.recordReceipt(
            of: input.intent,
            amount: input.amount,
            drawer: input.drawer,
            under: call.key,
            for: call.caller,
            in: call.tenant
        )
        return call.answer(answer, success: operation.success)
    }
}
