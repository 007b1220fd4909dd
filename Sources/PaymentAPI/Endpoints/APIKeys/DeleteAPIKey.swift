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
        guard try await call.services.control.revoke(input, of: call.tenant) else {
            throw Problem(.notFound, ["what": "api_key"])
        }
        call.state.authentication.forget()
        return .noContent
    }
}
