internal import HTTP
internal import PaymentCore

/// Approves or turns down a refund that waits for a second person: of cash, or one that is paid out
/// through a vendor. One of each is registered.
struct PostCashRefundDecision: Endpoint {
    struct Input: Sendable {
        let refund: RefundID
        let drawer: String?
    }

    let operation: Operation
    private let approves: Bool

    static let approve = PostCashRefundDecision(
        "approve",
        "Approve a refund that somebody else asked for, and pay it out",
        approves: true
    )
    static let reject = PostCashRefundDecision(
        "reject",
        "Turn down a refund that somebody else asked for",
        approves: false
    )

    private init(_ verb: String, _ summary: String, approves: Bool) {
        self.approves = approves
        operation = Operation(
            .post,
            "/cash/refunds/{id}/\(verb)",
            .approveRefund,
            summary,
            detail: approves
                ? "`drawer_id` is where cash is taken from. What a vendor pays out is sent now: it "
                    + "cannot be called back, and a lost answer is settled by hand."
                : nil,
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
        let answer = try await call.workflows.decideRefund(
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
