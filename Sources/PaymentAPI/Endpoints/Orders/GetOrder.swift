internal import HTTP
internal import PaymentCore

struct GetOrder: Endpoint {
    let operation = Operation(
        .get,
        "/orders/{id}",
        .view,
        "Read an order",
        answer: .reference(.order)
    )

    func read(_ request: inout RequestReader) -> OrderID? {
        request.identifier("id", .order)
    }

    func call(_ input: OrderID, _ call: Call) async throws -> Answer {
        guard let order = try await call.services.store.order(input, in: call.tenant) else {
            throw Problem(.notFound, ["what": WorkflowError.Subject.order.rawValue])
        }
        return Answer { $0.members(of: order) }
    }
}
