internal import HTTP
internal import PaymentCore

struct PutIntentMethod: Endpoint {
    struct Input: Sendable {
        let intent: IntentID
        let method: ChosenMethod
    }

    let operation = Operation(
        .put,
        "/intents/{id}/method",
        alias: "/transactions/{id}/method",
        .create,
        "Attach or change the method before authorization",
        body: .required,
        answer: .reference(.intent)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let intent = request.identifier("id", .intent, of: IntentID.self)
        let method = ChosenMethod.read(&request.body, takesToken: false)
        guard let intent, let method else { return nil }
        return Input(intent: intent, method: method)
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        do {
            let payment = try await call.workflows.attachMethod(
                input.method.kind,
                input.method.id,
                drawer: input.method.drawer,
                to: input.intent,
                for: call.caller,
                in: call.tenant
            )
            return call.answer(payment)
        } catch {
            guard error.code == .invalidReference(.method) else { throw error }
            throw Problem(unknown: .method, at: "/id")
        }
    }
}
