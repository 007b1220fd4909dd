internal import HTTP
internal import PaymentCore

struct GetMethodSession: Endpoint {
    let operation = Operation(
        .get,
        "/payment-methods/sessions/{id}",
        .view,
        "Read a hosted session, asking the vendor while it is open",
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
        return Answer { $0.members(of: current.session, current.action) }
    }
}
