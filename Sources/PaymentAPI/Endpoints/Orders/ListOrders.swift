internal import HTTP
internal import PaymentCore

struct ListOrders: Endpoint {
    struct Input: Sendable {
        let reference: String?
        let customer: CustomerID?
        let property: String?
        let page: ListPage
    }

    let operation = Operation(
        .get,
        "/orders",
        .view,
        "List orders, newest first",
        answer: Component.list(of: .order)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let page = ListPage.read(&request.query, of: OrderID.self)
        let reference = request.query.optional("reference", .text(1...128))
        let customer = request.query.optional("customer_id", .identifier(CustomerID.self))
        let property = request.query.optional("property_id", .text(1...64))
        return Input(reference: reference, customer: customer, property: property, page: page)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        try await call.list(
            input.page,
            of: OrderID.self,
            { (after, limit) async throws(StoreError) in
                try await call.services.queries.orders(
                    reference: input.reference,
                    customer: input.customer,
                    property: input.property,
                    after: after,
                    limit: limit,
                    in: call.tenant
                )
            },
            { order, writer in writer.members(of: order) }
        )
    }
}
