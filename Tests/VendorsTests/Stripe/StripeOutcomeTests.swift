import HTTP
import JSON
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// What the answers mean, in detail (sections 2, 4 and 8).
@Suite struct StripeOutcomeTests {
    private let visa = MethodDetails(
        brand: "visa",
        last4: "4242",
        expiryMonth: 12,
        expiryYear: 2030,
        fingerprint: "Xt5EWLLDS7FJjR1c"
    )

    @Test func `a hold tells its end and its card`() throws {
        let receipt = try #require(StripeFixture.outcome("authorized").receipt)
        #expect(receipt.reference == "pi_3QcAuth01")
        #expect(receipt.amount == 1_099)
        #expect(!receipt.captured)
        #expect(receipt.authorizationExpiresAt == Timestamp(seconds: 1_736_294_400))
        #expect(!receipt.multiCapture)
        #expect(receipt.method == visa)
    }

    @Test func `several captures are possible where the charge says so`() throws {
        let recording = try StripeFixture.recording("authorized")
        let text = String(decoding: recording.body, as: UTF8.self)
            .replacing(
                #""multicapture":{"status":"unavailable"}"#,
                with: #""multicapture":{"status":"available"}"#
            )
        let outcome = try StripeFixture.dialect().outcome(
            of: recording.operation(),
            from: StripeFixture.answer(200, text)
        )
        #expect(outcome.receipt?.multiCapture == true)
    }

    @Test func `a sale is captured`() throws {
        let receipt = try #require(StripeFixture.outcome("sale").receipt)
        #expect(receipt.captured)
        #expect(receipt.amount == 1_099)
        #expect(receipt.authorizationExpiresAt == nil)
    }

    @Test func `details hold documented fields and no secret`() throws {
        let receipt = try #require(StripeFixture.outcome("sale").receipt)
        let details = try #require(receipt.details)
        #expect(
            details == """
                {"payment_intent":"pi_3QcSale01","status":"succeeded","charge":"ch_3QcSale01",\
                "card_brand":"visa","card_last4":"4242","card_exp_month":12,\
                "card_exp_year":2030,"card_fingerprint":"Xt5EWLLDS7FJjR1c","network":"visa",\
                "multicapture":"unavailable","overcapture":"unavailable",\
                "three_d_secure_result":"authenticated","three_d_secure_flow":"challenge",\
                "three_d_secure_version":"2.2.0","outcome_type":"authorized",\
                "network_status":"approved_by_network","risk_level":"normal",\
                "disputed":false,"balance_transaction":"txn_3QcSale01","livemode":false,\
                "request_id":"req_Sale"}
                """
        )
    }

    @Test func `a challenge sends the payer to a page`() throws {
        guard
            case .requiresAction(let action, let receipt) =
                try StripeFixture.outcome("requires_action")
        else { return #expect(Bool(false), "requires action") }
        #expect(
            action
                == .redirect(
                    url:
                        "https://hooks.stripe.com/3d_secure_2/hosted?merchant=acct_1&payment_intent=pi_3QcAct01"
                )
        )
        #expect(receipt.reference == "pi_3QcAct01")
    }

    @Test(arguments: [
        ("requires_action_in_library", "pi_3QcAct02_secret_abc"),
        ("page_opened", "pi_3QcPage01_secret_abc"),
    ])
    func `the library on the page goes on`(name: String, secret: String) throws {
        guard case .requiresAction(let action, _) = try StripeFixture.outcome(name) else {
            return #expect(Bool(false), "requires action")
        }
        #expect(
            action
                == .vendorLibrary(
                    clientSecret: VendorToken(secret),
                    publishableKey: "pk_test_sample"
                )
        )
        #expect(!"\(action)".contains(secret), "a secret does not print")
    }

    @Test func `an asynchronous answer is pending`() throws {
        #expect(try StripeFixture.outcome("authorization_processing").shortForm == "pending")
    }

    @Test(arguments: [
        ("captured", Int64(1_099)), ("captured_partially", 500), ("captured_with_remainder", 500),
        ("capture_done_before", 500),
    ])
    func `a capture tells its charge and its own amount`(name: String, amount: Int64) throws {
        let receipt = try #require(StripeFixture.outcome(name).receipt)
        #expect(receipt.reference == "ch_3QcAuth01")
        #expect(receipt.amount == amount)
    }

    @Test func `a later capture is not taken for the sum of all`() throws {
        let body = #"""
            {"id":"pi_1","object":"payment_intent","amount":1099,"amount_capturable":99,
            "amount_received":1000,"currency":"eur","status":"requires_capture",
            "latest_charge":"ch_1"}
            """#
        let outcome = try StripeFixture.dialect().outcome(
            of: .capture(.sample(Money(400, .eur), of: "pi_1", isFinal: false)),
            from: StripeFixture.answer(200, body)
        )
        #expect(outcome.receipt?.amount == 400)
    }

    @Test func `an answer in another currency or about another payment is not ours`() throws {
        let recording = try StripeFixture.recording("captured_partially")
        let dialect = try StripeFixture.dialect()
        let other = try dialect.outcome(
            of: .capture(.sample(of: "pi_other")),
            from: recording.answer()
        )
        #expect(other == .unknown(.unreadableReply))
        let dollars = try dialect.outcome(
            of: .capture(.sample(Money(500, .usd))),
            from: recording.answer()
        )
        #expect(dollars == .unknown(.unreadableReply))
    }

    @Test func `a remainder let go after captures is a void`() throws {
        let body = #"""
            {"id":"pi_3QcAuth01","object":"payment_intent","amount":1099,"amount_capturable":0,
            "amount_received":500,"currency":"eur","status":"succeeded"}
            """#
        let outcome = try StripeFixture.dialect().outcome(
            of: .void(.sample()),
            from: StripeFixture.answer(200, body)
        )
        #expect(outcome.shortForm == "succeeded")
    }

    @Test func `a refund tells its own reference`() throws {
        let receipt = try #require(StripeFixture.outcome("refunded").receipt)
        #expect(receipt.reference == "re_3QcRef01")
        #expect(receipt.amount == 300)
        #expect(receipt.details?.contains(#""balance_transaction":"txn_3QcRef01""#) == true)
    }

    @Test func `a refund that failed is a no with its reason`() throws {
        #expect(try StripeFixture.outcome("refund_failed").decline?.code == "lost_or_stolen_card")
    }

    @Test(arguments: [("ISK", "isk", Int64(5)), ("JPY", "jpy", 500), ("MGA", "mga", 50_000)])
    func `amounts come back in our minor units`(
        code: String,
        wire: String,
        amount: Int64
    ) throws {
        let body = #"""
            {"id":"re_1","object":"refund","amount":500,"currency":"\#(wire)","status":"succeeded"}
            """#
        let outcome = try StripeFixture.dialect().outcome(
            of: .refund(.sample(Money(amount, try #require(Currency(code))))),
            from: StripeFixture.answer(200, body)
        )
        #expect(outcome.receipt?.amount == amount)
    }

    @Test func `an amount that we cannot hold is unreadable`() throws {
        for amount in ["505", "-5", "5.0", "\"500\""] {
            let body = #"""
                {"id":"re_1","object":"refund","amount":\#(amount),"currency":"isk",
                "status":"succeeded"}
                """#
            let outcome = try StripeFixture.dialect().outcome(
                of: .refund(.sample(Money(5, try #require(Currency("ISK"))))),
                from: StripeFixture.answer(200, body)
            )
            #expect(outcome == .unknown(.unreadableReply), "\(amount)")
        }
    }
}
