import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Refunds of one capture and of several (section 2.5).
@Suite struct PayPalRefundTests {
    private func refund(_ shares: (String, Int64)...) -> VendorOperation {
        .refund(
            .sample(
                Money(shares.isEmpty ? 300 : shares.reduce(0) { $0 + $1.1 }, .eur),
                of: PayPalFixture.order,
                shares: shares.map { CaptureShare(reference: $0.0, amount: $0.1) }
            )
        )
    }

    private var one: VendorOperation { refund((PayPalFixture.capture, 300)) }
    private var two: VendorOperation { refund(("C1", 100), ("C2", 200)) }

    private func part(
        _ number: Int,
        _ status: String = "COMPLETED",
        value: String
    ) -> HTTPResponse {
        PayPalFixture.answer(
            201,
            PayPalFixture.refunded(
                status,
                id: "R\(number)",
                value: value,
                custom: "\(Sample.attempt)-\(number)",
                of: "C\(number)"
            )
        )
    }

    @Test func `a refund tells what was given back`() throws {
        let outcome = try PayPalFixture.outcome(
            one,
            after: try PayPalFixture.recorded("refunded")
        )
        #expect(
            outcome
                == .succeeded(
                    VendorReceipt(
                        reference: PayPalFixture.refund,
                        amount: 300,
                        details: """
                            {"refund":"1JU08902781691411","status":"COMPLETED",\
                            "capture":"2GG279541U471931P","gross_amount":"3.00",\
                            "paypal_fee":"0.00","net_amount":"3.00",\
                            "total_refunded_amount":"3.00"}
                            """
                    )
                )
        )
    }

    @Test(arguments: [
        ("COMPLETED", "succeeded"), ("PENDING", "pending"), ("FAILED", "declined_hard"),
        ("CANCELLED", "declined_hard"), ("SOMETHING_NEW", "unknown_unrecognized_status"),
    ])
    func `a refund's status`(status: String, outcome: String) throws {
        let body = PayPalFixture.answer(201, PayPalFixture.refunded(status))
        #expect(try PayPalFixture.outcome(one, after: body).shortForm == outcome)
    }

    @Test(arguments: ["CAPTURE_FULLY_REFUNDED", "DUPLICATE_INVOICE_ID"])
    func `a refund made before is found by our number`(issue: String) throws {
        let refusal = PayPalFixture.failure(issue)
        let next = try PayPalFixture.asked(one, after: [refusal])
        #expect(
            PayPalFixture.wire(next.request)
                == PayPalFixture.reading(PayPalFixture.place)
        )
        let own = PayPalFixture.refunded("COMPLETED")
        let foreign = PayPalFixture.refunded("COMPLETED", id: "OTHER", custom: "theirs")
        let found = PayPalFixture.answer(
            200,
            PayPalFixture.order(payments: #"{"refunds":[\#(foreign),\#(own)]}"#)
        )
        #expect(
            try PayPalFixture.outcome(one, after: refusal, found).receipt?.reference
                == PayPalFixture.refund
        )
        let none = PayPalFixture.answer(
            200,
            PayPalFixture.order(payments: #"{"refunds":[\#(foreign)]}"#)
        )
        #expect(
            try PayPalFixture.outcome(one, after: refusal, none).shortForm
                == "rejected_wrong_state"
        )
        #expect(
            try PayPalFixture.outcome(one, after: refusal, PayPalFixture.answer(500))
                == .unknown(.vendorError)
        )
    }

    @Test func `all shares together are the refund`() throws {
        let outcome = try PayPalFixture.outcome(
            two,
            after: part(1, value: "1.00"),
            part(2, value: "2.00")
        )
        #expect(outcome.shortForm == "succeeded")
        #expect(outcome.receipt?.reference == "R1+R2")
        #expect(outcome.receipt?.amount == 300)
    }

    @Test func `one share that waits makes the refund wait`() throws {
        let outcome = try PayPalFixture.outcome(
            two,
            after: part(1, value: "1.00"),
            part(2, "PENDING", value: "2.00")
        )
        #expect(outcome.shortForm == "pending")
        #expect(outcome.receipt?.reference == "R1+R2")
    }

    @Test(arguments: ["REFUND_AMOUNT_EXCEEDED", "REFUND_FAILED_INSUFFICIENT_FUNDS"])
    func `a share that is refused leaves what was refunded before it`(issue: String) throws {
        let refusal = PayPalFixture.failure(issue)
        let outcome = try PayPalFixture.outcome(two, after: part(1, value: "1.00"), refusal)
        #expect(outcome.shortForm == "succeeded")
        #expect(outcome.receipt?.reference == "R1")
        #expect(outcome.receipt?.amount == 100)
        let first = try PayPalFixture.outcome(two, after: refusal)
        #expect(first.shortForm.hasPrefix("rejected_") || first.shortForm.hasPrefix("declined_"))
    }

    @Test func `a share that failed is not part of what moved`() throws {
        let outcome = try PayPalFixture.outcome(
            two,
            after: part(1, "FAILED", value: "1.00"),
            part(2, value: "2.00")
        )
        #expect(outcome.receipt?.amount == 200)
        #expect(outcome.receipt?.reference == "R2")
    }

    @Test(arguments: [429, 500, 401])
    func `nothing definite about a later share leaves the whole open`(status: Int) throws {
        let outcome = try PayPalFixture.outcome(
            two,
            after: part(1, value: "1.00"),
            PayPalFixture.answer(status)
        )
        // A refused credential is definite: the first share stays, and the rest was not asked.
        #expect(
            outcome.shortForm == (status == 401 ? "succeeded" : "unknown_vendor_error")
        )
    }

    @Test func `a capture that we do not know is read from the order`() throws {
        let unnamed = refund()
        let named = refund((PayPalFixture.order, 300))
        let only = PayPalFixture.answer(
            200,
            PayPalFixture.order(
                payments: #"{"captures":[\#(PayPalFixture.captured("COMPLETED"))]}"#
            )
        )
        for asked in [unnamed, named] {
            let first = try PayPalFixture.asked(asked)
            #expect(first.request.method == .get)
            #expect(first.effect == .none)
            let next = try PayPalFixture.asked(asked, after: [only])
            let place = "\(PayPalFixture.base)/v2/payments/captures/2GG279541U471931P/refund"
            #expect(next.request.url == place)
            #expect(next.request.fields["PayPal-Request-Id"] == Sample.key)
        }
    }

    @Test func `of several captures none is guessed, unless it was refunded already`() throws {
        let captures = [
            PayPalFixture.captured("COMPLETED", id: "C1"),
            PayPalFixture.captured("PENDING", id: "C2"),
        ].joined(separator: ",")
        let several = PayPalFixture.answer(
            200,
            PayPalFixture.order(payments: #"{"captures":[\#(captures)]}"#)
        )
        #expect(
            try PayPalFixture.outcome(refund(), after: several).shortForm == "rejected_wrong_state"
        )
        let refunds =
            #"{"captures":[\#(captures)],"refunds":[\#(PayPalFixture.refunded("COMPLETED"))]}"#
        let done = PayPalFixture.answer(200, PayPalFixture.order(payments: refunds))
        #expect(
            try PayPalFixture.outcome(refund(), after: done).receipt?.reference
                == PayPalFixture.refund
        )
    }
}
