internal import HTTP
internal import PaymentCore

struct PutExchangeRates: Endpoint {
    struct Given: Sendable {
        let base: Currency
        let quote: Currency
        let rate: ExchangeRate
        let source: String
        let quotedAt: Timestamp?
    }

    let operation = Operation(
        .put,
        "/adapters/rates",
        .manageGateways,
        "Record exchange rates; the newest of a pair counts, while it is young enough",
        detail: "A recorded rate never changes: another one for the same pair, source and time is "
            + "refused, and nothing of the request is written.",
        body: .required,
        answer: Component.list(of: .exchangeRate)
    )

    func read(_ request: inout RequestReader) -> [Given]? {
        request.body.required("rates", .array(of: Self.rate, 1...500))
    }

    func call(_ input: [Given], _ call: Call) async throws -> Answer {
        let now = call.services.clock.now
        let rates = input.map { given in
            QuotedRate(
                base: given.base,
                quote: given.quote,
                rate: given.rate,
                source: given.source,
                quotedAt: given.quotedAt ?? now
            )
        }
        // A rate from the future would count as fresh for as long as it lies ahead.
        if let index = rates.firstIndex(where: { $0.quotedAt > now + .seconds(300) }) {
            throw Problem(
                FieldProblem("/rates/\(index)/quoted_at", .conflict, ["reason": "in the future"])
            )
        }
        try Self.requireEachOnce(rates)
        let pairs = Set(rates.map { [$0.base, $0.quote] })
        let known = try await call.services.queries.rates(in: call.tenant)
            .filter { pairs.contains([$0.base, $0.quote]) }
        let entry = call.entry(
            on: "rates",
            before: AuditDocument.text(of: known),
            after: AuditDocument.text(of: rates)
        )
        let store = call.services.store.noting(entry)
        if let index = try await store.recordRates(rates, in: call.tenant) {
            throw Problem(
                FieldProblem(
                    "/rates/\(index)/rate",
                    .conflict,
                    ["reason": "recorded otherwise for this pair, source and time"]
                )
            )
        }
        return .list(rates, next: nil) { rate, writer in writer.members(of: rate) }
    }

    /// A pair has one rate per source and time, also within one request.
    private static func requireEachOnce(_ rates: [QuotedRate]) throws(Problem) {
        struct Place: Hashable {
            let base, quote: Currency
            let source: String
            let quotedAt: Timestamp
        }
        var known: [Place: ExchangeRate] = [:]
        for (index, rate) in rates.enumerated() {
            let place = Place(
                base: rate.base,
                quote: rate.quote,
                source: rate.source,
                quotedAt: rate.quotedAt
            )
            guard known.updateValue(rate.rate, forKey: place) ?? rate.rate == rate.rate else {
                throw Problem(
                    FieldProblem(
                        "/rates/\(index)/rate",
                        .conflict,
                        ["reason": "given otherwise before"]
                    )
                )
            }
        }
    }

    private static let rate = FieldType<Given>.object { rate in
        let base = rate.required("base", .currency)
        let quote = rate.required("quote", .currency)
        let value = rate.required("rate", .rate)
        let source = rate.required("source", .text(1...64))
        let quotedAt = rate.optional("quoted_at", .timestamp)
        guard let base, let quote, let value, let source else { return nil }
        if base == quote {
            rate.refuse("quote", .conflict, ["reason": "a currency has no rate to itself"])
        }
        return Given(base: base, quote: quote, rate: value, source: source, quotedAt: quotedAt)
    }
}
