internal import HTTP
internal import PaymentCore

struct GetMethodSession: Endpoint {
    let operation = Operation(
        .get,
        "/payment-methods/sessions/{id}",
        .view,
        "Read a hosted session, asking the vendor while it is open",
        detail: "A key without `billing.create` is not told the `client_secret`: with it, whoever "
            + "reads could store a card of their own for this customer.",
        answer: .reference(.methodSession)
    )

    func read(_ request: inout RequestReader) -> MethodSessionID? {
        request.identifier("id", .session)
    }

    func call(_ input: MethodSessionID, _ call: Call) async throws -> Answer {
        guard let session = try await call.services.store.session(input, in: call.tenant) else {
            throw Problem(.notFound, ["what": WorkflowError.Subject.session.rawValue])
        }
        let current = try await call.workflows.readSession(session, in: call.tenant)
        let mayAct = call.identity.key.permissions.contains(.create)
        let action = mayAct ? current.action : current.action?.withheld
        return Answer { $0.members(of: current.session, action) }
    }
}
