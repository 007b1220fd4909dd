import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Section 4: every decline code of the sheet, the precedence, blocks and network rules.
@Suite struct StripeDeclineTests {
    private func decline(_ error: String) throws -> Decline? {
        try StripeFixture.dialect().outcome(
            of: .authorize(.sample()),
            from: StripeFixture.answer(402, #"{"error":{"type":"card_error",\#(error)}}"#)
        ).decline
    }

    static let classes: [(Decline.Class, [String])] = [
        (
            .soft,
            [
                "insufficient_funds", "card_velocity_exceeded", "withdrawal_count_limit_exceeded",
                "generic_decline", "do_not_honor", "no_action_taken", "call_issuer",
                "not_permitted", "service_not_allowed", "transaction_not_allowed",
                "try_again_later", "approve_with_id", "a_code_of_tomorrow",
            ]
        ),
        (.temporary, ["issuer_not_available", "processing_error", "reenter_transaction"]),
        (
            .authenticationRequired,
            [
                "authentication_required", "authentication_not_handled",
                "mobile_device_authentication_required",
            ]
        ),
        (
            .hard,
            [
                "expired_card", "incorrect_number", "invalid_number", "invalid_account",
                "new_account_information_available", "incorrect_cvc", "invalid_cvc",
                "invalid_expiry_month", "invalid_expiry_year", "incorrect_zip",
                "incorrect_address", "card_not_supported", "currency_not_supported",
                "invalid_amount", "restricted_card", "testmode_decline",
                "revocation_of_authorization", "revocation_of_all_authorizations",
                "stop_payment_order", "do_not_try_again", "duplicate_transaction",
                "incorrect_pin", "invalid_pin", "pin_try_exceeded", "offline_pin_required",
                "online_or_offline_pin_required",
            ]
        ),
        (
            .fraud,
            [
                "fraudulent", "merchant_blacklist", "lost_card", "stolen_card", "pickup_card",
                "security_violation",
            ]
        ),
    ]

    @Test(arguments: classes.flatMap { kind, codes in codes.map { (kind, $0) } })
    func `a decline code has its class`(kind: Decline.Class, code: String) throws {
        let decline = try decline(#""code":"card_declined","decline_code":"\#(code)""#)
        #expect(decline == Decline(kind, code: code))
    }

    @Test(arguments: [
        ("payment_intent_authentication_failure", Decline.Class.authenticationRequired),
        ("setup_intent_authentication_failure", .authenticationRequired),
        ("expired_card", .hard), ("incorrect_cvc", .hard), ("processing_error", .temporary),
        ("card_declined", .soft),
    ])
    func `without a decline code the code counts`(code: String, kind: Decline.Class) throws {
        #expect(try decline(#""code":"\#(code)""#) == Decline(kind, code: code))
    }

    @Test(arguments: [
        ("do_not_try_again", Decline.Class.hard), ("try_again_later", .soft),
        ("confirm_card_data", .hard),
    ])
    func `advice beats the decline code`(advice: String, kind: Decline.Class) throws {
        for code in ["insufficient_funds", "stolen_card", "processing_error", "expired_card"] {
            let decline = try decline(
                #""code":"card_declined","decline_code":"\#(code)","advice_code":"\#(advice)""#
            )
            #expect(decline == Decline(kind, code: code, adviceCode: advice))
        }
    }

    @Test func `advice that we do not know leaves the decline code its say`() throws {
        let decline = try decline(#""decline_code":"expired_card","advice_code":"pray""#)
        #expect(decline?.class == .hard)
    }

    @Test func `the sheet's example, word by word`() throws {
        let outcome = try StripeFixture.outcome("declined")
        #expect(
            outcome.decline
                == Decline(
                    .soft,
                    code: "insufficient_funds",
                    networkCode: "51",
                    adviceCode: "02",
                    retryAfter: .seconds(72 * 3_600)
                )
        )
        #expect(outcome.receipt?.reference == "pi_3QcDecl1", "the payment is known all the same")
        #expect(
            outcome.receipt?.details == """
                {"payment_intent":"pi_3QcDecl1","status":"requires_payment_method",\
                "charge":"ch_3QcDecl1","decline_code":"insufficient_funds",\
                "advice_code":"try_again_later","network_decline_code":"51",\
                "network_advice_code":"02","request_id":"req_Declined"}
                """
        )
    }

    @Test(arguments: [
        ("highest_risk_level", Decline.Class.fraud), ("rule", .fraud), ("unheard_of", .fraud),
        ("previously_declined_do_not_retry", .hard), ("low_probability_of_authorization", .hard),
    ])
    func `a block of Stripe's own is no word of the issuer`(
        reason: String,
        kind: Decline.Class
    ) throws {
        let decline = try decline(
            #"""
            "code":"card_declined","decline_code":"generic_decline",
            "advice_code":"try_again_later","payment_intent":{"id":"pi_1",
            "object":"payment_intent","status":"requires_payment_method","latest_charge":{
            "id":"ch_1","outcome":{"type":"blocked","network_status":"not_sent_to_network",
            "reason":"\#(reason)"}}}
            """#
        )
        #expect(decline?.class == kind)
    }

    @Test func `the recorded block is fraud`() throws {
        #expect(try StripeFixture.outcome("declined_blocked").decline?.class == .fraud)
    }

    @Test(arguments: [
        ("visa", "57", Decline.Class.hard), ("visa", "51", .soft), ("mastercard", "57", .soft),
        ("visa", "R1", .hard),
    ])
    func `the network's never outranks a soft class`(
        brand: String,
        code: String,
        kind: Decline.Class
    ) throws {
        let decline = try decline(
            #"""
            "decline_code":"transaction_not_allowed","network_decline_code":"\#(code)",
            "payment_method":{"card":{"brand":"\#(brand)"}}
            """#
        )
        #expect(decline?.class == kind)
        #expect(decline?.networkCode == code)
    }

    @Test func `a decline of a payment that we read later is the same decline`() throws {
        let body = #"""
            {"id":"pi_1","object":"payment_intent","amount":1099,"currency":"eur",
            "status":"requires_payment_method","last_payment_error":{"type":"card_error",
            "code":"payment_intent_authentication_failure"}}
            """#
        let outcome = try StripeFixture.dialect().outcome(
            of: .lookUp(.init(.payment(reference: "pi_1"))),
            from: StripeFixture.answer(200, body)
        )
        let expected = Decline(
            .authenticationRequired,
            code: "payment_intent_authentication_failure"
        )
        #expect(outcome.foundPayment?.status == .declined(expected))
    }
}
