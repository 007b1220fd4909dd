internal import HTTP
internal import PaymentCore

struct DeleteAPIKey: Endpoint {
    let operation = Operation(
        .delete,
        "/api-keys/{id}",
        .manageKeys,
        "Revoke an API key; other processes follow within seconds",
        success: .noContent,
        answer: nil
    )

    func read(_ request: inout RequestReader) -> APIKeyID? {
        request.parameter("id", .identifier("key"), "api_key") { APIKeyID($0) }
    }

    func call(_ input: APIKeyID, _ call: Call) async throws -> Answer {
        let control = call.services.control
        let known = try await control.keys(of: call.tenant).first { $0.id == input }
        let entry = call.entry(
            on: input.description,
            before: known.map(AuditDocument.text)
        )
        guard try await control.noting(entry).revoke(input, of: call.tenant) else {
            throw Problem(.notFound, ["what": "api_key"])
        }
        call.state.authentication.forget()
        return .noContent
    }
}
