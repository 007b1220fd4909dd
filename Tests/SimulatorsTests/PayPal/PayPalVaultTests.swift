import HTTP
import JSON
import Testing

@testable import Simulators

/// Cards and wallets that are kept (section 3).
struct PayPalVaultTests {
    private var bench = PayPalBench()

    private static let merchant: JSONValue = [
        "payment_initiator": "MERCHANT", "payment_type": "UNSCHEDULED", "usage": "SUBSEQUENT",
    ]
    private static let customer: JSONValue = [
        "payment_initiator": "CUSTOMER", "payment_type": "ONE_TIME", "usage": "SUBSEQUENT",
    ]

    private func order(
        with token: String,
        _ credential: JSONValue = merchant,
        kind: String = "card",
        intent: String = "AUTHORIZE"
    ) -> JSONValue {
        let source = JSONObject([
            ("vault_id", .string(token)), ("stored_credential", credential),
        ])
        let sources = JSONObject([(kind, .object(source))])
        return PayPalBench.order(intent: intent, source: .object(sources))
    }

    @Test mutating func `a card enters the vault without its number`() throws {
        let body: JSONValue = [
            "payment_source": [
                "card": [
                    "verification_method": "SCA_WHEN_REQUIRED",
                    "experience_context": ["return_url": "https://pay.example.com/r"],
                ]
            ],
            "customer": ["id": "cust_1"],
        ]
        let setup = bench.post("/v3/vault/setup-tokens", body)
        #expect(setup.status == 201)
        #expect(setup.state == "CREATED")
        let early = bench.post("/v3/vault/payment-tokens", PayPalBench.exchange(setup.id))
        #expect(early.issue == "PAYER_ACTION_REQUIRED")
        let entered = try bench.control(
            "POST",
            "setup_tokens/\(setup.id)/approve",
            ["funding": "card_mastercard"]
        )
        let back = JSONValue.string("https://pay.example.com/r?token=\(setup.id)")
        #expect(entered["return_url"] == back)
        #expect(bench.get("/v3/vault/setup-tokens/\(setup.id)").state == "APPROVED")
        let token = bench.post("/v3/vault/payment-tokens", PayPalBench.exchange(setup.id))
        #expect(token.status == 201)
        #expect(token.json["customer"]?["id"] == "cust_1")
        #expect(token.json["payment_source"]?["card"]?["brand"] == "MASTERCARD")
        #expect(try bench.takeEventTypes() == ["VAULT.PAYMENT-TOKEN.CREATED"])
        #expect(bench.get("/v3/vault/setup-tokens/\(setup.id)").state == "VAULTED")
        let again = bench.post("/v3/vault/payment-tokens", PayPalBench.exchange(setup.id))
        #expect(again.issue == "TOKEN_EXPIRED")
        let number: JSONValue = ["payment_source": ["card": ["number": "4111111111111111"]]]
        let refused = bench.post("/v3/vault/setup-tokens", number)
        #expect(refused.issue == "INVALID_PARAMETER_SYNTAX")
        #expect(refused.field == "/payment_source/card/number")
    }

    @Test mutating func `a challenged card enters the vault after the challenge`() throws {
        let setup = bench.post(
            "/v3/vault/setup-tokens",
            ["payment_source": ["card": ["verification_method": "SCA_ALWAYS"]]]
        ).id
        _ = try bench.control("POST", "setup_tokens/\(setup)/approve", ["funding": "card_visa"])
        let waiting = bench.get("/v3/vault/setup-tokens/\(setup)")
        #expect(waiting.state == "PAYER_ACTION_REQUIRED")
        #expect(waiting.link("approve") != nil)
        let path = "setup_tokens/\(setup)/authenticate"
        _ = try bench.control("POST", path, ["outcome": "failed"])
        #expect(bench.get("/v3/vault/setup-tokens/\(setup)").state == "CREATED")
        _ = try bench.control("POST", "setup_tokens/\(setup)/approve", ["funding": "card_visa"])
        _ = try bench.control("POST", path, ["outcome": "succeeded"])
        let token = bench.post("/v3/vault/payment-tokens", PayPalBench.exchange(setup))
        #expect(token.status == 201)
    }

