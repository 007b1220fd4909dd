internal import HTTP
internal import JSON
internal import PaymentCore

struct GetLedgerStatement: Endpoint {
    struct Input: Sendable {
        let account: LedgerAccount
        let after: Int64
        let from: Timestamp?
        let before: Timestamp?
        let limit: Int
    }

    let operation = Operation(
        .get,
        "/ledger/accounts/{id}/entries",
        .view,
        "Read an account's statement in the order of the books",
        detail: "Sealed transfers only: what was posted a moment ago follows within seconds. "
            + "`next` is always a cursor: the place to go on from.",
        answer: .reference(.ledgerStatement)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let account = request.ledgerAccount()
        let after = request.query.optional("after", .integer(0...Int64.max))
        let from = request.query.optional("booked_from", .timestamp)
        let before = request.query.optional("booked_before", .timestamp)
        let limit = request.query.optional("limit", .integer(1...1_000))
        guard let account else { return nil }
        return Input(
            account: account,
            after: after ?? 0,
            from: from,
            before: before,
            limit: limit.map(Int.init) ?? 100
        )
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let statement = try await call.services.ledger.statement(
            of: input.account,
            after: input.after,
            from: input.from,
            before: input.before,
            limit: input.limit,
            in: call.tenant
        )
        guard let statement else {
            throw Problem(.notFound, ["what": RequestReader.ledgerAccountName])
        }
        let side = input.account.kind.normalSide
        var balance = statement.opening
        var lines: [(entry: SealedTransfer, side: LedgerAccount.Kind.Side, balance: Int64)] = []
        for entry in statement.entries {
            let entrySide = entry.side(of: input.account)
            try entry.add(to: &balance, on: entrySide)
            lines.append((entry, entrySide, balance.posted(on: side)))
        }
        let closing = balance.posted(on: side)
        return Answer(capacity: 16_384) { document in
            document.member("object", "ledger_statement")
            document.member("account_id", input.account.id)
            document.member("opening_balance", statement.opening.posted(on: side))
            document.array("data") { array in
                for line in lines {
                    array.object {
                        $0.member("object", "ledger_entry")
                        $0.member("side", line.side.rawValue)
                        $0.member("balance", line.balance)
                        $0.members(of: line.entry)
                    }
                }
            }
            document.member("closing_balance", closing)
            document.member("has_more", statement.hasMore)
            let last = statement.entries.last?.position ?? input.after
            document.member("next", String(last))
        }
    }
}

extension SealedTransfer {
    fileprivate func side(of account: LedgerAccount) -> LedgerAccount.Kind.Side {
        debit == account.id ? .debit : .credit
    }
}
