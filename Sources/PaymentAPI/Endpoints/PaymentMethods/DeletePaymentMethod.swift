internal import HTTP
internal import PaymentCore

struct DeletePaymentMethod: Endpoint {
    let operation = Operation(
        .delete,
        "/payment-methods/{id}",
        .create,
        "Detach a method here and at its vendor",
        answer: .reference(.paymentMethod)
    )

    func read(_ request: inout RequestReader) -> PaymentMethodID? {
        request.identifier("id", .method)
    }

    func call(_ input: PaymentMethodID, _ call: Call) async throws -> Answer {
        let method = try await call.workflows.detachMethod(input, in: call.tenant)
        return Answer { $0.members(of: method) }
    }
}
