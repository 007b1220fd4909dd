internal import HTTP
internal import PaymentCore

struct ListCustomers: Endpoint {
    struct Input: Sendable {
        let reference: String?
        let email: String?
        let page: ListPage
    }

    let operation = Operation(
        .get,
        "/customers",
        .view,
        "List customers, newest first",
        answer: Component.list(of: .customer)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let page = ListPage.read(&request.query, of: CustomerID.self)
        let reference = request.query.optional("reference", .text(1...128))
        let email = request.query.optional("email", .email)
        return Input(reference: reference, email: email, page: page)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        try await call.list(
            input.page,
            of: CustomerID.self,
            { (after, limit) async throws(StoreError) in
                try await call.services.queries.customers(
                    reference: input.reference,
                    email: input.email,
                    after: after,
                    limit: limit,
                    in: call.tenant
                )
            },
            { customer, writer in writer.members(of: customer) }
        )
    }
}
