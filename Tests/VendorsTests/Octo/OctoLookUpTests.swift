import HTTP
import JSON
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// The status read (section 3.2) in our words (section 4).
@Suite struct OctoLookUpTests {
    private let heldDetails = """
        {"status":"waiting_for_capture","hold_expires_at":"2024-11-20T09:40:00.000000Z"}
        """

    private func found(
        _ status: String,
        _ more: String = #""total_sum":150000.00,"refunded_sum":0"#,
        date: String? = nil,
        details: String? = nil,
        told: String? = nil
    ) throws -> PaymentSnapshot? {
        try OctoFixture.play(
            OctoFixture.lookUp(details: details, told: told),
            OctoFixture.payment(status, more, date: date)
        ).outcome?.foundPayment
    }

    @Test func `every status is one of ours`() throws {
        let page = #""octo_pay_url":"\#(OctoFixture.page)","total_sum":150000.00"#
        for status in ["created", "wait_user_action"] {
            #expect(
                try found(status, page)?.status
                    == .requiresAction(.redirect(url: OctoFixture.page))
            )
        }
        let held = try found("waiting_for_capture")
        #expect(held?.status == .authorized)
        #expect(held?.capturable == 15_000_000)
        #expect(held?.captured == 0)
        for status in ["succeeded", "capture"] {
            let paid = try found(status)
            #expect(paid?.status == .captured)
            #expect(paid?.captured == 15_000_000)
            #expect(paid?.capturable == 0)
        }
        #expect(try found("failed")?.status == .declined(Decline(.soft, code: "failed")))
        #expect(try found("Succeeded")?.status == .captured)
        #expect(try found("settling") == nil)
    }

    @Test func `no page is shown for another amount`() throws {
        let other = #""octo_pay_url":"\#(OctoFixture.page)","total_sum":1.00"#
        #expect(try found("created", other)?.status == .requiresAction(nil))
    }

    @Test func `released and refunded are one sum: no capture is made up from it`() throws {
        let partly = #""total_sum":150000.00,"refunded_sum":30000.00"#
        #expect(try found("succeeded", partly, details: heldDetails)?.captured == 12_000_000)
        // Given back before we had heard of the payment: all of it had been captured.
        #expect(try found("partially_refunded", partly)?.captured == 15_000_000)
        // After our own captures no more is concluded than what is left.
        #expect(
            try found("partially_refunded", partly, details: heldDetails)?.captured == 12_000_000
        )
        let all = #""total_sum":150000.00,"refunded_sum":150000.00"#
        #expect(try found("refunded", all, details: heldDetails)?.captured == 0)
    }

    // Asked at 09:05:33, the page lives until 09:20:33, the hold until 09:40:00.
    @Test(
        arguments: [
            ("created", "Wed, 20 Nov 2024 09:35:32 GMT", false),
            ("created", "Wed, 20 Nov 2024 09:35:33 GMT", true),
            ("canceled", "Wed, 20 Nov 2024 09:20:32 GMT", false),
            ("canceled", "Wed, 20 Nov 2024 09:20:33 GMT", true),
            ("canceled", nil, false),
        ] as [(String, String?, Bool)]
    )
    func `a page ends by time`(status: String, date: String?, isOver: Bool) throws {
        let page = #""octo_pay_url":"\#(OctoFixture.page)","total_sum":150000.00"#
        let state = try found(status, page, date: date)?.status
        #expect((state == .expired) == isOver, "\(String(describing: state))")
    }

    @Test(
        arguments: [
            ("Wed, 20 Nov 2024 09:37:59 GMT", PaymentSnapshot.Status.voided),
            ("Wed, 20 Nov 2024 09:38:00 GMT", .expired), (nil, .voided),
        ] as [(String?, PaymentSnapshot.Status)]
    )
    func `a hold that ended was let go, or lapsed`(
        date: String?,
        expected: PaymentSnapshot.Status
    ) throws {
        let state = try found("canceled", date: date, details: heldDetails)?.status
        #expect(state == expected)
    }

    @Test func `the hold's end is kept with it`() throws {
        let held = try found("waiting_for_capture", date: "Wed, 20 Nov 2024 09:10:00 GMT")
        let end = Timestamp(rfc3339: "2024-11-20T09:40:00Z")
        #expect(held?.authorizationExpiresAt == end)
        #expect(
            held?.details?.contains(#""hold_expires_at":"2024-11-20T09:40:00.000000Z""#) == true
        )
    }

    @Test func `what a notification told comes along, sums only from the read`() throws {
        let told = """
            {"masked_pan":"860006** **** 6311","rrn":"436456990117","card_vendor":"master",\
            "card_country":"UZ","risk_level":0,"is_physical_card":true,"transfer_sum":116400.00,\
            "total_sum":1.00}
            """
        let paid = try found("succeeded", told: told)
        #expect(
            paid?.details == """
                {"octo_payment_uuid":"\(OctoFixture.uuid)",\
                "shop_transaction_id":"\(OctoFixture.attempt)","status":"succeeded",\
                "total_sum":150000.00,"refunded_sum":0.00,"card_country":"UZ",\
                "masked_pan":"860006** **** 6311","rrn":"436456990117","risk_level":0,\
                "card_vendor":"master","is_physical_card":true,"transfer_sum":116400.00}
                """
        )
        #expect(
            paid?.method == MethodDetails(brand: "mastercard", last4: "6311", country: "UZ")
        )
        let risky = try found("canceled", told: #"{"risk_level":5}"#)
        #expect(risky?.status == .declined(Decline(.fraud, code: "risk_level_5")))
    }

    @Test(arguments: ["8600061234566311", "8600 0612 3456 6311", "86000612345* 6311"])
    func `a number that is not hidden is not kept`(number: String) throws {
        let told = #"{"masked_pan":"\#(number)"}"#
        let paid = try found("succeeded", told: told)
        #expect(paid?.details?.contains("6311") == false)
        #expect(paid?.method == nil)
        let shown = try found("succeeded", #""total_sum":150000,"maskedPan":"\#(number)""#)
        #expect(shown?.details?.contains("6311") == false)
    }

    @Test func `an attempt that never arrived is not found, a payment that Octo named is unknown`()
        throws
    {
        let absent = OctoFixture.failure(1, "Wrong params: [total_sum] must not be null or blank")
        let byAttempt = VendorOperation.lookUp(
            .init(
                .paymentOfAttempt(OctoFixture.attempt, askedAt: OctoFixture.askedAt),
                original: OctoFixture.original()
            )
        )
        #expect(try OctoFixture.play(byAttempt, absent).outcome == .notFound)
        #expect(
            try OctoFixture.play(OctoFixture.lookUp(), absent).outcome == .unknown(.vendorError)
        )
        let other = OctoFixture.failure(999, "Something new")
        #expect(try OctoFixture.play(byAttempt, other).outcome == .unknown(.vendorError))
        let found = try OctoFixture.play(byAttempt, OctoFixture.payment("succeeded"))
        #expect(found.outcome?.foundPayment?.attempt == OctoFixture.attempt)
    }

    // MARK: Fiscal data

    private let goods = ["fiscal_goods": [OctoFixture.goods]]

    private func fiscal(
        _ status: String,
        _ answer: HTTPResponse,
        more: String = #""total_sum":150000.00,"refunded_sum":0"#
    ) throws -> OctoFixture.Played {
        try OctoFixture.play(
            OctoFixture.lookUp(),
            OctoFixture.payment(status, more),
            answer,
            changing: goods
        )
    }

    private let receipt = OctoFixture.answer(
        """
        {"error":0,"data":{"phone":"998901234567","code":0,"message":"accepted",\
        "terminalID":"EP000000000117","receiptId":7000001,"dateTime":"20241120140633",\
        "fiscalSign":"812345678901","qrCodeURL":"https://ofd.soliq.uz/epi?t=EP"}}
        """
    )

    @Test func `a paid basket's fiscal receipt is read along`() throws {
        let played = try fiscal("succeeded", receipt)
        #expect(played.urls.last == "https://secure.octo.uz/fiscal-data")
        #expect(
            played.bodies.last == """
                {"octo_shop_id":42125,"octo_secret":"5f0c7f0e-2a41-4d2b-9a53-1d1f4f0a77c2",\
                "payment_uuid":"\(OctoFixture.uuid)"}
                """
        )
        #expect(played.sent.map(\.effect) == [.none, .addition])
        #expect(
            played.outcome?.foundPayment?.details?.hasSuffix(
                """
                "fiscal_terminal_id":"EP000000000117","fiscal_receipt_id":7000001,\
                "fiscal_time":"20241120140633","fiscal_sign":"812345678901",\
                "fiscal_qr_code_url":"https://ofd.soliq.uz/epi?t=EP"}
                """
            ) == true
        )
    }

    @Test func `without it the payment is known all the same`() throws {
        for answer in [
            OctoFixture.failure(5, "not yet"), OctoFixture.answer("", status: 504),
            OctoFixture.answer("<html></html>"),
        ] {
            #expect(try fiscal("succeeded", answer).outcome?.foundPayment?.status == .captured)
        }
    }

    @Test func `it is not asked for where there is none`() throws {
        let partly = #""total_sum":150000.00,"refunded_sum":30000.00"#
        #expect(try fiscal("waiting_for_capture", receipt).sent.count == 1)
        #expect(try fiscal("succeeded", receipt, more: partly).sent.count == 1)
        let none = try OctoFixture.play(
            OctoFixture.lookUp(),
            OctoFixture.payment("succeeded"),
            receipt
        )
        #expect(none.sent.count == 1)
    }
}
