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
            .integer(0...9_007_199_254_740_991).described("In minor units.")
        )
        let age = request.body.required("age_seconds", .integer(0...31_536_000))
        guard let account, let threshold, let age else { return nil }
        return LedgerMonitor(account: account, threshold: threshold, age: .seconds(age))
    }

    func call(_ input: LedgerMonitor, _ call: Call) async throws -> Answer {
        try await call.services.watch.set(input, in: call.tenant)
        let states = try await call.services.watch.clearing(in: call.tenant)
        guard let state = states.first(where: { $0.monitor.account == input.account }) else {
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
        guard try await call.services.watch.removeMonitor(of: input, in: call.tenant) else {
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
