import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// What PayPal says when it is asked (sections 2.1, 2.6 and 7.1).
@Suite struct PayPalLookUpTests {
    private func lookUp(_ original: VendorOperation.Original? = nil) -> VendorOperation {
        .lookUp(.init(.payment(reference: PayPalFixture.order), original: original))
    }

    private func found(
        _ body: String,
        at date: String? = nil,
        _ original: VendorOperation.Original? = nil
    ) throws -> PaymentSnapshot? {
        let answer = PayPalFixture.answer(200, body, at: date)
        return try PayPalFixture.outcome(lookUp(original), after: answer).foundPayment
    }

    @Test func `an authorized order`() throws {
        let outcome = try PayPalFixture.outcome(
            lookUp(),
            after: try PayPalFixture.recorded("found_authorized")
        )
        let payment = try #require(outcome.foundPayment)
        #expect(payment.reference == PayPalFixture.order)
        #expect(payment.attempt == Sample.attempt)
        #expect(payment.status == .authorized)
        #expect(payment.amount == Money(1_099, .eur))
        #expect(payment.capturable == 1_099)
        #expect(payment.captured == 0)
        #expect(payment.multiCapture)
        #expect(payment.authorizationExpiresAt == Timestamp(rfc3339: "2025-01-30T00:00:00Z"))
    }

