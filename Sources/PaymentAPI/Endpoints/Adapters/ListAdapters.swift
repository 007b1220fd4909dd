internal import HTTP
internal import PaymentCore

struct ListAdapters: Endpoint {
    let operation = Operation(
        .get,
        "/adapters",
        .view,
        "What each vendor can do, so that callers can ask before they try",
        answer: Component.list(of: .adapter)
    )

    func read(_ request: inout RequestReader) -> Bool? { true }

    func call(_ input: Bool, _ call: Call) async throws -> Answer {
        .list(call.services.adapters, next: nil) { adapter, writer in adapter.write(to: &writer) }
    }
}
