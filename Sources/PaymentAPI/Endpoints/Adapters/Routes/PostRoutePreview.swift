internal import HTTP
internal import JSON
internal import PaymentCore

/// Answers which vendor a payment would take, and why. Nothing is asked, taken or stored.
struct PostRoutePreview: Endpoint {
    struct Input: Sendable {
        var payment: RoutedPayment
        let drawsFor: IntentID?
        let method: PaymentMethodID?
        let provider: VendorID?
    }

    let operation = Operation(
        .post,
        "/adapters/routes/preview",
        .view,
        "Which gateway a payment would take, and why",
        detail: "Takes the fields of an intent that routes look at. Weights draw by the intent's "
            + "id: with `intent_id` as that intent would, without it as some new one.",
        body: .required,
        answer: .reference(.routePreview)
    )

    func read(_ request: inout RequestReader) -> Input? {
        let amount = request.body.required("amount", .amount)
        let currency = request.body.required("currency", .currency)
        let method = request.body.required("method", .chosenMethod)
        let captureMethod = request.body.optional(
            "capture_method",
            .choice(Intent.CaptureMethod.self)
        )
        let property = request.body.optional("property_id", .text(1...64))
        let country = request.body.optional("country", .country)
        let provider = request.body.optional("provider", .vendor)
        let offSession = request.body.optional("off_session", .flag)
        let intent = request.body.optional("intent_id", .identifier(IntentID.self))
        guard let amount, let currency, let method else { return nil }
        if method.kind == .cash {
            request.body.refuse("method", .conflict, ["reason": "cash has no gateway"])
        }
        return Input(
            payment: RoutedPayment(
                intent: IntentID(UUID7(high: 0, low: 0)),
                amount: Money(amount, currency),
                methodKind: method.kind,
                byOneTimeToken: method.oneTimeToken != nil,
                property: property,
                country: country,
                captureMethod: captureMethod,
                offSession: offSession ?? false
            ),
            drawsFor: intent,
            method: method.id,
            provider: provider
        )
    }

    func call(_ input: Input, _ call: Call) async throws -> Answer {
        var payment = input.payment
        payment.intent = input.drawsFor ?? call.services.identifiers.make()
        let decision = try await call.workflows.previewRoute(
            payment,
            stored: input.method,
            provider: input.provider,
            in: call.tenant
        )
        let problem =
            decision.candidates.isEmpty ? Problem(WorkflowError(decision.failure)).code : nil
        return Answer {
            $0.member("object", "route_preview")
            $0.member("gateway", decision.candidates.first?.vendor.name)
            $0.member("merchant_account_id", decision.candidates.first?.account.description)
            $0.member("problem", problem?.rawValue)
            $0.object("routing") { $0.members(of: decision) }
        }
    }
}
