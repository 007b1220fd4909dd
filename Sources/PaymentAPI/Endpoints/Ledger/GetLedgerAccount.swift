internal import HTTP
internal import PaymentCore

struct GetLedgerAccount: Endpoint {
    struct Input: Sendable {
        let account: LedgerAccount
        let moment: Timestamp?
    }

    let operation = Operation(
        .get,
        "/ledger/accounts/{id}",
        .view,
        "Read an account of the ledger with its balance, now or at a time",
        answer: .reference(.ledgerAccount)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let account = request.ledgerAccount()
        let moment = request.query.optional("at", .timestamp)
        guard let account else { return nil }
        return Input(account: account, moment: moment)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let balances = try await call.services.ledger.balances(at: input.moment, in: call.tenant)
        guard let balance = balances.first(where: { $0.account == input.account }) else {
            throw Problem(.notFound, ["what": RequestReader.ledgerAccountName])
        }
        return Answer { $0.members(of: balance) }
    }
}

extension RequestReader {
    static let ledgerAccountName = "ledger_account"

    /// The account that the path names. No account's name is longer, in bytes too.
    mutating func ledgerAccount() -> LedgerAccount? {
        parameter("id", .text(length: 5...300), Self.ledgerAccountName) { text in
            guard 5...300 ~= text.utf8.count,
                text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
            else { return nil }
            return LedgerAccount(id: text)
        }
    }
}
