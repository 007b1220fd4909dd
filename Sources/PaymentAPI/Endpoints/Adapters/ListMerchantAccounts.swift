internal import HTTP
internal import PaymentCore

struct ListMerchantAccounts: Endpoint {
    let operation = Operation(
        .get,
        "/adapters/accounts",
        .view,
        "List the tenant's merchant accounts, without their secrets",
        answer: Component.list(of: .merchantAccount)
    )

    func read(_ request: inout RequestReader) -> Bool? { true }

    func call(_ input: Bool, _ call: Call) async throws -> Answer {
        let accounts = try await call.services.control.accounts(of: call.tenant)
        return .list(accounts, next: nil) { account, writer in writer.members(of: account) }
    }
}
