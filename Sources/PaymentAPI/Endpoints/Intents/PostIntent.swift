internal import HTTP
internal import PaymentCore

/// Creates an intent and, unless told otherwise, authorizes it.
struct PostIntent: Endpoint {
    let operation = Operation(
        .post,
        "/intents",
        alias: "/transactions",
        .create,
        "Create an intent and, unless told otherwise, authorize it",
        detail: "`method.kind` picks the way to pay; `confirm: false` only creates. Naming a "
            + "`provider` takes the permission billing.gateways.choose. A decline is 402; an "
            + "outcome that is not known yet is 202 with status `processing`.",
        body: .required,
        movesMoney: true,
        success: .created,
        answer: .reference(.intent)
    )

    func read(_ request: inout RequestReader) -> CreateIntent? {
        let amount = request.body.required("amount", .amount)
        let currency = request.body.required("currency", .currency)
        let captureMethod = request.body.optional(
            "capture_method",
            .choice(Intent.CaptureMethod.self).described(
                """
                Otherwise manual where the gateway can hold; of cash, how its guarantee is charged: \
                held, unless automatic is said.
                """
            )
        )
        let method = request.body.required("method", .chosenMethod)
        let guarantee = request.body.optional(
            "guarantee_method_id",
            .identifier(PaymentMethodID.self).described(
                "Stored method to charge, without its payer, when a cash guest does not arrive."
            )
        )
        let customer = request.body.optional("customer_id", .identifier(CustomerID.self))
        let property = request.body.optional("property_id", .text(1...64))
        let country = request.body.optional(
            "country",
            .country.described("The payer's: the tenant's routes may look at it.")
        )
        let order = request.body.optional("order", .orderChoice)
        let provider = request.body.optional("provider", .vendor)
        let confirm = request.body.optional("confirm", .flag)
        let offSession = request.body.optional("off_session", .flag)
        let retry = request.body.optional(
            "retry",
            .flag.described(
                "Whether it may be tried again without its payer; otherwise as the policy says."
            )
        )
        let returnURL = request.body.optional("return_url", .url)
        let metadata = request.body.optional("metadata", .metadata)
        guard let amount, let currency, let method else { return nil }
        if method.oneTimeToken != nil, confirm == false || offSession == true {
            let reason =
                confirm == false
                ? "it is not kept until the intent is authorized" : "the payer hands it over"
            request.body.refuse("method/one_time_token", .conflict, ["reason": reason])
        }
        return CreateIntent(
            amount: Money(amount, currency),
            captureMethod: captureMethod,
            method: method.kind,
            methodID: method.id,
            oneTimeToken: method.oneTimeToken,
            drawer: method.drawer,
            guarantee: guarantee,
            customer: customer,
            property: property,
            country: country,
            order: order,
            provider: provider,
            confirm: confirm ?? true,
            offSession: offSession ?? false,
            returnURL: returnURL,
            metadata: metadata ?? [:],
            retry: retry
        )
    }

    func call(_ input: CreateIntent, _ call: Call) async throws -> Answer {
        if input.provider != nil { try call.identity.require(.chooseGateway) }
        do {
            let answer = try await call.workflows.createIntent(
                input,
                under: call.key,
                for: call.caller,
                in: call.tenant
            )
            return call.answer(answer, success: operation.success)
        } catch {
            // Without a method's id (cash has none), the stored method can only be the guarantee.
            guard error.code == .invalidReference(.method), input.methodID == nil else {
                throw error
            }
            throw Problem(unknown: .method, at: "/guarantee_method_id")
        }
    }
}
