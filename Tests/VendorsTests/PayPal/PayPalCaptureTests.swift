import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// What becomes of an authorization: captures, voids and renewals (sections 2.3 and 2.4).
@Suite struct PayPalCaptureTests {
    private let order = "\(PayPalFixture.base)/v2/checkout/orders/5O190127TN364715T"
    private let payments = "\(PayPalFixture.base)/v2/payments/authorizations"

    private func capture(
        _ original: VendorOperation.Original? = PayPalFixture.original(),
        asked: Timestamp = Sample.now
    ) -> VendorOperation {
        .capture(
            VendorOperation.Capture(
                capture: Sample.capture,
                attempt: AttemptID(
                    UUID7(
                        milliseconds: UInt64(asked.milliseconds),
                        randomHigh: 0,
                        randomLow: 3
                    )
                ),
                paymentReference: PayPalFixture.order,
                amount: Money(500, .eur),
                isFinal: false,
                original: original
            )
        )
    }

    private func void(
        _ original: VendorOperation.Original? = PayPalFixture.original()
    ) -> VendorOperation {
        .void(.sample(of: PayPalFixture.order, original: original))
    }

    private func answer(_ body: String, _ status: Int = 201) -> HTTPResponse {
        PayPalFixture.answer(status, body)
    }

    // MARK: Captures

