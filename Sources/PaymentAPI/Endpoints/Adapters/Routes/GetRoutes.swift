internal import HTTP
internal import PaymentCore

struct GetRoutes: Endpoint {
    let operation = Operation(
        .get,
        "/adapters/routes",
        .view,
        "Read the tenant's routes, with what is doubtful about them now",
        detail: "Without routes: version 0 and no rules. An earlier `version` is one that payments "
            + "may name as their decision's.",
        answer: .reference(.routes)
    )

    func read(_ request: inout RequestReader) -> Int64?? {
        .some(request.query.optional("version", .integer(1...Int64.max)))
    }

    func call(_ input: Int64?, _ call: Call) async throws -> Answer {
        let found = try await call.services.routes.routes(of: call.tenant, version: input)
        if let found {
            return call.answer(found, try await call.review(of: found).warnings)
        }
        guard input == nil else { throw Problem(.notFound, ["what": "routes"]) }
        let none = StoredRoutes(
            version: 0,
            rules: [],
            changedBy: .system,
            changedAt: Timestamp(seconds: 0)
        )
        return call.answer(none, [])
    }
}
