import JSON
import Testing

@testable import Simulators

/// Declines, authentication and the way back to the shop (sections 2.2 and 4).
struct StripeDeclineTests {
    private var bench = StripeBench()

    @Test mutating func `a decline shows what the documented one shows`() throws {
        let declined = try bench.pay(card: "pm_card_decline_insufficient_funds")
        #expect(declined.status == 402)
        try expect(declined.json, shows: StripeFixture.declined)
        #expect(declined.error?["charge"]?.stringValue?.hasPrefix("ch_") == true)
        let intent = try #require(declined.failedIntent)
        #expect(intent["last_payment_error"]?["decline_code"] == "insufficient_funds")
        #expect(intent["latest_charge"] == declined.error?["charge"])
        #expect(bench.takeEventTypes() == ["payment_intent.payment_failed"])
        #expect(bench.machine.vendor.world.book[intent["id"]?.stringValue ?? ""]?.approvals == 0)
    }

    @Test(arguments: [
        "card_velocity_exceeded", "do_not_honor", "expired_card", "fraudulent", "lost_card",
        "processing_error", "stop_payment_order", "try_again_later", "a_code_of_tomorrow",
    ])
    mutating func `every decline code has its card`(code: String) throws {
        let declined = try bench.pay(card: "pm_card_decline_\(code)")
        #expect(declined.status == 402)
        #expect(declined.error?["decline_code"] == .string(code))
        #expect(declined.error?["type"] == "card_error")
    }

    @Test mutating func `advice and the vendor's own blocks have their cards`() throws {
        let advised = try bench.pay(card: "pm_card_advice_do_not_try_again")
        #expect(advised.error?["advice_code"] == "do_not_try_again")
        let blocked = try bench.pay(card: "pm_card_blocked_highest_risk_level")
        let charge = try bench.get(
            "/v1/charges/\(blocked.error?["charge"]?.stringValue ?? "")"
        )
        #expect(charge.json["outcome"]?["type"] == "blocked")
        #expect(charge.json["outcome"]?["network_status"] == "not_sent_to_network")
        #expect(charge.json["outcome"]?["reason"] == "highest_risk_level")
    }

    @Test mutating func `a declined intent takes another method`() throws {
        let declined = try bench.pay(card: "pm_card_chargeDeclined")
        let id = try #require(declined.failedIntent?["id"]?.stringValue)
        let paid = try bench.post(
            "/v1/payment_intents/\(id)/confirm",
            ["payment_method": "pm_card_visa"]
        )
        #expect(paid.state == "requires_capture")
        #expect(paid.json["last_payment_error"]?.isNull == true)
        #expect(bench.machine.vendor.world.book[id]?.approvals == 1)
    }

    @Test(arguments: ["pm_card_authenticationRequired", "pm_card_threeDSecure2Required"])
    mutating func `authentication sends the customer away and back`(card: String) throws {
        let waiting = try bench.pay(
            2_500,
            card: card,
            [
                "return_url": "https://pay.example.com/return/att_01JGF8",
                "metadata[attempt]": "att_01JGF8",
            ]
        )
        try expect(waiting.json, shows: StripeFixture.requiresAction)
        let url = waiting.json["next_action"]?["redirect_to_url"]?["url"]?.stringValue
        #expect(
            url
                == "http://simulator.test/3d_secure_2/hosted?merchant=acct_1Simulated"
                + "&payment_intent=\(waiting.id)"
        )
        #expect(bench.takeEventTypes() == ["payment_intent.requires_action"])
        let back = try bench.machine.vendor.world.authenticate(
            paymentIntent: waiting.id,
            succeeds: true
        )
        let secret = waiting.json["client_secret"]?.stringValue ?? ""
        #expect(
            back
                == "https://pay.example.com/return/att_01JGF8?payment_intent=\(waiting.id)"
                + "&payment_intent_client_secret=\(secret)&redirect_status=succeeded"
        )
        #expect(try bench.get("/v1/payment_intents/\(waiting.id)").state == "requires_capture")
        #expect(bench.takeEventTypes() == ["payment_intent.amount_capturable_updated"])
    }

    @Test mutating func `a failed authentication returns the intent`() throws {
        let waiting = try bench.pay(
            card: "pm_card_authenticationRequired",
            ["return_url": "https://pay.example.com/r?a=1#top"]
        )
        _ = bench.takeEventTypes()
        let back = try bench.machine.vendor.world.authenticate(
            paymentIntent: waiting.id,
            succeeds: false
        )
        #expect(back?.hasPrefix("https://pay.example.com/r?a=1&payment_intent=") == true)
        #expect(back?.hasSuffix("&redirect_status=failed#top") == true)
        let failed = try bench.get("/v1/payment_intents/\(waiting.id)")
        #expect(failed.state == "requires_payment_method")
        #expect(
            failed.json["last_payment_error"]?["code"] == "payment_intent_authentication_failure"
        )
        #expect(bench.takeEventTypes() == ["payment_intent.payment_failed"])
    }

    @Test mutating func `without a way back a script must go on`() throws {
        let waiting = try bench.pay(card: "pm_card_authenticationRequired")
        #expect(waiting.json["next_action"]?["type"] == "use_stripe_sdk")
        let scripted = try bench.pay(
            card: "pm_card_authenticationRequired",
            ["return_url": "https://pay.example.com/r", "use_stripe_sdk": "true"]
        )
        #expect(scripted.json["next_action"]?["type"] == "use_stripe_sdk")
    }

    @Test mutating func `an authenticated payment may still be declined`() throws {
        let waiting = try bench.pay(
            card: "pm_card_threeDSecureRequiredChargeDeclined",
            ["return_url": "https://pay.example.com/r"]
        )
        let back = try bench.machine.vendor.world.authenticate(
            paymentIntent: waiting.id,
            succeeds: true
        )
        #expect(back?.hasSuffix("redirect_status=failed") == true)
        #expect(
            try bench.get("/v1/payment_intents/\(waiting.id)").state == "requires_payment_method"
        )
    }

    @Test(arguments: ["true", "one_off", "recurring"])
    mutating func `without the customer authentication is a decline`(value: String) throws {
        let refused = try bench.pay(
            card: "pm_card_authenticationRequired",
            ["off_session": value]
        )
        #expect(refused.status == 402)
        try expect(refused.json, shows: StripeFixture.authenticationRequired)
    }

    @Test mutating func `an action can be turned into a decline`() throws {
        let refused = try bench.pay(
            card: "pm_card_threeDSecure2Required",
            ["error_on_requires_action": "true"]
        )
        #expect(refused.status == 402)
        #expect(refused.code == "authentication_required")
    }

    @Test mutating func `a challenge can be asked for`() throws {
        let waiting = try bench.pay(
            1_000,
            [
                "payment_method_options[card][request_three_d_secure]": "challenge",
                "return_url": "https://pay.example.com/r",
            ]
        )
        #expect(waiting.state == "requires_action")
    }
}
