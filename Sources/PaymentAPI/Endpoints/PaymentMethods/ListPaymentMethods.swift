internal import HTTP
internal import PaymentCore

struct ListPaymentMethods: Endpoint {
    struct Input: Sendable {
        let customer: CustomerID?
        let state: PaymentMethod.State?
        let page: ListPage
    }

    let operation = Operation(
        .get,
        "/payment-methods",
        .view,
        "List stored methods, newest first",
        answer: Component.list(of: .paymentMethod)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let page = ListPage.read(&request.query, of: PaymentMethodID.self)
        let customer = request.query.optional("customer_id", .identifier(CustomerID.self))
        let state = request.query.optional("status", .choice(PaymentMethod.State.self))
        return Input(customer: customer, state: state, page: page)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        try await call.list(
            input.page,
            of: PaymentMethodID.self,
            { (after, limit) async throws(StoreError) in
                try await call.services.queries.methods(
                    customer: input.customer,
                    state: input.state,
                    after: after,
                    limit: limit,
                    in: call.tenant
                )
            },
            { method, writer in writer.members(of: method) }
        )
    }
}
