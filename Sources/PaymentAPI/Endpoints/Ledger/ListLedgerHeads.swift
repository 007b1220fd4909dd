internal import HTTP
internal import PaymentCore

struct ListLedgerHeads: Endpoint {
    struct Input: Sendable {
        let after: Int64
        let limit: Int
    }

    let operation = Operation(
        .get,
        "/ledger/heads",
        .view,
        "List the signed ends of the ledger's chain",
        detail: "They are published as events too: who keeps one elsewhere can tell later that "
            + "nothing before it was changed or cut off.",
        answer: Component.list(of: .ledgerHead)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let after = request.query.optional("after", .integer(0...Int64.max))
        let limit = request.query.optional("limit", .integer(1...1_000))
        return Input(after: after ?? 0, limit: limit.map(Int.init) ?? 100)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let heads = try await call.services.ledger.heads(
            after: input.after,
            limit: input.limit,
            in: call.tenant
        )
        let next = heads.count == input.limit ? heads.last.map { String($0.position) } : nil
        return .list(heads, next: next) { head, writer in
            writer.members(of: head, in: .ledger)
        }
    }
}
