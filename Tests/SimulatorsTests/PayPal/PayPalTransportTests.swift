import Cryptography
import HTTP
import JSON
import Testing

@testable import Simulators

/// Tokens, forms and errors (sections 1, 4 and 8).
struct PayPalTransportTests {
    private var bench = PayPalBench()

    // MARK: Access

    @Test mutating func `a token is given for an identifier and a secret`() {
        let token = bench.issueToken()
        #expect(token.status == 200)
        #expect(token.json["token_type"] == "Bearer")
        #expect(token.json["expires_in"] == 32_400)
        bench = PayPalBench { configuration in
            configuration.settings.clientID = "mine"
            configuration.settings.clientSecret = "right"
        }
        #expect(bench.issueToken(login: "mine:right").status == 200)
        for login in ["mine:wrong", "other:right", "mine", ":"] {
            let refused = bench.issueToken(login: login)
            #expect(refused.status == 401)
            #expect(refused.json["error"] == "invalid_client")
        }
        let grant = bench.issueToken(login: "mine:right", grant: "grant_type=password")
        #expect(grant.json["error"] == "unsupported_grant_type")
    }

    @Test mutating func `a token ends, and a call with it does nothing`() throws {
        bench.advance(.seconds(32_400 - 1), renewsToken: false)
        #expect(bench.post("/v2/checkout/orders", PayPalBench.order()).status == 201)
        bench.advance(.seconds(1), renewsToken: false)
        let late = bench.post("/v2/checkout/orders", PayPalBench.order())
        #expect(late.status == 401)
        #expect(late.json["error"] == "invalid_token")
        #expect(bench.world.orders.count == 1)
        _ = bench.issueToken()
        #expect(bench.post("/v2/checkout/orders", PayPalBench.order()).status == 201)
        _ = try bench.control("DELETE", "access_tokens")
        #expect(bench.post("/v2/checkout/orders", PayPalBench.order()).status == 401)
    }

    @Test(arguments: [nil, "Bearer nonsense", "Basic Y2xpZW50OnNlY3JldA=="])
    mutating func `nobody else is let in`(authorization: String?) {
        var call = bench.call(.get, "/v2/checkout/orders/X")
        call.fields[.authorization] = authorization
        let refused = bench.send(call)
        #expect(refused.status == 401)
        #expect(refused.json["name"] == "AUTHENTICATION_FAILURE")
    }

    // MARK: Form

    @Test mutating func `a body is JSON and says so`() {
        var call = bench.call(.post, "/v2/checkout/orders", PayPalBench.order(), key: "k")
        call.fields[.contentType] = "text/plain"
        let text = bench.send(call)
        #expect(text.status == 415)
        #expect(text.json["name"] == "UNSUPPORTED_MEDIA_TYPE")
        call.fields[.contentType] = "application/json; charset=utf-8"
        call.body.removeLast()
        #expect(bench.send(call).issue == "MALFORMED_REQUEST_JSON")
    }

    @Test(arguments: [
        ("/v2/checkout/orders/none", "GET"), ("/v2/payments/authorizations/none", "GET"),
        ("/v2/payments/captures/none", "GET"), ("/v2/payments/refunds/none", "GET"),
        ("/v3/vault/setup-tokens/none", "GET"), ("/v3/vault/payment-tokens/none", "GET"),
        ("/v2/payments/captures/none/refund", "POST"), ("/v2/nothing/here", "GET"),
        ("/v2/checkout/orders/none/authorize/more", "POST"), ("/v2/checkout/orders", "DELETE"),
        ("/v1/notifications/webhooks-events/none", "GET"),
    ])
    mutating func `what is not there is not found`(path: String, method: String) throws {
        let verb = try #require(HTTPMethod(method))
        let answer = bench.send(bench.call(verb, path, verb == .post ? [:] : nil))
        #expect(answer.status == 404)
        #expect(answer.json["name"] == "RESOURCE_NOT_FOUND")
    }

