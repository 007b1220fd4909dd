internal import HTTP
internal import PaymentCore

struct PutDefaultMethod: Endpoint {
    let operation = Operation(
        .put,
        "/payment-methods/{id}/default",
        .create,
        "Make a method its customer's default",
        body: .optional,
        answer: .reference(.paymentMethod)
    )

    func read(_ request: inout RequestReader) -> PaymentMethodID? {
        request.identifier("id", .method)
    }

    func call(_ input: PaymentMethodID, _ call: Call) async throws -> Answer {
        let method = try await call.workflows.makeDefault(input, in: call.tenant)
        return Answer { $0.members(of: method) }
    }
}
