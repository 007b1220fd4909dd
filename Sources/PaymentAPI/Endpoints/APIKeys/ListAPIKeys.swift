internal import HTTP
internal import PaymentCore

struct ListAPIKeys: Endpoint {
    let operation = Operation(
        .get,
        "/api-keys",
        .manageKeys,
        "List the tenant's API keys, without their secrets",
        answer: Component.list(of: .apiKey)
    )

    func read(_ request: inout RequestReader) -> Bool? { true }

    func call(_ input: Bool, _ call: Call) async throws -> Answer {
        let keys = try await call.services.control.keys(of: call.tenant)
        return .list(keys, next: nil) { key, writer in writer.members(of: key) }
    }
}