    @Test mutating func `a wallet enters the vault over its link`() throws {
        let setup = bench.post("/v3/vault/setup-tokens", ["payment_source": ["paypal": [:]]])
        #expect(setup.state == "PAYER_ACTION_REQUIRED")
        #expect(setup.link("approve")?.contains("approval_session_id=\(setup.id)") == true)
        #expect(throws: ControlRefusal.self) {
            try bench.control(
                "POST",
                "setup_tokens/\(setup.id)/approve",
                ["funding": "card_visa"]
            )
        }
        bench.advance(.seconds(3 * 86_400))
        let late = bench.post("/v3/vault/payment-tokens", PayPalBench.exchange(setup.id))
        #expect(late.issue == "TOKEN_EXPIRED")
        let none = bench.post("/v3/vault/payment-tokens", PayPalBench.exchange("none"))
        #expect(none.issue == "TOKEN_ID_NOT_FOUND")
    }

    @Test mutating func `a customer's tokens are listed and deleted`() throws {
        var tokens: [String] = []
        for funding in ["card_visa", "card_mastercard", "wallet"] {
            let source: JSONValue = funding == "wallet" ? ["paypal": [:]] : ["card": [:]]
            let body: JSONValue = ["payment_source": source, "customer": ["id": "c"]]
            let setup = bench.post("/v3/vault/setup-tokens", body).id
            _ = try bench.control(
                "POST",
                "setup_tokens/\(setup)/approve",
                ["funding": .string(funding)]
            )
            let exchange = PayPalBench.exchange(setup)
            tokens.append(bench.post("/v3/vault/payment-tokens", exchange).id)
        }
        let path = "/v3/vault/payment-tokens?customer_id=c&page_size=2&total_required=true"
        let first = bench.get(path)
        #expect(first.json["payment_tokens"]?.arrayValue?.count == 2)
        #expect(first.json["total_items"] == 3)
        #expect(first.json["total_pages"] == 2)
        let second = bench.get(path + "&page=2")
        #expect(second.json["payment_tokens"]?[0]?["id"]?.stringValue == tokens[0])
        let one = "/v3/vault/payment-tokens/\(tokens[0])"
        #expect(bench.send(bench.call(.delete, one)).status == 204)
        #expect(bench.get(one).status == 404)
        #expect(bench.get(path).json["total_items"] == 2)
        #expect(try bench.takeEventTypes().last == "VAULT.PAYMENT-TOKEN.DELETED")
        let gone = bench.post("/v2/checkout/orders", order(with: tokens[0]))
        #expect(gone.issue == "TOKEN_ID_NOT_FOUND")
    }

    @Test mutating func `a stored source is charged at once`() throws {
        for (funding, kind) in [("card_visa", "card"), ("wallet", "paypal")] {
            let token = try bench.stored(funding)
            let held = bench.post("/v2/checkout/orders", order(with: token, kind: kind))
            #expect(held.status == 201)
            #expect(held.state == "COMPLETED")
            #expect(held.authorization?["status"] == "CREATED")
            let taken = bench.post(
                "/v2/checkout/orders",
                order(with: token, Self.customer, kind: kind, intent: "CAPTURE")
            )
            #expect(taken.capture?["status"] == "COMPLETED")
            #expect(bench.world.book[taken.id]?.captured == 1_099)
        }
    }

    @Test mutating func `a stored source can be refused before there is an order`() throws {
        let token = try bench.stored("card_issue_CARD_EXPIRED")
        let refused = bench.post("/v2/checkout/orders", order(with: token))
        #expect(refused.issue == "CARD_EXPIRED")
        #expect(bench.world.orders.count == 0)
        #expect(throws: ControlRefusal.self) { try bench.stored("card_vault_issue_CARD_EXPIRED") }
    }

    @Test mutating func `a stored source is charged under rules`() throws {
        let token = try bench.stored()
        let order = order(with: token)
        let keyless = bench.send(bench.call(.post, "/v2/checkout/orders", order))
        #expect(keyless.status == 400)
        #expect(keyless.issue == "PAYPAL_REQUEST_ID_REQUIRED")
        let mismatch = bench.post("/v2/checkout/orders", self.order(with: token, kind: "paypal"))
        #expect(mismatch.issue == "MISMATCHED_VAULT_ID_TO_PAYMENT_SOURCE")
        let inconsistent: [JSONValue] = [
            ["payment_initiator": "MERCHANT", "payment_type": "ONE_TIME"],
            ["payment_initiator": "MERCHANT", "payment_type": "RECURRING", "usage": "FIRST"],
            [
                "payment_initiator": "CUSTOMER", "payment_type": "ONE_TIME",
                "previous_network_transaction_reference": ["id": "1"],
            ],
        ]
        for credential in inconsistent {
            let wrong = bench.post("/v2/checkout/orders", self.order(with: token, credential))
            #expect(wrong.status == 400)
        }
        let unit: JSONValue = ["amount": PayPalBench.money("1.00")]
        let other: JSONValue = ["amount": PayPalBench.money("1.00"), "reference_id": "b"]
        var many = try #require(order.objectValue)
        many["purchase_units"] = [unit, other]
        let refused = bench.post("/v2/checkout/orders", .object(many))
        #expect(refused.issue == "MERCHANT_INITIATED_WITH_MULTIPLE_PURCHASE_UNITS")
    }

    // MARK: Challenges

    @Test mutating func `a stored card is challenged when its holder is there`() throws {
        let setup = bench.post("/v3/vault/setup-tokens", ["payment_source": ["card": [:]]]).id
        _ = try bench.control("POST", "setup_tokens/\(setup)/approve", ["funding": "card_3ds"])
        let passed: JSONValue = ["outcome": "succeeded"]
        _ = try bench.control("POST", "setup_tokens/\(setup)/authenticate", passed)
        let token = bench.post("/v3/vault/payment-tokens", PayPalBench.exchange(setup)).id
        #expect(bench.post("/v2/checkout/orders", order(with: token)).state == "COMPLETED")
        let waiting = bench.post("/v2/checkout/orders", order(with: token, Self.customer))
        #expect(waiting.status == 201)
        try expect(waiting.json, shows: PayPalFixture.challenged)
        let address = waiting.link("payer-action") ?? ""
        #expect(address.hasSuffix("helios?action=verify&flow=3ds&cart_id=\(waiting.id)"))
        let path = "/v2/checkout/orders/\(waiting.id)"
        #expect(bench.post("\(path)/authorize").issue == "PAYER_ACTION_REQUIRED")
        _ = try bench.control("POST", "orders/\(waiting.id)/authenticate", passed)
        let card = bench.get("\(path)?fields=payment_source").json["payment_source"]?["card"]
        #expect(card?["authentication_result"]?["liability_shift"] == "POSSIBLE")
        let secure = card?["authentication_result"]?["three_d_secure"]
        #expect(secure == ["enrollment_status": "Y", "authentication_status": "Y"])
        #expect(bench.post("\(path)/authorize").authorization?["status"] == "CREATED")
    }

    @Test(arguments: [
        ("succeeded", "CREATED"), ("attempted", "CREATED"), ("not_enrolled", "CREATED"),
        ("bypassed", "CREATED"), ("enrollment_unknown", "CREATED"), ("failed", "DENIED"),
        ("rejected", "DENIED"), ("unavailable", "DENIED"), ("none", "DENIED"),
        ("challenge_unfinished", "DENIED"),
    ])
    mutating func `a challenge decides on the payment`(outcome: String, status: String) throws {
        let order = try bench.approved(funding: "card_3ds")
        _ = try bench.control(
            "POST",
            "orders/\(order)/authenticate",
            ["outcome": .string(outcome)]
        )
        let paid = bench.post("/v2/checkout/orders/\(order)/authorize")
        #expect(paid.authorization?["status"]?.stringValue == status)
        let code = paid.authorization?["processor_response"]?["response_code"]
        #expect(code == (status == "DENIED" ? "7710" : "0000"))
    }

    // MARK: Storing while paying

    @Test mutating func `a source is stored while it pays`() throws {
        let source: JSONValue = [
            "paypal": [
                "attributes": [
                    "vault": ["store_in_vault": "ON_SUCCESS", "usage_type": "MERCHANT"],
                    "customer": ["id": "c"],
                ]
            ]
        ]
        for funding in ["wallet", "wallet_vault_late"] {
            let id = bench.post("/v2/checkout/orders", PayPalBench.order(source: source)).id
            let choice: JSONValue = ["funding": .string(funding)]
            _ = try bench.control("POST", "orders/\(id)/approve", choice)
            let paid = bench.post("/v2/checkout/orders/\(id)/authorize")
            let isLate = funding == "wallet_vault_late"
            func vault(_ answer: PayPalBench.Answer) -> JSONValue? {
                answer.json["payment_source"]?["paypal"]?["attributes"]?["vault"]
            }
            #expect(vault(paid)?["status"] == (isLate ? "APPROVED" : "VAULTED"))
            #expect((vault(paid)?["id"] == nil) == isLate)
            _ = try bench.takeEvents()
            bench.advance(.seconds(60))
            let shown = vault(bench.get("/v2/checkout/orders/\(id)"))
            #expect(shown?["status"] == "VAULTED")
            if isLate {
                let event = try bench.takeEvents().last
                #expect(event?["event_type"] == "VAULT.PAYMENT-TOKEN.CREATED")
                #expect(event?["resource"]?["id"] == shown?["id"])
                #expect(event?["resource"]?["metadata"] == ["order_id": .string(id)])
            }
        }
        #expect(bench.world.paymentTokens(of: "c").count == 2)
    }

    @Test mutating func `what does not pay is not stored`() throws {
        let source: JSONValue = [
            "paypal": ["attributes": ["vault": ["store_in_vault": "ON_SUCCESS"]]]
        ]
        let id = bench.post("/v2/checkout/orders", PayPalBench.order(source: source)).id
        _ = try bench.control("POST", "orders/\(id)/approve", ["funding": "wallet_denied"])
        let paid = bench.post("/v2/checkout/orders/\(id)/authorize")
        #expect(paid.json["payment_source"]?["paypal"]?["attributes"] == nil)
        #expect(bench.world.paymentTokens.count == 0)
    }
}
