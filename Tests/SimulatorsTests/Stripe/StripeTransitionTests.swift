import JSON
import Testing

@testable import Simulators

/// Every state of an intent against every movement (sections 2.1 to 2.5).
struct StripeTransitionTests {
    private var bench = StripeBench()

    typealias Status = Stripe.PaymentIntent.Status

    enum Movement: String, CaseIterable {
        case confirm
        case capture
        case cancel
        case refund
    }

    private static let allowed: [Movement: Set<Status>] = [
        .confirm: [.requiresPaymentMethod, .requiresConfirmation, .requiresAction],
        .capture: [.requiresCapture],
        .cancel: [
            .requiresPaymentMethod, .requiresConfirmation, .requiresAction, .requiresCapture,
        ],
        .refund: [.succeeded],
    ]

    @Test(arguments: Status.allCases, Movement.allCases)
    mutating func `a movement is possible in its states and in no other`(
        status: Status,
        movement: Movement
    ) throws {
        let id = try intent(in: status)
        let before = bench.machine.vendor.world.book[id]
        let answer =
            switch movement {
            case .confirm:
                try bench.post(
                    "/v1/payment_intents/\(id)/confirm",
                    ["payment_method": "pm_card_visa"]
                )
            case .capture, .cancel:
                try bench.post("/v1/payment_intents/\(id)/\(movement.rawValue)")
            case .refund: try bench.post("/v1/refunds", ["payment_intent": id])
            }
        if Self.allowed[movement]?.contains(status) == true {
            #expect(answer.status == 200)
        } else {
            #expect(answer.status == 400)
            #expect(bench.machine.vendor.world.book[id] == before)
            #expect(try bench.get("/v1/payment_intents/\(id)").state == status.rawValue)
            guard movement != .refund else { return }
            #expect(answer.code == "payment_intent_unexpected_state")
            #expect(answer.failedIntent?["status"]?.stringValue == status.rawValue)
        }
    }

    private mutating func intent(in status: Status) throws -> String {
        switch status {
        case .requiresPaymentMethod:
            return try open([:])
        case .requiresConfirmation:
            return try open(["payment_method": "pm_card_visa"])
        case .requiresAction:
            return try bench.pay(
                card: "pm_card_authenticationRequired",
                ["return_url": "https://pay.example.com/r"]
            ).id
        case .processing:
            return try bench.pay(card: "pm_card_processing").id
        case .requiresCapture:
            return try bench.pay().id
        case .succeeded:
            return try bench.pay(capture: "automatic").id
        case .canceled:
            let id = try bench.pay().id
            _ = try bench.post("/v1/payment_intents/\(id)/cancel")
            return id
        }
    }

    private mutating func open(_ more: KeyValuePairs<String, String>) throws -> String {
        let method = more.first?.value ?? ""
        return try bench.post(
            "/v1/payment_intents",
            [
                "amount": "1000", "currency": "eur", "payment_method_types[]": "card",
                "payment_method": method,
            ]
        ).id
    }
}
