internal import HTTP
internal import JSON
internal import PaymentCore

struct GetCashDrawer: Endpoint {
    struct Input: Sendable {
        let drawer: String
        let from: Timestamp?
        let before: Timestamp?
    }

    let operation = Operation(
        .get,
        "/cash/drawers/{id}",
        .view,
        "What went through a drawer in a period, by currency",
        answer: .reference(.drawer)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let drawer = request.parameter("id", .text(length: 1...64), "cash_drawer") { text in
            (1...64).contains(text.unicodeScalars.count) ? text : nil
        }
        let from = request.query.optional("from", .timestamp)
        let before = request.query.optional("before", .timestamp)
        guard let drawer else { return nil }
        return Input(drawer: drawer, from: from, before: before)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let totals = try await call.services.queries.drawer(
            input.drawer,
            from: input.from,
            before: input.before,
            in: call.tenant
        )
        return Answer { document in
            document.member("id", input.drawer)
            document.member("object", "cash_drawer")
            document.array("totals") { array in
                for total in totals {
                    array.object {
                        $0.member("currency", total.currency.code)
                        $0.member("received", total.received)
                        $0.member("paid_out", total.paidOut)
                        $0.member("balance", total.received - total.paidOut)
                        $0.member("receipts", total.receipts)
                    }
                }
            }
        }
    }
}
