internal import HTTP
internal import PaymentCore

struct PostOrder: Endpoint {
    struct Input: Sendable {
        let reference: String
        let currency: Currency
        let items: [Order.Item]
        let customer: CustomerID?
        let property: String?
        let metadata: [String: String]
    }

    let operation = Operation(
        .post,
        "/orders",
        .create,
        "Create an order: what is bought, under the caller's own reference",
        body: .required,
        takesKey: true,
        success: .created,
        answer: .reference(.order)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let reference = request.body.required("reference", .text(1...128))
        let currency = request.body.required("currency", .currency)
        let items = request.body.required("items", .orderItems)
        let customer = request.body.optional("customer_id", .identifier(CustomerID.self))
        let property = request.body.optional("property_id", .text(1...64))
        let metadata = request.body.optional("metadata", .metadata)
        guard let reference, let currency, let items else { return nil }
        return Input(
            reference: reference,
            currency: currency,
            items: items,
            customer: customer,
            property: property,
            metadata: metadata ?? [:]
        )
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let answer = try await call.workflows.createOrder(
            reference: input.reference,
            currency: input.currency,
            items: input.items,
            customer: input.customer,
            property: input.property,
            metadata: input.metadata,
            as: call.creation { $0.members(of: $1) },
            in: call.tenant
        )
        return call.answer(answer, success: operation.success)
    }
}
