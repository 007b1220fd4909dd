internal import HTTP
internal import PaymentCore

struct PostCustomer: Endpoint {
    struct Input: Sendable {
        let reference: String?
        let name: String?
        let email: String?
        let phone: String?
        let metadata: [String: String]
    }

    let operation = Operation(
        .post,
        "/customers",
        .create,
        "Create a customer: the guest or buyer who pays",
        body: .required,
        takesKey: true,
        success: .created,
        answer: .reference(.customer)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let reference = request.body.optional("reference", .text(1...128))
        let name = request.body.optional("name", .text())
        let email = request.body.optional("email", .email)
        let phone = request.body.optional("phone", .text(1...32))
        let metadata = request.body.optional("metadata", .metadata)
        return Input(
            reference: reference,
            name: name,
            email: email,
            phone: phone,
            metadata: metadata ?? [:]
        )
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        let answer = try await call.workflows.createCustomer(
            reference: input.reference,
            name: input.name,
            email: input.email,
            phone: input.phone,
            metadata: input.metadata,
            as: call.creation { $0.members(of: $1) },
            in: call.tenant
        )
        return call.answer(answer, success: operation.success)
    }
}