    @Test func `a capture is named by its own identifier, and tells its fee`() throws {
        let outcome = try PayPalFixture.outcome(
            capture(),
            after: try PayPalFixture.recorded("captured_partially")
        )
        let receipt = try #require(outcome.receipt)
        #expect(receipt.reference == PayPalFixture.capture)
        #expect(receipt.amount == 500)
        #expect(receipt.captured)
        #expect(
            receipt.details == """
                {"order":"5O190127TN364715T","authorization":"0VF52814937998046",\
                "invoice_id":"ord-1001-1","capture":"2GG279541U471931P",\
                "capture_status":"COMPLETED","final_capture":false,"gross_amount":"5.00",\
                "paypal_fee":"0.52","net_amount":"4.48"}
                """
        )
    }

    @Test(arguments: [
        ("COMPLETED", "succeeded"), ("PARTIALLY_REFUNDED", "succeeded"), ("REFUNDED", "succeeded"),
        ("PENDING", "pending"), ("DECLINED", "declined_soft"), ("FAILED", "declined_soft"),
        ("SOMETHING_NEW", "unknown_unrecognized_status"),
    ])
    func `a capture's status`(status: String, outcome: String) throws {
        let body = answer(PayPalFixture.captured(status))
        #expect(try PayPalFixture.outcome(capture(), after: body).shortForm == outcome)
    }

    @Test(arguments: [
        "BUYER_COMPLAINT", "CHARGEBACK", "ECHECK", "INTERNATIONAL_WITHDRAWAL", "OTHER",
        "PENDING_REVIEW", "RECEIVING_PREFERENCE_MANDATES_MANUAL_ACTION", "REFUNDED",
        "TRANSACTION_APPROVED_AWAITING_FUNDING", "UNILATERAL", "VERIFICATION_REQUIRED",
    ])
    func `why a capture waits is kept`(reason: String) throws {
        let more = #","status_details":{"reason":"\#(reason)"}"#
        let body = answer(PayPalFixture.captured("PENDING", more: more))
        let receipt = try #require(try PayPalFixture.outcome(capture(), after: body).receipt)
        #expect(receipt.details?.contains(#""status_reason":"\#(reason)""#) == true)
        #expect(receipt.amount == nil)
    }

    @Test func `a capture that the risk filters refuse is fraud`() throws {
        let more = #","status_details":{"reason":"DECLINED_BY_RISK_FRAUD_FILTERS"}"#
        let body = answer(PayPalFixture.captured("DECLINED", more: more))
        #expect(
            try PayPalFixture.outcome(capture(), after: body).decline
                == Decline(.fraud, code: "DECLINED_BY_RISK_FRAUD_FILTERS")
        )
    }

    @Test func `another amount than asked is told as it is, another currency is not believed`()
        throws
    {
        let more = try PayPalFixture.outcome(
            capture(),
            after: answer(PayPalFixture.captured("COMPLETED", value: "5.05"))
        )
        #expect(more.receipt?.amount == 505)
        let dollars = PayPalFixture.captured("COMPLETED").replacing("EUR", with: "USD")
        #expect(
            try PayPalFixture.outcome(capture(), after: answer(dollars))
                == .unknown(.unreadableReply)
        )
    }

    @Test func `a lost reply is found again by our number on the capture`() throws {
        let refusal = PayPalFixture.failure("AUTHORIZATION_ALREADY_CAPTURED")
        let next = try PayPalFixture.asked(capture(), after: [refusal])
        #expect(PayPalFixture.wire(next.request) == PayPalFixture.reading(order))
        let own = PayPalFixture.captured("COMPLETED", more: #","invoice_id":"\#(Sample.capture)""#)
        let other = PayPalFixture.captured("COMPLETED", id: "OTHER", more: #","invoice_id":"x""#)
        let found = answer(PayPalFixture.order(payments: #"{"captures":[\#(other),\#(own)]}"#), 200)
        let adopted = try PayPalFixture.outcome(capture(), after: refusal, found)
        #expect(adopted.receipt?.reference == PayPalFixture.capture)
        #expect(adopted.receipt?.amount == 500)
        let foreign = answer(PayPalFixture.order(payments: #"{"captures":[\#(other)]}"#), 200)
        #expect(
            try PayPalFixture.outcome(capture(), after: refusal, foreign).shortForm
                == "rejected_wrong_state"
        )
        #expect(
            try PayPalFixture.outcome(capture(), after: refusal, PayPalFixture.answer(500))
                == .unknown(.vendorError)
        )
    }

    @Test func `a processor out of step makes us read the order once`() throws {
        let response = #","processor_response":{"response_code":"PPS1"}"#
        let declined = answer(PayPalFixture.captured("DECLINED", more: response))
        let next = try PayPalFixture.asked(capture(), after: [declined])
        #expect(PayPalFixture.wire(next.request) == PayPalFixture.reading(order))
        let nothing = answer(PayPalFixture.order(), 200)
        #expect(
            try PayPalFixture.outcome(capture(), after: declined, nothing).decline
                == Decline(.hard, code: "PPS1")
        )
        let own = PayPalFixture.captured("COMPLETED", more: #","invoice_id":"\#(Sample.capture)""#)
        let done = answer(PayPalFixture.order(payments: #"{"captures":[\#(own)]}"#), 200)
        #expect(
            try PayPalFixture.outcome(capture(), after: declined, done).shortForm == "succeeded"
        )
    }

    @Test func `a hold whose identifier we do not know is read from its order`() throws {
        let asked = capture(nil)
        let first = try PayPalFixture.asked(asked)
        #expect(PayPalFixture.wire(first.request) == PayPalFixture.reading(order))
        #expect(first.effect == .none)
        let held = answer(
            PayPalFixture.order(payments: "{\(PayPalFixture.authorizations("CREATED", id: "A1"))}"),
            200
        )
        let next = try PayPalFixture.asked(asked, after: [held])
        #expect(next.request.url == "\(payments)/A1/capture")
        let empty = answer(PayPalFixture.order("APPROVED"), 200)
        #expect(
            try PayPalFixture.outcome(asked, after: empty).shortForm == "rejected_wrong_state"
        )
        #expect(
            try PayPalFixture.outcome(asked, after: PayPalFixture.answer(200, "{}"))
                == .unknown(.unreadableReply)
        )
    }

    // MARK: Renewals

    /// A minute past the three days in which funds are assured.
    private let late = Sample.now + .seconds(3 * 86_400 + 360)

    @Test func `a wallet's hold is renewed after three days, and the renewal is captured`() throws {
        let asked = capture(asked: late)
        #expect(
            PayPalFixture.wire(try PayPalFixture.asked(asked).request)
                == PayPalFixture.reading(order)
        )
        let held = try PayPalFixture.recorded("authorized")
        let renewal = try PayPalFixture.asked(asked, after: [held])
        #expect(
            PayPalFixture.wire(renewal.request) == """
                POST \(payments)/0VF52814937998046/reauthorize
                Content-Type: application/json
                PayPal-Request-Id: 0VF52814937998046-reauthorize
                Prefer: return=representation

                {"amount":{"currency_code":"EUR","value":"10.99"}}
                """
        )
        #expect(renewal.effect == .none)
        let renewed = answer(
            #"{"id":"8AA831015G517922L","status":"CREATED","#
                + #""amount":{"currency_code":"EUR","value":"10.99"}}"#
        )
        let word = try PayPalFixture.asked(asked, after: [held, renewed])
        #expect(word.request.url == "\(payments)/8AA831015G517922L/capture")
        #expect(word.request.fields["PayPal-Request-Id"] == Sample.key)
        let refused = PayPalFixture.failure("REAUTHORIZATION_NOT_SUPPORTED")
        let old = try PayPalFixture.asked(asked, after: [held, refused])
        #expect(old.request.url == "\(payments)/0VF52814937998046/capture")
    }

    @Test func `a renewal is not renewed: the order shows it`() throws {
        let both =
            PayPalFixture.authorizations("CREATED").dropLast()
            + #",{"id":"8AA831015G517922L","status":"CREATED","#
            + #""amount":{"currency_code":"EUR","value":"10.99"}}]"#
        let renewed = answer(PayPalFixture.order(payments: "{\(both)}"), 200)
        let word = try PayPalFixture.asked(capture(asked: late), after: [renewed])
        #expect(word.request.url == "\(payments)/8AA831015G517922L/capture")
    }

    @Test func `a hold that was captured from is not renewed`() throws {
        let parts =
            PayPalFixture.authorizations("PARTIALLY_CAPTURED")
            + #","captures":[\#(PayPalFixture.captured("COMPLETED"))]"#
        let held = answer(PayPalFixture.order(payments: "{\(parts)}"), 200)
        let word = try PayPalFixture.asked(capture(asked: late), after: [held])
        #expect(word.request.url == "\(payments)/0VF52814937998046/capture")
    }

    @Test(arguments: [("card", 4), ("paypal", 2)])
    func `a card's hold, and one in its first days, is captured at once`(
        source: String,
        days: Int64
    ) throws {
        let asked = capture(
            PayPalFixture.original(source: source),
            asked: Sample.now + .seconds(days * 86_400)
        )
        #expect(
            try PayPalFixture.asked(asked).request.url == "\(payments)/0VF52814937998046/capture"
        )
    }

    // MARK: Voids

    @Test(arguments: [
        ("VOIDED", "succeeded"), ("CAPTURED", "succeeded"), ("PARTIALLY_CAPTURED", "succeeded"),
        ("CREATED", "unknown_unrecognized_status"), ("DENIED", "unknown_unrecognized_status"),
        ("SOMETHING_NEW", "unknown_unrecognized_status"),
    ])
    func `a void's answer`(status: String, outcome: String) throws {
        let body = answer(
            """
            {"id":"0VF52814937998046","status":"\(status)",
            "amount":{"currency_code":"EUR","value":"10.99"}}
            """,
            200
        )
        #expect(try PayPalFixture.outcome(void(), after: body).shortForm == outcome)
    }

    @Test(arguments: [
        ("PREVIOUSLY_VOIDED", "succeeded"), ("AUTHORIZATION_VOIDED", "succeeded"),
        ("PREVIOUSLY_CAPTURED", "rejected_wrong_state"),
        ("AUTHORIZATION_ALREADY_CAPTURED", "rejected_wrong_state"),
        ("CANNOT_BE_VOIDED", "rejected_wrong_state"),
        ("AUTHORIZATION_EXPIRED", "rejected_authorization_expired"),
    ])
    func `a void that is refused`(issue: String, outcome: String) throws {
        let refusal = PayPalFixture.failure(issue)
        #expect(try PayPalFixture.outcome(void(), after: refusal).shortForm == outcome)
    }

    @Test func `an empty answer 204 is a done void`() throws {
        #expect(
            try PayPalFixture.outcome(void(), after: PayPalFixture.answer(204)).shortForm
                == "succeeded"
        )
    }

    @Test(arguments: [
        ("CREATED", "{}", "succeeded"), ("PAYER_ACTION_REQUIRED", "{}", "succeeded"),
        ("APPROVED", "{}", "succeeded"), ("SAVED", "{}", "succeeded"),
        ("VOIDED", "{}", "succeeded"), ("SOMETHING_NEW", "{}", "unknown_unrecognized_status"),
        ("COMPLETED", "{\(PayPalFixture.authorizations("DENIED"))}", "succeeded"),
        (
            "COMPLETED", #"{"captures":[\#(PayPalFixture.captured("COMPLETED"))]}"#,
            "rejected_wrong_state"
        ),
        (
            "COMPLETED", #"{"captures":[\#(PayPalFixture.captured("PENDING"))]}"#,
            "rejected_wrong_state"
        ),
        ("COMPLETED", #"{"captures":[\#(PayPalFixture.captured("DECLINED"))]}"#, "succeeded"),
    ])
    func `nothing is held before our last word, so nothing has to be released`(
        status: String,
        payments: String,
        outcome: String
    ) throws {
        let asked = void(PayPalFixture.unapproved())
        #expect(
            PayPalFixture.wire(try PayPalFixture.asked(asked).request)
                == PayPalFixture.reading(order)
        )
        let found = answer(PayPalFixture.order(status, payments: payments), 200)
        #expect(try PayPalFixture.outcome(asked, after: found).shortForm == outcome)
    }

    @Test func `a hold that the order shows is released`() throws {
        let asked = void(PayPalFixture.unapproved())
        let held = try PayPalFixture.recorded("authorized")
        let word = try PayPalFixture.asked(asked, after: [held])
        #expect(word.request.url == "\(payments)/0VF52814937998046/void")
        #expect(word.effect == .movesMoney)
    }
}
