internal import HTTP
internal import PaymentCore

struct GetIdempotencyKey: Endpoint {
    let operation = Operation(
        .get,
        "/idempotency/{key}",
        .view,
        "Whether and how a request ran",
        answer: .reference(.idempotencyKey)
    )

    func read(_ request: inout RequestReader) -> String? {
        request.parameter("key", .text(length: 1...255), "idempotency_key") {
            IdempotencyKey($0)?.text
        }
    }

    func call(_ input: String, _ call: Call) async throws -> Answer {
        guard let record = try await call.services.store.idempotency(input, in: call.tenant) else {
            throw Problem(.notFound, ["what": "idempotency_key"])
        }
        let status = record.answer.map { stored in
            stored.status == 200 ? call.state.routes.success(of: record.operation) : stored.status
        }
        return Answer { $0.members(of: record, status: status) }
    }
}
