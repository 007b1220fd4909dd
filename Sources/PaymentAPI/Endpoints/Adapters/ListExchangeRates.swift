internal import HTTP
internal import PaymentCore

struct ListExchangeRates: Endpoint {
    let operation = Operation(
        .get,
        "/adapters/rates",
        .view,
        "List the newest exchange rate of each pair",
        answer: Component.list(of: .exchangeRate)
    )

    func read(_ request: inout RequestReader) -> Bool? { true }

    func call(_ input: Bool, _ call: Call) async throws -> Answer {
        let rates = try await call.services.queries.rates(in: call.tenant)
        return .list(rates, next: nil) { rate, writer in writer.members(of: rate) }
    }
}