    @Test func `captures are summed, what waits cannot be captured again`() throws {
        let captures = [
            PayPalFixture.captured("PARTIALLY_REFUNDED", id: "C1", value: "2.00"),
            PayPalFixture.captured(
                "COMPLETED",
                id: "C2",
                value: "3.00",
                more: #","invoice_id":"\#(Sample.capture)""#
            ),
            PayPalFixture.captured("PENDING", id: "C3", value: "1.00"),
            PayPalFixture.captured("DECLINED", id: "C4", value: "4.00"),
        ].joined(separator: ",")
        let payment = try #require(
            try found(
                PayPalFixture.order(
                    payments: """
                        {\(PayPalFixture.authorizations("PARTIALLY_CAPTURED")),\
                        "captures":[\(captures)]}
                        """
                )
            )
        )
        #expect(payment.status == .authorized)
        #expect(payment.captured == 500)
        #expect(payment.capturable == 499)
        #expect(payment.captureReference == nil, "several brought money in")
        #expect(
            payment.captures == [
                CaptureSnapshot(reference: "C1", capture: nil, amount: 200, status: .succeeded),
                CaptureSnapshot(
                    reference: "C2",
                    capture: Sample.capture,
                    amount: 300,
                    status: .succeeded
                ),
                CaptureSnapshot(reference: "C3", capture: nil, amount: 100, status: .pending),
                CaptureSnapshot(
                    reference: "C4",
                    capture: nil,
                    amount: 400,
                    status: .refused(code: "DECLINED")
                ),
            ]
        )
    }

    private static let capturedHolds: [([String], PaymentSnapshot.Status)] = [
        ([PayPalFixture.captured("COMPLETED", value: "10.99")], .captured),
        ([PayPalFixture.captured("PENDING", value: "10.99")], .captured),
        ([PayPalFixture.captured("DECLINED", value: "10.99")], .voided),
        (
            [
                PayPalFixture.captured("COMPLETED", id: "C1", value: "2.00"),
                PayPalFixture.captured("FAILED", id: "C2", value: "8.99"),
            ], .voided
        ),
        (
            [
                PayPalFixture.captured("FAILED", id: "C1", value: "2.00"),
                PayPalFixture.captured("COMPLETED", id: "C2", value: "3.00", isFinal: true),
            ], .captured
        ),
    ]

    @Test(arguments: capturedHolds)
    func `a hold that a refused capture has ended is gone`(
        captures: [String],
        expected: PaymentSnapshot.Status
    ) throws {
        let payments = """
            {\(PayPalFixture.authorizations("CAPTURED")),\
            "captures":[\(captures.joined(separator: ","))]}
            """
        let payment = try #require(try found(PayPalFixture.order(payments: payments)))
        #expect(payment.status == expected)
        #expect(payment.capturable == 0)
    }

    @Test(arguments: [
        ("PENDING", PaymentSnapshot.Status.processing), ("CAPTURED", .captured),
        ("VOIDED", .voided), ("DENIED", .declined(Decline(.soft, code: "DENIED"))),
    ])
    func `an authorization's state`(status: String, expected: PaymentSnapshot.Status) throws {
        let order = PayPalFixture.order(payments: "{\(PayPalFixture.authorizations(status))}")
        let payment = try #require(try found(order))
        #expect(payment.status == expected)
        #expect(payment.capturable == 0)
    }

    @Test(arguments: [
        ("COMPLETED", PaymentSnapshot.Status.captured), ("REFUNDED", .captured),
        ("PARTIALLY_REFUNDED", .captured), ("PENDING", .processing),
        ("DECLINED", .declined(Decline(.soft, code: "DECLINED"))),
        ("FAILED", .declined(Decline(.soft, code: "FAILED"))),
    ])
    func `a sale's state`(status: String, expected: PaymentSnapshot.Status) throws {
        let payments = #"{"captures":[\#(PayPalFixture.captured(status))]}"#
        let order = PayPalFixture.order(intent: "CAPTURE", payments: payments)
        #expect(try found(order)?.status == expected)
    }

    @Test(arguments: [
        ("APPROVED", PaymentSnapshot.Status.approved), ("SAVED", .processing), ("VOIDED", .voided),
    ])
    func `an order's own state`(status: String, expected: PaymentSnapshot.Status) throws {
        #expect(try found(PayPalFixture.order(status))?.status == expected)
    }

    @Test(arguments: [
        PayPalFixture.order("SOMETHING_NEW"), PayPalFixture.order(),
        PayPalFixture.order(payments: "{\(PayPalFixture.authorizations("SOMETHING_NEW"))}"),
    ])
    func `a state that we do not know is no verdict`(order: String) throws {
        #expect(
            try PayPalFixture.outcome(lookUp(), after: PayPalFixture.answer(200, order))
                == .unknown(.unrecognizedStatus)
        )
    }

    @Test func `another order than asked for is not believed`() throws {
        let other = PayPalFixture.order("APPROVED").replacing(PayPalFixture.order, with: "OTHER")
        #expect(
            try PayPalFixture.outcome(lookUp(), after: PayPalFixture.answer(200, other))
                == .unknown(.unreadableReply)
        )
    }

    @Test(arguments: [
        ("Wed, 29 Jan 2025 23:59:59 GMT", PaymentSnapshot.Status.voided),
        ("Thu, 30 Jan 2025 00:00:00 GMT", .expired),
    ])
    func `a hold voided by its clock has expired`(
        date: String,
        expected: PaymentSnapshot.Status
    ) throws {
        let end = #","expiration_time":"2025-01-30T00:00:00Z""#
        let order = PayPalFixture.order(
            payments: "{\(PayPalFixture.authorizations("VOIDED", more: end))}"
        )
        #expect(try found(order, at: date)?.status == expected)
    }

    // MARK: Pages

    @Test(arguments: [
        ("Wed, 01 Jan 2025 06:00:00 GMT", false), ("Wed, 01 Jan 2025 06:00:01 GMT", true),
    ])
    func `a page ends with the time to approve`(date: String, isOver: Bool) throws {
        let page = String(
            decoding: try PayPalFixture.recorded("requires_action").body,
            as: UTF8.self
        )
        let status = try #require(try found(page, at: date)).status
        let link = "https://www.sandbox.paypal.com/checkoutnow?token=5O190127TN364715T"
        #expect(status == (isOver ? .expired : .requiresAction(.redirect(url: link))))
    }

    @Test func `an account may give its payers longer`() throws {
        let page = String(
            decoding: try PayPalFixture.recorded("requires_action").body,
            as: UTF8.self
        )
        let dialect = try PayPalFixture.dialect(changing: ["approval_hours": ["72"]])
        let answer = PayPalFixture.answer(200, page, at: "Fri, 03 Jan 2025 23:00:00 GMT")
        guard case .finished(let outcome) = try PayPalFixture.step(lookUp(), [answer], dialect)
        else {
            Issue.record("not finished")
            return
        }
        #expect(outcome.foundPayment?.status != .expired)
    }

    private static let gone: [(VendorOperation.Original?, String?, String)] = [
        (PayPalFixture.unapproved(), "Wed, 01 Jan 2025 06:00:01 GMT", "found"),
        (PayPalFixture.unapproved(), "Wed, 01 Jan 2025 05:00:00 GMT", "rejected_not_found"),
        (PayPalFixture.unapproved(), nil, "rejected_not_found"),
        (PayPalFixture.original(), "Wed, 29 Jan 2025 00:00:00 GMT", "rejected_not_found"),
        (nil, "Wed, 29 Jan 2025 00:00:00 GMT", "rejected_not_found"),
    ]

    @Test(arguments: gone)
    func `an order that is gone has expired only when it was never ours to complete`(
        original: VendorOperation.Original?,
        date: String?,
        outcome: String
    ) throws {
        var gone = PayPalFixture.failure("INVALID_RESOURCE_ID", 404, name: "RESOURCE_NOT_FOUND")
        if let date { gone.fields.append(.date, date) }
        let answer = try PayPalFixture.outcome(lookUp(original), after: gone)
        #expect(answer.shortForm == outcome)
        if outcome == "found" { #expect(answer.foundPayment?.status == .expired) }
    }

    // MARK: Refunds

    private func refund(_ reference: String) -> VendorOperation {
        .lookUp(.init(.refund(reference: reference)))
    }

    @Test func `a refund by its identifier`() throws {
        let body = PayPalFixture.answer(200, PayPalFixture.refunded("PENDING"))
        guard
            case .found(.refund(let found)) = try PayPalFixture.outcome(
                refund(PayPalFixture.refund),
                after: body
            )
        else {
            Issue.record("not found")
            return
        }
        #expect(found.reference == PayPalFixture.refund)
        #expect(found.paymentReference == PayPalFixture.capture)
        #expect(found.attempt == Sample.attempt)
        #expect(found.status == .pending)
        #expect(found.amount == Money(300, .eur))
    }

    @Test func `a refund of several captures is read part by part`() throws {
        let asked = refund("R1+R2")
        let first = PayPalFixture.answer(
            200,
            PayPalFixture.refunded("COMPLETED", id: "R1", custom: "\(Sample.attempt)-1")
        )
        let next = try PayPalFixture.asked(asked, after: [first])
        #expect(next.request.url == "\(PayPalFixture.base)/v2/payments/refunds/R2")
        let second = PayPalFixture.answer(
            200,
            PayPalFixture.refunded("FAILED", id: "R2", custom: "\(Sample.attempt)-2")
        )
        guard
            case .found(.refund(let found)) = try PayPalFixture.outcome(
                asked,
                after: first,
                second
            )
        else {
            Issue.record("not found")
            return
        }
        #expect(found.status == .succeeded)
        #expect(found.amount == Money(300, .eur))
        #expect(found.attempt == Sample.attempt)
        let other = PayPalFixture.answer(200, PayPalFixture.refunded("COMPLETED", id: "R9"))
        #expect(
            try PayPalFixture.outcome(asked, after: other) == .unknown(.unreadableReply)
        )
    }

    @Test func `a refund whose reply was lost is found in its order`() throws {
        let asked = VendorOperation.lookUp(
            .init(.refundOfAttempt(Sample.attempt, paymentReference: PayPalFixture.order))
        )
        let own = [
            PayPalFixture.refunded("COMPLETED", id: "R1", value: "1.00"),
            PayPalFixture.refunded("COMPLETED", id: "R9", value: "9.00", custom: "theirs"),
        ]
        let order = PayPalFixture.order(payments: #"{"refunds":[\#(own.joined(separator: ","))]}"#)
        guard
            case .found(.refund(let found)) = try PayPalFixture.outcome(
                asked,
                after: PayPalFixture.answer(200, order)
            )
        else {
            Issue.record("not found")
            return
        }
        #expect(found.reference == "R1")
        #expect(found.amount == Money(100, .eur))
        let none = PayPalFixture.answer(200, PayPalFixture.order())
        #expect(try PayPalFixture.outcome(asked, after: none) == .notFound)
        #expect(
            try PayPalFixture.outcome(asked, after: PayPalFixture.answer(500))
                == .unknown(.vendorError)
        )
    }
}
