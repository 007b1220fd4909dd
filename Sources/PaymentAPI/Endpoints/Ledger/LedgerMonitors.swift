internal import HTTP
internal import PaymentCore

// Monitors: which accounts must be cleared in time.

struct PutLedgerMonitor: Endpoint {
    let operation = Operation(
        .put,
        "/ledger/accounts/{id}/monitor",
        .reconcile,
        "Watch whether an account is cleared in time",
        detail: "What entered first is cleared first. `ledger.clearing_alert` tells when more than "
            + "the threshold is left for longer than the age, and when no longer.",
        body: .required,
        answer: .reference(.ledgerMonitor)
    )

    func read(_ request: inout RequestReader) -> LedgerMonitor? {
        let account = request.ledgerAccount()
        let threshold = request.body.required(
            "threshold",
            .integer(0...Int64.largestAmount).described("In minor units.")
        )
        let age = request.body.required("age_seconds", .integer(0...31_536_000))
        guard let account, let threshold, let age else { return nil }
        return LedgerMonitor(account: account, threshold: threshold, age: .seconds(age))
    }

    func call(_ input: LedgerMonitor, _ call: Call) async throws -> Answer {
        let entry = call.entry(
            on: input.account.id,
            before: try await call.clearing(of: input.account)
                .map { AuditDocument.text(of: $0.monitor) },
            after: AuditDocument.text(of: input)
        )
        try await call.services.watch.noting(entry).set(input, in: call.tenant)
        guard let state = try await call.clearing(of: input.account) else {
            throw Problem(.notFound, ["what": RequestReader.ledgerAccountName])
        }
        return Answer { $0.members(of: state) }
    }
}

struct DeleteLedgerMonitor: Endpoint {
    let operation = Operation(
        .delete,
        "/ledger/accounts/{id}/monitor",
        .reconcile,
        "Stop watching an account",
        success: .noContent,
        answer: nil
    )

    func read(_ request: inout RequestReader) -> LedgerAccount? { request.ledgerAccount() }

    func call(_ input: LedgerAccount, _ call: Call) async throws -> Answer {
        let entry = call.entry(
            on: input.id,
            before: try await call.clearing(of: input)
                .map { AuditDocument.text(of: $0.monitor) }
        )
        let watch = call.services.watch.noting(entry)
        guard try await watch.removeMonitor(of: input, in: call.tenant) else {
            throw Problem(.notFound, ["what": "ledger_monitor"])
        }
        return .noContent
    }
}

struct ListLedgerMonitors: Endpoint {
    let operation = Operation(
        .get,
        "/ledger/monitors",
        .view,
        "List the watched accounts and what is left uncleared on each",
        answer: Component.list(of: .ledgerMonitor)
    )

    struct Input: Sendable {}

    func read(_ request: inout RequestReader) -> Input? { Input() }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let states = try await call.services.watch.clearing(in: call.tenant)
        return .list(states, next: nil) { state, writer in writer.members(of: state) }
    }
}

extension Call {
    fileprivate func clearing(of account: LedgerAccount) async throws -> ClearingState? {
        try await services.watch.clearing(in: tenant).first { $0.monitor.account == account }
    }
}
