internal import HTTP
internal import PaymentCore

struct GetLedgerExport: Endpoint {
    struct Input: Sendable {
        let format: LedgerExport.Format
        let after: Int64
    }

    let operation = Operation(
        .get,
        "/ledger/export",
        .view,
        "Export the sealed books",
        detail: "JSON Lines, to be verified without us: a line that says where the export begins, "
            + "one per transfer with its hash, one per payment with its sums, and the head. Or "
            + "the transfers as CSV.",
        answer: .string,
        contentTypes: [.jsonLines, .csv]
    )

    func read(_ request: inout RequestReader) -> Input? {
        let format = request.query.optional("format", .choice(LedgerExport.Format.self))
        let after = request.query.optional("after", .integer(0...Int64.max))
        return Input(format: format ?? .jsonLines, after: after ?? 0)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        // Begun before the answer: what cannot be read at all is still a problem document.
        let export = try await LedgerExport(
            of: call.tenant,
            after: input.after,
            from: call.services.ledger
        )
        let type: Answer.ContentType = input.format == .csv ? .csv : .jsonLines
        return Answer(streaming: type) { write in
            try await export.write(as: input.format, write)
        }
    }
}
