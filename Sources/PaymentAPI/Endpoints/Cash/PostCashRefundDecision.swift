internal import HTTP
internal import PaymentCore

/// Approves or turns down a cash refund; one of each is registered.
struct PostCashRefundDecision: Endpoint {
    struct Input: Sendable {
        let refund: RefundID
        let drawer: String?
    }

    let operation: Operation
    private let approves: Bool

    static let approve = PostCashRefundDecision(
        "approve",
        "Approve somebody else's cash refund and pay it out",
        approves: true
    )
    static let reject = PostCashRefundDecision(
        "reject",
        "Turn down somebody else's cash refund",
        approves: false
    )

    private init(_ verb: String, _ summary: String, approves: Bool) {
        self.approves = approves
        operation = Operation(
            .post,
            "/cash/refunds/{id}/\(verb)",
            .approveRefund,
            summary,
            body: .optional,
            movesMoney: true,
            answer: .reference(.intent)
        )
    }

    func read(_ request: inout RequestReader) -> Input? {
        let refund = request.identifier("id", .refund, of: RefundID.self)
        let drawer = approves ? request.body.optional("drawer_id", .text(1...64)) : nil
        guard let refund else { return nil }
        return Input(refund: refund, drawer: drawer)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        guard
            let intent = try await call.services.queries.intent(
                ofMovement: input.refund.uuid,
                in: call.tenant
            )
        else { throw Problem(.notFound, ["what": WorkflowError.Subject.refund.rawValue]) }
        let answer = try await call.workflows.decideCashRefund(
            input.refund,
            of: intent,
            approve: approves,
            drawer: input.drawer,
            under: call.key,
            for: call.caller,
            in: call.tenant
        )
        return call.answer(answer)
    }
}
