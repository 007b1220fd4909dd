internal import HTTP
internal import JSON
internal import PaymentCore

struct DeleteIntentRetry: Endpoint {
    let operation = Operation(
        .delete,
        "/intents/{id}/retry",
        alias: "/transactions/{id}/retry",
        .cancel,
        "Withdraw a planned retry",
        answer: .reference(.intent)
    )

    func read(_ request: inout RequestReader) -> IntentID? {
        request.identifier("id", .intent)
    }

    func call(_ input: IntentID, _ call: Call) async throws -> Answer {
        call.answer(
            try await call.workflows.withdrawRetry(of: input, for: call.caller, in: call.tenant)
        )
    }
}

struct GetRetryBudget: Endpoint {
    struct Input: Sendable {
        let from: Timestamp?
        let before: Timestamp?
    }

    let operation = Operation(
        .get,
        "/retries/budget",
        .view,
        "What retries brought, what is planned, and why others were refused",
        answer: Component.list(of: .retryBudget)
    )

    func read(_ request: inout RequestReader) -> Input? {
        Input(
            from: request.query.optional("created_from", .timestamp),
            before: request.query.optional("created_before", .timestamp)
        )
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let lines = try await call.services.desk.retryBudget(
            from: input.from,
            before: input.before,
            in: call.tenant
        )
        return .list(lines, next: nil) { line, writer in
            writer.member("object", "retry_budget")
            writer.member("state", line.state)
            writer.member("reason", line.reason)
            writer.member("currency", line.currency.code)
            writer.member("payments", line.payments)
            writer.member("amount", line.amount)
            writer.member("retries", line.retries)
        }
    }
}
