internal import HTTP
internal import JSON
internal import PaymentCore

// Limits: set and lifted by operators, obeyed by what we ask for.

struct PutLedgerLimit: Endpoint {
    struct Input: Sendable {
        let account: LedgerAccount
        let overdraft: Int64
    }

    let operation = Operation(
        .put,
        "/ledger/accounts/{id}/limit",
        .reconcile,
        "Limit how far an account may go beyond what it holds",
        detail: "Refunds and cash payouts that would break it are refused with "
            + "`ledger_limit_exceeded`; what a vendor tells has happened is always booked. It "
            + "holds within two minutes.",
        body: .required,
        answer: .reference(.ledgerLimit)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let account = request.ledgerAccount()
        let overdraft = request.body.required(
            "overdraft",
            .integer(0...Int64.largestAmount).described("In minor units.")
        )
        guard let account, let overdraft else { return nil }
        return Input(account: account, overdraft: overdraft)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let entry = call.entry(
            on: input.account.id,
            before: try await call.limit(of: input.account).map(AuditDocument.text),
            after: AuditDocument.text {
                $0.member("account_id", input.account.id)
                $0.member("overdraft", input.overdraft)
            }
        )
        try await call.services.watch.noting(entry).setLimit(
            of: input.account,
            overdraft: input.overdraft,
            in: call.tenant
        )
        guard let limit = try await call.limit(of: input.account) else {
            throw Problem(.notFound, ["what": RequestReader.ledgerAccountName])
        }
        return Answer { $0.members(of: limit) }
    }
}

struct DeleteLedgerLimit: Endpoint {
    let operation = Operation(
        .delete,
        "/ledger/accounts/{id}/limit",
        .reconcile,
        "Lift an account's limit",
        success: .noContent,
        answer: nil
    )

    func read(_ request: inout RequestReader) -> LedgerAccount? { request.ledgerAccount() }

    func call(_ input: LedgerAccount, _ call: Call) async throws -> Answer {
        let entry = call.entry(
            on: input.id,
            before: try await call.limit(of: input).map(AuditDocument.text)
        )
        let watch = call.services.watch.noting(entry)
        guard try await watch.removeLimit(of: input, in: call.tenant) else {
            throw Problem(.notFound, ["what": "ledger_limit"])
        }
        return .noContent
    }
}

struct ListLedgerLimits: Endpoint {
    let operation = Operation(
        .get,
        "/ledger/limits",
        .view,
        "List the limits of the ledger's accounts",
        answer: Component.list(of: .ledgerLimit)
    )

    struct Input: Sendable {}

    func read(_ request: inout RequestReader) -> Input? { Input() }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let limits = try await call.services.watch.limits(in: call.tenant)
        return .list(limits, next: nil) { limit, writer in writer.members(of: limit) }
    }
}

extension Call {
    fileprivate func limit(of account: LedgerAccount) async throws -> LedgerLimit? {
        try await services.watch.limits(in: tenant).first { $0.account == account }
    }
}
