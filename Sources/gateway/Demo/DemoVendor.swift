import JSON

/// A vendor as the demo shows it: an account at its simulator, and what its payer does.
struct DemoVendor: Sendable {
    /// A payment that waits for its payer.
    struct Page: Sendable {
        let attempt: String
        /// The vendor's own name of the payment; empty when it has given none.
        let reference: String
        let url: String
    }

    let name: String
    let title: String
    let currency: String
    let amount: Int64
    /// The kind of method that opens a page.
    let method: String
    /// An account's fields, given where the vendor is and a secret of this run, hexadecimal.
    let fields: @Sendable (_ base: String, _ secret: String) -> JSONValue
    /// Who is notified, as the simulator is configured; nil for a vendor that gets it with each
    /// payment.
    let receiver: (@Sendable (_ url: String, _ secret: String) -> JSONValue)?
    /// The payer's part.
    let pay: @Sendable (_ page: Page, _ simulator: GatewayClient) async throws -> Void

    static let all = [payPal, adyen, payme, click, octo, hesabPay, integrator]
}

extension DemoVendor {
    private static let payPal = DemoVendor(
        name: "paypal",
        title: "PayPal, the payer approves in their wallet",
        currency: "EUR",
        amount: 4_500,
        method: "wallet",
        fields: { base, secret in
            [
                "client_id": "demo", "client_secret": .string(secret), "webhook_id": "WH-DEMO",
                "webhook_verification": "api", "api_base": .string(base),
            ]
        },
        receiver: { url, _ in ["url": .string(url), "webhook_id": "WH-DEMO"] },
        pay: { page, simulator in
            try await simulator.act("orders/\(page.reference)/approve", ["funding": "wallet"])
        }
    )

    private static let adyen = DemoVendor(
        name: "adyen",
        title: "Adyen, a card on its hosted page",
        currency: "EUR",
        amount: 4_500,
        method: "card",
        fields: { base, secret in
            [
                "api_key": .string(secret), "merchant_account": "DemoHotel",
                "return_url": "https://hotel.example/thanks", "hmac_keys": .string(secret),
                "api_base": .string(base),
            ]
        },
        receiver: { url, secret in ["url": .string(url), "secrets": [.string(secret)]] },
        pay: { page, simulator in
            try await simulator.act("sessions/\(page.reference)/pay", ["card": "test_visa"])
        }
    )

    private static let payme = DemoVendor(
        name: "payme",
        title: "Payme, which asks us before and after it debits",
        currency: "UZS",
        amount: 15_000_000,
        method: "redirect",
        fields: { base, secret in
            [
                "merchant_id": .string(cashbox), "key": .string(secret),
                "checkout_base": .string(base), "api_base": .string(base + "/api"),
            ]
        },
        receiver: { url, secret in
            ["id": .string(cashbox), "key": .string(secret), "url": .string(url)]
        },
        pay: { page, simulator in try await simulator.act("pay", ["link": .string(page.url)]) }
    )

    private static let cashbox = "5e730e8e0b852a417aa49ceb"

    private static let click = DemoVendor(
        name: "click",
        title: "Click, which asks us to prepare and to complete",
        currency: "UZS",
        amount: 15_000_000,
        method: "redirect",
        fields: { base, secret in
            [
                "merchant_id": "31415", "service_id": "85335", "merchant_user_id": "27182",
                "secret_key": .string(secret), "pay_base": .string(base),
                "api_base": .string(base + "/v2/merchant"),
            ]
        },
        receiver: { url, secret in
            [
                "service_id": 85_335, "merchant_id": 31_415, "merchant_user_id": 27_182,
                "secret_key": .string(secret), "prepare_url": .string(url),
            ]
        },
        pay: { page, simulator in try await simulator.act("pay", ["link": .string(page.url)]) }
    )

    private static let octo = DemoVendor(
        name: "octo",
        title: "Octo, an Uzcard on its page",
        currency: "UZS",
        amount: 15_000_000,
        method: "card",
        fields: { base, secret in
            [
                "shop_id": "27", "octo_secret": .string(secret), "unique_key": .string(secret),
                "api_base": .string(base),
            ]
        },
        receiver: { _, secret in
            [
                "octo_shop_id": 27, "octo_secret": .string(secret), "unique_key": .string(secret),
            ]
        },
        pay: { page, simulator in
            try await simulator.act("payments/\(page.attempt)/pay", ["card": "uzcard"])
        }
    )

    private static let hesabPay = DemoVendor(
        name: "hesabpay",
        title: "HesabPay, a wallet in Kabul",
        currency: "AFN",
        amount: 325_000,
        method: "redirect",
        fields: { base, secret in ["api_key": .string(secret), "api_base": .string(base)] },
        receiver: { url, secret in ["api_key": .string(secret), "url": .string(url)] },
        pay: { page, simulator in try await simulator.act("sessions/\(page.attempt)/pay", [:]) }
    )

    private static let integrator = DemoVendor(
        name: "integrator",
        title: "A vendor of your own: docs/integrator/example.py",
        currency: "EUR",
        amount: 4_500,
        method: "redirect",
        fields: { base, secret in
            var fields = ["secrets": JSONValue.string(secret)]
            for operation in ["authorize", "capture", "void", "refund", "look_up"] {
                fields["\(operation)_url"] = .string("\(base)/\(operation)")
            }
            return .object(JSONObject(fields.map { ($0.key, $0.value) }))
        },
        receiver: nil,
        pay: { page, bank in try await bank.submit("choice=agree", to: page.url) }
    )
}

extension GatewayClient {
    /// Does something to a simulator.
    fileprivate func act(_ path: String, _ body: JSONValue) async throws {
        let answer = try await post("/_control/\(path)", body)
        guard answer.status < 300 else {
            throw Failure(description: "\(path): \(answer.status)")
        }
    }
}
