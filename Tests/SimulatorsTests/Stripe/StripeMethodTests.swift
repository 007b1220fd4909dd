import JSON
import Testing

@testable import Simulators

/// Saving cards (section 3).
struct StripeMethodTests {
    private var bench = StripeBench()

    @Test mutating func `a set-up saves the card with its customer`() throws {
        let customer = try bench.post("/v1/customers", ["email": "guest@example.com"]).id
        let setup = try bench.post(
            "/v1/setup_intents",
            ["customer": customer, "payment_method_types[]": "card", "metadata[session]": "s1"]
        )
        #expect(setup.state == "requires_payment_method")
        #expect(setup.json["usage"] == "off_session")
        #expect(
            setup.json["client_secret"]?.stringValue?.hasPrefix("\(setup.id)_secret_") == true
        )
        let done = try bench.post(
            "/v1/setup_intents/\(setup.id)/confirm",
            ["payment_method": "pm_card_visa"]
        )
        #expect(done.state == "succeeded")
        let method = try #require(done.json["payment_method"]?.stringValue)
        #expect(bench.takeEventTypes() == ["payment_method.attached", "setup_intent.succeeded"])
        let list = try bench.get("/v1/customers/\(customer)/payment_methods", ["type": "card"])
        #expect(list.json["data"]?[0]?["id"]?.stringValue == method)
        #expect(list.json["data"]?[0]?["card"]?["last4"] == "4242")
        #expect(list.json["data"]?[0]?["card"]?["exp_month"] == 12)
    }

    @Test mutating func `the same card has the same fingerprint`() throws {
        let customer = try bench.post("/v1/customers").id
        let one = try attach("pm_card_visa", to: customer)
        let same = try attach("pm_card_visa", to: customer)
        let other = try attach("pm_card_mastercard", to: customer)
        #expect(one.id != same.id)
        #expect(one.json["card"]?["fingerprint"] == same.json["card"]?["fingerprint"])
        #expect(one.json["card"]?["fingerprint"] != other.json["card"]?["fingerprint"])
    }

    @Test mutating func `a set-up can be declined`() throws {
        let setup = try bench.post("/v1/setup_intents").id
        let declined = try bench.post(
            "/v1/setup_intents/\(setup)/confirm",
            ["payment_method": "pm_card_setup_decline_do_not_honor"]
        )
        #expect(declined.status == 402)
        #expect(declined.error?["decline_code"] == "do_not_honor")
        #expect(declined.error?["setup_intent"]?["status"] == "requires_payment_method")
        #expect(
            declined.error?["setup_intent"]?["last_setup_error"]?["decline_code"] == "do_not_honor"
        )
        #expect(bench.takeEventTypes() == ["setup_intent.setup_failed"])
    }

    @Test mutating func `a set-up may need authentication`() throws {
        let setup = try bench.post("/v1/setup_intents").id
        let waiting = try bench.post(
            "/v1/setup_intents/\(setup)/confirm",
            ["payment_method": "pm_card_authenticationRequired", "return_url": "https://a.example"]
        )
        #expect(waiting.state == "requires_action")
        #expect(waiting.json["next_action"]?["type"] == "redirect_to_url")
        _ = try bench.machine.vendor.world.authenticate(setupIntent: setup, succeeds: false)
        let failed = try bench.get("/v1/setup_intents/\(setup)")
        #expect(
            failed.json["last_setup_error"]?["code"] == "setup_intent_authentication_failure"
        )
        #expect(
            bench.takeEventTypes() == ["setup_intent.requires_action", "setup_intent.setup_failed"]
        )
    }

    @Test mutating func `a set-up can be cancelled until it is done`() throws {
        let setup = try bench.post("/v1/setup_intents").id
        #expect(try bench.post("/v1/setup_intents/\(setup)/cancel").state == "canceled")
        #expect(try bench.post("/v1/setup_intents/\(setup)/cancel").status == 400)
        #expect(bench.takeEventTypes() == ["setup_intent.canceled"])
    }

    @Test mutating func `a saved card pays for its customer alone`() throws {
        let customer = try bench.post("/v1/customers").id
        let stranger = try bench.post("/v1/customers").id
        let method = try attach("pm_card_visa", to: customer).id
        let paid = try bench.pay(
            1_000,
            card: method,
            ["customer": customer, "off_session": "true"]
        )
        #expect(paid.state == "requires_capture")
        #expect(paid.json["payment_method"]?.stringValue == method)
        #expect(try bench.pay(1_000, card: method).parameter == "customer")
        let wrong = try bench.pay(1_000, card: method, ["customer": stranger])
        #expect(wrong.parameter == "payment_method")
    }

    @Test mutating func `a card authenticated when saved pays off session`() throws {
        let customer = try bench.post("/v1/customers").id
        let setup = try bench.post("/v1/setup_intents", ["customer": customer]).id
        let waiting = try bench.post(
            "/v1/setup_intents/\(setup)/confirm",
            ["payment_method": "pm_card_authenticationRequiredOnSetup"]
        )
        let method = waiting.json["payment_method"]?.stringValue ?? ""
        _ = try bench.machine.vendor.world.authenticate(setupIntent: setup, succeeds: true)
        let saved: KeyValuePairs = ["customer": customer, "off_session": "true"]
        #expect(try bench.pay(1_000, card: method, saved).state == "requires_capture")
        let unsaved = try bench.pay(
            1_000,
            card: "pm_card_authenticationRequiredOnSetup",
            ["off_session": "true"]
        )
        #expect(unsaved.code == "authentication_required")
    }

    @Test mutating func `a payment can save its card`() throws {
        let customer = try bench.post("/v1/customers").id
        let paid = try bench.pay(
            1_000,
            ["customer": customer, "setup_future_usage": "off_session"]
        )
        let method = paid.json["payment_method"]?.stringValue ?? ""
        let saved = try bench.get("/v1/payment_methods/\(method)")
        #expect(saved.json["customer"]?.stringValue == customer)
    }

    @Test mutating func `a detached card is gone for good`() throws {
        let customer = try bench.post("/v1/customers").id
        let method = try attach("pm_card_visa", to: customer).id
        _ = try bench.post(
            "/v1/customers/\(customer)",
            ["invoice_settings[default_payment_method]": method]
        )
        _ = bench.takeEventTypes()
        let detached = try bench.post("/v1/payment_methods/\(method)/detach")
        #expect(detached.json["customer"]?.isNull == true)
        #expect(bench.takeEventTypes() == ["payment_method.detached"])
        #expect(try bench.post("/v1/payment_methods/\(method)/detach").status == 400)
        let again = try bench.post(
            "/v1/payment_methods/\(method)/attach",
            ["customer": customer]
        )
        #expect(again.code == "payment_method_unexpected_state")
        #expect(
            try bench.pay(1_000, card: method, ["customer": customer]).code
                == "payment_method_unexpected_state"
        )
        let shopper = try bench.get("/v1/customers/\(customer)")
        #expect(shopper.json["invoice_settings"]?["default_payment_method"]?.isNull == true)
    }

    @Test mutating func `only an attached card can be the default`() throws {
        let customer = try bench.post("/v1/customers").id
        let refused = try bench.post(
            "/v1/customers/\(customer)",
            ["invoice_settings[default_payment_method]": "pm_none"]
        )
        #expect(refused.code == "resource_missing")
    }

    @Test mutating func `a card's expiry can be brought up to date`() throws {
        let customer = try bench.post("/v1/customers").id
        let method = try attach("pm_card_visa", to: customer).id
        let updated = try bench.post(
            "/v1/payment_methods/\(method)",
            ["card[exp_month]": "3", "card[exp_year]": "2031"]
        )
        #expect(updated.json["card"]?["exp_year"] == 2_031)
        let bad = try bench.post("/v1/payment_methods/\(method)", ["card[exp_month]": "13"])
        #expect(bad.parameter == "card[exp_month]")
    }

    @Test mutating func `a card keeps who pays`() throws {
        let customer = try bench.post("/v1/customers").id
        let method = try attach("pm_card_visa", to: customer).id
        let updated = try bench.post(
            "/v1/payment_methods/\(method)",
            ["billing_details[name]": "A Guest", "billing_details[address][country]": "AF"]
        )
        #expect(updated.json["billing_details"]?["name"] == "A Guest")
        #expect(updated.json["billing_details"]?["address"]?["country"] == "AF")
        #expect(updated.json["billing_details"]?["email"]?.isNull == true)
        let bad = try bench.post(
            "/v1/payment_methods/\(method)",
            ["billing_details[nickname]": "G"]
        )
        #expect(bad.code == "parameter_unknown")
    }

    private mutating func attach(
        _ method: String,
        to customer: String
    ) throws -> StripeBench.Answer {
        try bench.post("/v1/payment_methods/\(method)/attach", ["customer": customer])
    }
}
