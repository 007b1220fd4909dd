internal import HTTP
internal import PaymentCore

struct GetPaymentMethod: Endpoint {
    let operation = Operation(
        .get,
        "/payment-methods/{id}",
        .view,
        "Read a stored method",
        answer: .reference(.paymentMethod)
    )

    func read(_ request: inout RequestReader) -> PaymentMethodID? {
        request.identifier("id", .method)
    }

    func call(_ input: PaymentMethodID, _ call: Call) async throws -> Answer {
        guard let method = try await call.services.store.method(input, in: call.tenant) else {
            throw Problem(.notFound, ["what": WorkflowError.Subject.method.rawValue])
        }
        return Answer { $0.members(of: method) }
    }
}
