internal import HTTP
internal import PaymentCore

struct PatchCustomer: Endpoint {
    struct Input: Sendable {
        let customer: CustomerID
        let reference: Change<String>
        let name: Change<String>
        let email: Change<String>
        let phone: Change<String>
        let metadata: Change<[String: String]>
    }

    let operation = Operation(
        .patch,
        "/customers/{id}",
        .create,
        "Change a customer: what is absent stays, null clears",
        body: .required,
        answer: .reference(.customer)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let customer = request.identifier("id", .customer, of: CustomerID.self)
        let reference = request.body.change("reference", .text(1...128))
        let name = request.body.change("name", .text())
        let email = request.body.change("email", .email)
        let phone = request.body.change("phone", .text(1...32))
        let metadata = request.body.change("metadata", .metadata)
        guard let customer else { return nil }
        return Input(
            customer: customer,
            reference: reference,
            name: name,
            email: email,
            phone: phone,
            metadata: metadata
        )
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let customer = try await call.workflows.updateCustomer(input.customer, in: call.tenant) {
            $0.reference = input.reference.applied(to: $0.reference)
            $0.name = input.name.applied(to: $0.name)
            $0.email = input.email.applied(to: $0.email)
            $0.phone = input.phone.applied(to: $0.phone)
            $0.metadata = input.metadata.applied(to: $0.metadata) ?? [:]
        }
        return Answer { $0.members(of: customer) }
    }
}
