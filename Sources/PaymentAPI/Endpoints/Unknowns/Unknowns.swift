internal import HTTP
internal import JSON
internal import PaymentCore

// Outcomes that nobody knows: who looks, since when, and what two people can do about it. What a
// vendor accepted and has long not reported on is one of them.

struct ListUnknowns: Endpoint {
    let operation = Operation(
        .get,
        "/unknowns",
        .view,
        "List attempts whose outcome is unknown, with age, next look-up and owner",
        detail: "Also those that a vendor accepted and has not told of for three days.",
        answer: Component.list(of: .unknownAttempt)
    )

    func read(_ request: inout RequestReader) -> ListPage? {
        ListPage.read(&request.query, of: AttemptID.self)
    }

    func call(_ input: ListPage, _ call: Call) async throws -> Answer {
        try await call.list(
            input,
            of: AttemptID.self,
            { (after, limit) async throws(StoreError) in
                try await call.services.desk.unknowns(
                    after: after,
                    limit: limit,
                    in: call.tenant
                )
            },
            { unknown, writer in
                writer.member("object", "unknown_attempt")
                writer.member("intent_id", unknown.intent.description)
                writer.member("currency", unknown.currency.code)
                writer.member("age_seconds", unknown.age.components.seconds)
                writer.member("next_look_at", unknown.nextLook?.rfc3339)
                writer.member("look_ups", unknown.attempt.lookUps)
                writer.member("owner", unknown.owner.rawValue)
                if let proposal = unknown.proposal {
                    writer.object("proposal") { $0.members(of: proposal) }
                } else {
                    writer.null("proposal")
                }
                writer.object("attempt") { $0.members(of: unknown.attempt) }
            }
        )
    }
}

struct PostSettlement: Endpoint {
    struct Input: Sendable {
        let attempt: AttemptID
        let verdict: Settlement.Verdict
        let reason: String
    }

    let operation = Operation(
        .post,
        "/unknowns/{id}/settlement",
        .reconcile,
        "Propose what became of an attempt whose outcome is unknown",
        detail: "Nothing is booked until another person approves. `succeeded` takes the vendor's "
            + "`gateway_reference`; `amount` when it is not what was asked.",
        body: .required,
        success: .created,
        answer: .reference(.intent)
    )

    private enum Outcome: String, Sendable, CaseIterable {
        case succeeded
        case notDone = "not_done"
    }

    func read(_ request: inout RequestReader) -> Input? {
        let attempt = request.identifier("id", .attempt, of: AttemptID.self)
        let outcome = request.body.required("outcome", .choice(Outcome.self))
        let reference = request.body.optional("gateway_reference", .text(1...250))
        let amount = request.body.optional("amount", .amount)
        let reason = request.body.required("reason", .text(1...500))
        guard let attempt, let outcome, let reason else { return nil }
        switch outcome {
        case .notDone:
            if amount != nil || reference != nil {
                request.body.refuse(
                    "outcome",
                    .conflict,
                    ["reason": "what was not done has neither amount nor reference"]
                )
            }
            return Input(attempt: attempt, verdict: .notDone, reason: reason)
        case .succeeded:
            guard let reference else {
                request.body.refuse("gateway_reference", .required)
                return nil
            }
            return Input(
                attempt: attempt,
                verdict: .succeeded(reference: reference, amount: amount),
                reason: reason
            )
        }
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let payment = try await call.workflows.proposeSettlement(
            of: input.attempt,
            input.verdict,
            reason: input.reason,
            for: call.caller,
            in: call.tenant
        )
        return Answer(operation.success) { IntentDocument(payment).write(to: &$0) }
    }
}

/// Approves or turns down a proposal; one of each is registered.
struct PostSettlementDecision: Endpoint {
    struct Input: Sendable {
        let attempt: AttemptID
        let proposedAt: Timestamp
    }

    let operation: Operation
    private let approves: Bool

    static let approve = PostSettlementDecision(
        "approve",
        "Approve what somebody else proposed: it is booked as the vendor's answer would be",
        approves: true
    )
    static let reject = PostSettlementDecision(
        "reject",
        "Turn down what somebody else proposed",
        approves: false
    )

    private init(_ verb: String, _ summary: String, approves: Bool) {
        self.approves = approves
        operation = Operation(
            .post,
            "/unknowns/{id}/settlement/\(verb)",
            .reconcile,
            summary,
            detail: "`proposed_at` is the proposal's in `/unknowns` and in the intent's "
                + "`settlements`. While another one waits, the answer is 409 `version_conflict`.",
            body: .required,
            answer: .reference(.intent)
        )
    }

    func read(_ request: inout RequestReader) -> Input? {
        let attempt = request.identifier("id", .attempt, of: AttemptID.self)
        let proposedAt = request.body.required("proposed_at", .timestamp)
        guard let attempt, let proposedAt else { return nil }
        return Input(attempt: attempt, proposedAt: proposedAt)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        call.answer(
            try await call.workflows.decideSettlement(
                of: input.attempt,
                proposedAt: input.proposedAt,
                approves: approves,
                for: call.caller,
                in: call.tenant
            )
        )
    }
}
