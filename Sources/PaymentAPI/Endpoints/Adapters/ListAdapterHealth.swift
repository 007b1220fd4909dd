internal import HTTP
internal import PaymentCore

struct ListAdapterHealth: Endpoint {
    let operation = Operation(
        .get,
        "/adapters/health",
        .view,
        "How the tenant's gateways are: each account's breaker and latest calls",
        detail: "Breakers are shared by all processes; the window is of the one that answers.",
        answer: Component.list(of: .adapterHealth)
    )

    func read(_ request: inout RequestReader) -> Bool? { true }

    func call(_ input: Bool, _ call: Call) async throws -> Answer {
        let accounts = try await call.services.control.accounts(of: call.tenant)
        let (health, now) = (call.services.health, call.services.clock.now)
        return .list(accounts, next: nil) { account, writer in
            writer.members(of: account, health.reading(of: account.id, at: now))
        }
    }
}
