internal import HTTP
internal import PaymentCore

struct GetMerchantAccount: Endpoint {
    let operation = Operation(
        .get,
        "/adapters/accounts/{id}",
        .view,
        "Read a merchant account, without its secrets",
        answer: .reference(.merchantAccount)
    )

    func read(_ request: inout RequestReader) -> MerchantAccountID? {
        request.identifier("id", .account)
    }

    func call(_ input: MerchantAccountID, _ call: Call) async throws -> Answer {
        let account = try await call.account(input)
        return Answer { $0.members(of: account) }
    }
}
