internal import HTTP
internal import PaymentCore

struct ListLedgerAccounts: Endpoint {
    struct Input: Sendable {
        let moment: Timestamp?
        let kind: LedgerAccount.Kind?
        let currency: Currency?
    }

    let operation = Operation(
        .get,
        "/ledger/accounts",
        .view,
        "List the ledger's accounts with their balances, now or at a time",
        detail: "For a past time the answer never changes; without one it includes what is not "
            + "sealed yet.",
        answer: Component.list(of: .ledgerAccount)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let moment = request.query.optional("at", .timestamp)
        let kind = request.query.optional("kind", .choice(LedgerAccount.Kind.self))
        let currency = request.query.optional("currency", .currency)
        return Input(moment: moment, kind: kind, currency: currency)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let balances = try await call.services.ledger.balances(at: input.moment, in: call.tenant)
            .filter { balance in
                let account = balance.account
                return input.kind.map { $0 == account.kind } ?? true
                    && input.currency.map { $0 == account.currency } ?? true
            }
        return .list(balances, next: nil) { balance, writer in writer.members(of: balance) }
    }
}