    @Test(arguments: [
        (#"{}"#, "MISSING_REQUIRED_PARAMETER", "/intent"),
        (#"{"intent":"SALE","purchase_units":[]}"#, "INVALID_PARAMETER_VALUE", "/intent"),
        (
            #"{"intent":"CAPTURE","purchase_units":[]}"#, "INVALID_STRING_LENGTH",
            "/purchase_units"
        ),
        (
            #"{"intent":"CAPTURE","purchase_units":[{"amount":{"currency_code":"EUR"}}]}"#,
            "MISSING_REQUIRED_PARAMETER", "/purchase_units/0/amount/value"
        ),
        (
            #"{"intent":"CAPTURE","purchase_units":[{"amount":{"currency_code":"EUR","value":1}}]}"#,
            "INVALID_PARAMETER_SYNTAX", "/purchase_units/0/amount/value"
        ),
        (
            #"{"intent":"CAPTURE","colour":1,"purchase_units":[{"amount":{"currency_code":"EUR","value":"1"}}]}"#,
            "INVALID_PARAMETER_SYNTAX", "/colour"
        ),
    ])
    mutating func `an unreadable order is refused with the place`(
        json: String,
        issue: String,
        field: String
    ) throws {
        let answer = bench.post("/v2/checkout/orders", try JSONValue.parse(json))
        #expect(answer.status == 400)
        #expect(answer.json["name"] == "INVALID_REQUEST")
        #expect(answer.issue == issue)
        #expect(answer.field == field)
    }

    @Test(arguments: [
        ("EUR", "10.999", "DECIMAL_PRECISION"), ("JPY", "100.00", "DECIMALS_NOT_SUPPORTED"),
        ("HUF", "100.5", "DECIMALS_NOT_SUPPORTED"), ("TWD", "1.0", "DECIMALS_NOT_SUPPORTED"),
        ("EUR", "0.00", "CANNOT_BE_ZERO_OR_NEGATIVE"), ("EUR", "-1", "CANNOT_BE_ZERO_OR_NEGATIVE"),
        ("XXX", "1.00", "INVALID_CURRENCY_CODE"), ("KWD", "1.00", "INVALID_CURRENCY_CODE"),
        ("EUR", "10000000", "MAX_VALUE_EXCEEDED"), ("EUR", "1,00", "INVALID_PARAMETER_SYNTAX"),
        ("EUR", "1.", "INVALID_PARAMETER_SYNTAX"), ("EUR", "1e2", "INVALID_PARAMETER_SYNTAX"),
    ])
    mutating func `an impossible amount is refused`(
        currency: String,
        value: String,
        issue: String
    ) {
        let answer = bench.post("/v2/checkout/orders", PayPalBench.order(value, currency))
        #expect(answer.issue == issue)
        #expect(bench.world.orders.count == 0)
    }

    @Test(arguments: [
        ("EUR", "10.9", "10.90", Int64(1_090)), ("JPY", "100", "100", 100),
        ("HUF", "100", "100", 10_000), ("TWD", "1", "1", 100),
        ("USD", "9999999", "9999999.00", 999_999_900),
    ])
    mutating func `an amount is kept in minor units and written as the vendor does`(
        currency: String,
        value: String,
        written: String,
        minor: Int64
    ) throws {
        let (order, hold) = try bench.held(value, currency)
        let shown = bench.get("/v2/payments/authorizations/\(hold)")
        #expect(shown.json["amount"] == PayPalBench.money(written, currency))
        #expect(bench.world.book[order]?.authorized == minor)
    }

    @Test mutating func `parts of an amount add up`() {
        func order(_ total: String, _ discount: String) -> JSONValue {
            let amount: JSONValue = [
                "currency_code": "EUR", "value": .string(total),
                "breakdown": [
                    "item_total": PayPalBench.money("10.00"),
                    "tax_total": PayPalBench.money("2.00"),
                    "discount": PayPalBench.money(discount),
                ],
            ]
            return ["intent": "CAPTURE", "purchase_units": [["amount": amount]]]
        }
        #expect(bench.post("/v2/checkout/orders", order("11.00", "1.00")).status == 201)
        #expect(
            bench.post("/v2/checkout/orders", order("12.00", "1.00")).issue == "AMOUNT_MISMATCH"
        )
        #expect(
            bench.post("/v2/checkout/orders", order("13.00", "-1.00")).issue == "CANNOT_BE_NEGATIVE"
        )
        let mixed: JSONValue = [
            "intent": "CAPTURE",
            "purchase_units": [
                ["amount": PayPalBench.money("1.00")],
                ["amount": PayPalBench.money("1.00", "USD"), "reference_id": "b"],
            ],
        ]
        #expect(bench.post("/v2/checkout/orders", mixed).issue == "MULTI_CURRENCY_ORDER")
    }

    // MARK: Errors on demand

    @Test(arguments: PayPal.Issue.all.sorted())
    mutating func `every issue can be asked for`(issue: String) throws {
        var call = bench.call(.post, "/v2/checkout/orders", PayPalBench.order(), key: "k")
        call.fields["PayPal-Mock-Response"] = #"{"mock_application_codes":"\#(issue)"}"#
        let mocked = bench.send(call)
        #expect(mocked.issue == issue)
        call.fields["PayPal-Mock-Response"] = nil
        _ = bench.machine.callFaults.add(.error(code: issue), when: FaultTrigger(count: 1))
        let ordered = bench.send(call)
        #expect(ordered.status == mocked.status)
        #expect(ordered.issue == issue)
        #expect(bench.world.orders.count == 0)
        #expect(bench.send(call).status == 201)
    }

    @Test(arguments: [
        ("wallet_issue_TRANSACTION_REFUSED", true), ("card_issue_CARD_EXPIRED", true),
        ("card_response_9500", true), ("card_response_5120_advice_24", true),
        ("wallet_pending_ECHECK_fails", true), ("wallet_honour", false), ("cards", false),
        ("wallet_issue_NO_SUCH_ISSUE", false), ("wallet_pending_NOTHING", false), ("", false),
        ("card_response_5120_advice", false), ("card_3ds_response_5120", true),
    ])
    func `a funding means something or is refused`(name: String, isKnown: Bool) {
        #expect((PayPal.Funding(name) != nil) == isKnown)
    }
}
