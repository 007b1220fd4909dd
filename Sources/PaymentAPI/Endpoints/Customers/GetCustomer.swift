internal import HTTP
internal import PaymentCore

struct GetCustomer: Endpoint {
    let operation = Operation(
        .get,
        "/customers/{id}",
        .view,
        "Read a customer",
        answer: .reference(.customer)
    )

    func read(_ request: inout RequestReader) -> CustomerID? {
        request.identifier("id", .customer)
    }

    func call(_ input: CustomerID, _ call: Call) async throws -> Answer {
        guard let customer = try await call.services.store.customer(input, in: call.tenant) else {
            throw Problem(.notFound, ["what": WorkflowError.Subject.customer.rawValue])
        }
        return Answer { $0.members(of: customer) }
    }
}
