internal import HTTP
internal import PaymentCore

struct PostPaymentMethod: Endpoint {
    struct Input: Sendable {
        let token: VendorToken
        let kind: MethodKind
        let customer: CustomerID?
        let provider: VendorID?
    }

    let operation = Operation(
        .post,
        "/payment-methods",
        .create,
        "Keep a token that the vendor's page gave to the caller",
        detail: "Saving the same token again answers the method that it became. `provider` is "
            + "whose token it is.",
        body: .required,
        takesKey: true,
        success: .created,
        answer: .reference(.paymentMethod)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let token = request.body.required("token", .vendorToken)
        let kind = request.body.optional("kind", .choice(MethodKind.self))
        let customer = request.body.optional("customer_id", .identifier(CustomerID.self))
        let provider = request.body.optional("provider", .vendor)
        guard let token else { return nil }
        return Input(
            token: VendorToken(token),
            kind: kind ?? .card,
            customer: customer,
            provider: provider
        )
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let answer = try await call.workflows.saveMethod(
            token: input.token,
            kind: input.kind,
            of: input.customer,
            provider: input.provider,
            as: call.creation { $0.members(of: $1) },
            in: call.tenant
        )
        return call.answer(answer, success: operation.success)
    }
}
