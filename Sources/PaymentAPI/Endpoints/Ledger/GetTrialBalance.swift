internal import HTTP
internal import JSON
internal import PaymentCore

struct GetTrialBalance: Endpoint {
    let operation = Operation(
        .get,
        "/ledger/trial-balance",
        .view,
        "Read the trial balance, now or at a time: what all accounts hold, by currency",
        answer: .reference(.trialBalance)
    )

    struct Input: Sendable {
        let moment: Timestamp?
    }

    func read(_ request: inout RequestReader) -> Input? {
        Input(moment: request.query.optional("at", .timestamp))
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let balances = try await call.services.ledger.balances(at: input.moment, in: call.tenant)
        let currencies = Dictionary(grouping: balances, by: \.account.currency)
            .sorted { $0.key.code < $1.key.code }
        return Answer(capacity: 4_096) { document in
            document.member("object", "trial_balance")
            document.member("at", input.moment?.rfc3339)
            document.array("currencies") { array in
                for (currency, accounts) in currencies {
                    array.object { Self.write(accounts, in: currency, to: &$0) }
                }
            }
        }
    }

    private static func write(
        _ accounts: [LedgerAccountBalance],
        in currency: Currency,
        to writer: inout JSONWriter
    ) {
        let columns = accounts.map { account in
            let held = account.balance.posted(on: .debit)
            return (account.account.id, max(held, 0), max(-held, 0))
        }
        // Each account fits; all of them together need not.
        let debits = columns.reduce(Int128(0)) { $0 + Int128($1.1) }
        let credits = columns.reduce(Int128(0)) { $0 + Int128($1.2) }
        writer.member("currency", currency.code)
        writer.member("debits", debits)
        writer.member("credits", credits)
        writer.member("balanced", debits == credits)
        writer.array("accounts") { array in
            for (id, debit, credit) in columns {
                array.object {
                    $0.member("id", id)
                    $0.member("debit", debit)
                    $0.member("credit", credit)
                }
            }
        }
    }
}
