import HTTP
import JSON
import Testing

/// What the whole-binary tests must know of a vendor: how to be its customer, and what its payers
/// do. Everything else is the same for all.
struct VendorUnderTest: Sendable, CustomTestStringConvertible {
    let name: String
    /// Of every payment, in minor units.
    let amount: Int64
    let currency: String
    /// The kind of method that opens a page.
    let method: String
    /// Whether money can be held first; otherwise it is taken at once.
    let holds: Bool
    /// What is captured of a hold, and what is given back of that.
    let captured: Int64
    let refunded: Int64
    /// The simulator's own settings.
    let settings: JSONValue?
    /// The first thing that it tells of a payment.
    let firstNotice: String
    /// The simulator's name of the call that takes held money; nil when it knows none.
    let capture: String?
    /// An account's fields, but for where the vendor is.
    let fields: @Sendable (_ simulator: TestClient) async throws -> [String: String]
    /// Who is told, as the vendor has it configured.
    let receiver: @Sendable (_ url: String) -> JSONValue
    /// What a payer does on an open page.
    let pay: @Sendable (_ page: VendorStand.Page, _ simulator: TestClient) async throws -> Void

    var testDescription: String { name }

    /// What a notification is refused with that nobody signed.
    var refusal: Int { name == "adyen" ? 401 : 400 }

    static let all = [payPal, adyen, octo, hesabPay]
}

extension VendorUnderTest {
    static let payPal = VendorUnderTest(
        name: "paypal",
        amount: 12_500,
        currency: "EUR",
        method: "wallet",
        holds: true,
        captured: 5_000,
        refunded: 2_000,
        settings: nil,
        firstNotice: "CHECKOUT.ORDER.APPROVED",
        capture: "authorizations.capture",
        fields: { simulator in
            // The simulator's certificates have an authority of their own.
            let authority = try await simulator.raw(.get, "/_control/certificate_authority", nil)
            let root = try #require(authority.text("pem")).split(separator: "\n")
                .filter { !$0.hasPrefix("-----") }.joined()
            return [
                "client_id": "demo", "client_secret": "client-secret-of-the-suite",
                "webhook_id": "WH-1", "webhook_authorities": root,
            ]
        },
        receiver: { ["url": .string($0), "webhook_id": "WH-1"] },
        pay: { page, simulator in
            try await simulator.act("orders/\(page.reference)/approve", ["funding": "wallet"])
        }
    )

    static let adyen = VendorUnderTest(
        name: "adyen",
        amount: 12_500,
        currency: "EUR",
        method: "card",
        holds: true,
        captured: 5_000,
        refunded: 2_000,
        settings: ["manual_capture": true, "wants_accepted": true],
        firstNotice: "AUTHORISATION",
        capture: "payments.capture",
        fields: { _ in
            [
                "api_key": "api-key-of-the-suite", "merchant_account": "DemoHotel",
                "return_url": "https://hotel.example/thanks", "hmac_keys": adyenKey,
                "webhook_user": "adyen", "webhook_password": "webhook-password-of-the-suite",
            ]
        },
        receiver: { url in
            [
                "url": .string(url), "secrets": [.string(adyenKey)], "user": "adyen",
                "password": "webhook-password-of-the-suite",
            ]
        },
        pay: { page, simulator in
            try await simulator.act("sessions/\(page.reference)/pay", ["card": "test_visa"])
        }
    )

    private static let adyenKey = String(repeating: "4A", count: 32)

    static let octo = VendorUnderTest(
        name: "octo",
        amount: 15_000_000,
        currency: "UZS",
        method: "card",
        holds: true,
        captured: 5_000_000,
        refunded: 2_000_000,
        settings: ["refund_ms": 0],
        firstNotice: "waiting_for_capture",
        capture: "set_accept",
        fields: { _ in
            [
                "shop_id": "27", "octo_secret": "octo-secret-of-the-suite",
                "unique_key": "unique-key-of-the-suite",
            ]
        },
        receiver: { _ in
            [
                "octo_shop_id": 27, "octo_secret": "octo-secret-of-the-suite",
                "unique_key": "unique-key-of-the-suite",
            ]
        },
        pay: { page, simulator in
            try await simulator.act("payments/\(page.attempt)/pay", ["card": "uzcard"])
        }
    )

    static let hesabPay = hesabPay(
        settings: [
            "status_path": "/api/v1/payment/status", "refund_path": "/api/v1/payment/refund",
        ],
        fields: [
            "wire": """
            {"paths":{"status":"/api/v1/payment/status","refund":"/api/v1/payment/refund"}}
            """
        ]
    )

    /// - Parameter pin: opens the wallet for payouts.
    static func hesabPay(
        settings: JSONValue? = nil,
        fields: [String: String],
        pin: String? = nil
    ) -> VendorUnderTest {
        let key = "api-key-of-the-suite"
        return VendorUnderTest(
            name: "hesabpay",
            amount: 650_000,
            currency: "AFN",
            method: "redirect",
            holds: false,
            captured: 650_000,
            refunded: 150_000,
            settings: settings,
            firstNotice: "payment_success",
            capture: nil,
            fields: { _ in fields.merging(["api_key": key]) { $1 } },
            receiver: { url in
                var receiver = JSONObject([("api_key", .string(key)), ("url", .string(url))])
                receiver["pin"] = pin.map(JSONValue.string)
                return .object(receiver)
            },
            pay: { page, simulator in
                try await simulator.act("sessions/\(page.attempt)/pay", [:])
            }
        )
    }
}
