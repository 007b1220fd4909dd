import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Section 5.3: what every event means.
@Suite struct AdyenWebhookTests {
    private func notice(_ delivery: WebhookDelivery) throws -> VendorNotice {
        try #require(try Adyen.Dialect.notices(in: delivery).first)
    }

    private func recorded(_ name: String) throws -> VendorNotice {
        try notice(AdyenFixture.recording(name).delivery)
    }

    private func payment(_ notice: VendorNotice) throws -> PaymentSnapshot {
        guard case .snapshot(.payment(let payment)) = notice.content else {
            throw Recording.Fault.malformed("\(notice.content)")
        }
        return payment
    }

    private func movement(_ notice: VendorNotice) throws -> MovementSnapshot {
        guard case .snapshot(.movement(let movement)) = notice.content else {
            throw Recording.Fault.malformed("\(notice.content)")
        }
        return movement
    }

    private func session(_ notice: VendorNotice) throws -> SessionSnapshot {
        guard case .session(let session) = notice.content else {
            throw Recording.Fault.malformed("\(notice.content)")
        }
        return session
    }

    @Test func `an authorisation of ours`() throws {
        let notice = try notice(
            AdyenWebhook.delivery(
                "AUTHORISATION",
                reference: "QFQTPCQ8HXSKGK82",
                additional: [("cardSummary", "1111"), ("expiryDate", "03/2030")]
            )
        )
        #expect(notice.key == "AUTHORISATION:QFQTPCQ8HXSKGK82:true")
        #expect(notice.occurredAt == Timestamp(rfc3339: "2025-01-02T09:00:00Z"))
        #expect(notice.isLive == false)
        let payment = try payment(notice)
        #expect(payment.reference == "QFQTPCQ8HXSKGK82")
        #expect(payment.attempt == Sample.attempt)
        #expect(payment.status == .authorized)
        #expect(payment.amount == Money(1_099, .eur))
        #expect(payment.capturable == 1_099)
        #expect(payment.captured == 0)
        #expect(payment.method?.brand == "visa")
        #expect(payment.method?.expiryYear == 2030)
        #expect(
            payment.details == """
                {"psp_reference":"QFQTPCQ8HXSKGK82","event_code":"AUTHORISATION",\
                "merchant_reference":"\(Sample.attempt)","payment_method":"visa",\
                "card_brand":"visa","card_last4":"1111","card_exp_month":"3",\
                "card_exp_year":"2030"}
                """
        )
    }

    @Test func `an authorisation of somebody else's reference names no attempt`() throws {
        let payment = try payment(recorded("webhook_authorised"))
        #expect(payment.attempt == nil)
        #expect(payment.reference == "QFQTPCQ8HXSKGK82")
    }

    @Test func `a refusal carries its class`() throws {
        let payment = try payment(
            notice(
                AdyenWebhook.delivery(
                    "AUTHORISATION",
                    success: false,
                    reason: "Refused",
                    additional: [("refusalReasonRaw", "41 : Lost card")]
                )
            )
        )
        #expect(payment.status == .declined(Decline(.hard, code: "2", networkCode: "41")))
        #expect(payment.capturable == 0)
    }

    @Test(arguments: [
        ("CAPTURE", true, MovementSnapshot.Kind.capture, MovementSnapshot.Status.succeeded),
        ("CAPTURE", false, .capture, .failed(code: "not_this_time")),
        ("CAPTURE_FAILED", true, .capture, .reversed(code: "not_this_time")),
        ("CANCELLATION", true, .void, .succeeded),
        ("CANCELLATION", false, .void, .failed(code: "not_this_time")),
        ("TECHNICAL_CANCEL", true, .void, .succeeded),
        ("TECHNICAL_CANCEL", false, .void, .failed(code: "not_this_time")),
        ("EXPIRE", true, .expiry, .succeeded),
        ("REFUND", true, .refund, .succeeded),
        ("REFUND", false, .refund, .failed(code: "not_this_time")),
        ("REFUND_FAILED", true, .refund, .reversed(code: "not_this_time")),
        ("REFUNDED_REVERSED", true, .refund, .reversed(code: "not_this_time")),
    ])
    func `the end of a modification`(
        event: String,
        success: Bool,
        kind: MovementSnapshot.Kind,
        status: MovementSnapshot.Status
    ) throws {
        let notice = try notice(
            AdyenWebhook.delivery(
                event,
                success: success,
                reason: "Not this time!",
                original: AdyenFixture.payment,
                value: 500
            )
        )
        #expect(notice.key == "\(event):KHQC5N7G84BLNK43:\(success)")
        let movement = try movement(notice)
        #expect(movement.kind == kind)
        #expect(movement.status == status)
        #expect(movement.reference == "KHQC5N7G84BLNK43")
        #expect(movement.paymentReference == AdyenFixture.payment)
        #expect(movement.attempt == Sample.attempt)
        #expect(movement.amount == Money(500, .eur))
        #expect((movement.details != nil) == (kind == .refund))
    }

    @Test func `the sheet's capture and refused refund`() throws {
        let capture = try movement(recorded("webhook_capture"))
        #expect(capture.kind == .capture)
        #expect(capture.status == .succeeded)
        #expect(capture.amount == Money(500, .eur))
        let refund = try movement(recorded("webhook_refund_refused"))
        #expect(refund.kind == .refund)
        #expect(refund.status == .failed(code: "insufficient_balance_on_payment"))
        #expect(refund.reference == "NC6HT9CRT65ZGN82")
    }

    @Test(arguments: [
        ("cancel", MovementSnapshot.Kind?.some(.void)), ("refund", .refund), ("", nil),
    ])
    func `a reversal is what it turned out to be`(
        action: String,
        kind: MovementSnapshot.Kind?
    ) throws {
        let notice = try notice(
            AdyenWebhook.delivery(
                "CANCEL_OR_REFUND",
                original: AdyenFixture.payment,
                additional: [("modification.action", action)]
            )
        )
        if let kind {
            #expect(try movement(notice).kind == kind)
        } else {
            #expect(notice.content == .kept)
        }
    }

    @Test func `a payer who never finished ends the page`() throws {
        #expect(try payment(notice(AdyenWebhook.delivery("OFFER_CLOSED"))).status == .expired)
        let page = try session(
            notice(
                AdyenWebhook.delivery(
                    "OFFER_CLOSED",
                    merchantReference: Sample.session.description,
                    value: 0
                )
            )
        )
        #expect(page.status == .canceled)
        #expect(page.session == Sample.session)
    }

    @Test(arguments: [
        ("AUTHORISATION_ADJUSTMENT", true), ("AUTHORISATION_ADJUSTMENT", false),
        ("PENDING", true), ("REQUEST_FOR_INFORMATION", true),
        ("NOTIFICATION_OF_CHARGEBACK", true), ("NOTIFICATION_OF_FRAUD", true),
        ("CHARGEBACK", true), ("INFORMATION_SUPPLIED", true), ("CHARGEBACK_REVERSED", true),
        ("SECOND_CHARGEBACK", true), ("PREARBITRATION_OPEN", true), ("PREARBITRATION_WON", true),
        ("PREARBITRATION_LOST", true), ("PREARBITRATION_ACCEPTED", true),
        ("PREARBITRATION_DECLINED", true), ("PREARBITRATION_ISSUER_WITHDRAWN", true),
        ("SCHEME_ARBITRATION", true), ("SCHEME_ARBITRATION_WON", true),
        ("SCHEME_ARBITRATION_LOST", true), ("DISPUTE_DEFENSE_PERIOD_ENDED", true),
        ("ISSUER_RESPONSE_TIMEFRAME_EXPIRED", true), ("ISSUER_COMMENTS", true),
        ("MANUAL_REVIEW_ACCEPT", true), ("MANUAL_REVIEW_REJECT", true),
        ("REPORT_AVAILABLE", true), ("NOBODY_KNOWS", true), ("", true),
        // What can only succeed, failing.
        ("CAPTURE_FAILED", false), ("CANCEL_OR_REFUND", false), ("EXPIRE", false),
        ("REFUND_FAILED", false), ("REFUNDED_REVERSED", false), ("OFFER_CLOSED", false),
        ("RECURRING_CONTRACT", false),
    ])
    func `what moves nothing here is kept`(event: String, success: Bool) throws {
        let notice = try notice(
            AdyenWebhook.delivery(event, success: success, original: AdyenFixture.payment)
        )
        #expect(notice.content == .kept)
        #expect(notice.type == event)
    }

    @Test func `a dispute's events are told apart by their time`() throws {
        let notice = try recorded("webhook_chargeback")
        #expect(notice.key == "CHARGEBACK:9913140798220028:true:2025-01-10T12:00:00+01:00")
        #expect(notice.content == .kept)
    }

    @Test func `a report is kept under its file's name`() throws {
        let notice = try recorded("webhook_report")
        #expect(notice.key == "REPORT_AVAILABLE:settlement_detail_report_batch_12.csv:true")
        #expect(notice.content == .kept)
    }

    @Test(arguments: [
        #""amount":{"currency":"XXX","value":1}"#, #""amount":{"currency":"EUR","value":"1"}"#,
        #""amount":{"currency":"EUR","value":-1}"#, #""amount":null"#, #""amount":[]"#,
        #""amount":{"currency":"ISK","value":150}"#,
    ])
    func `an amount that cannot be held moves nothing`(member: String) throws {
        for event in ["AUTHORISATION", "CAPTURE", "REFUND", "OFFER_CLOSED"] {
            let body = """
                {"live":"false","notificationItems":[{"NotificationRequestItem":{\
                \(member),"eventCode":"\(event)","pspReference":"P","success":"true"}}]}
                """
            let notice = try notice(WebhookDelivery(fields: [], body: Array(body.utf8)))
            #expect(notice.content == .kept)
        }
    }

    @Test func `Adyen's exponents are read back`() throws {
        for (currency, wire, amount) in [("ISK", 500, 5), ("IDR", 10_000, 1_000_000)] {
            let item = AdyenWebhook.item("CAPTURE", value: Int64(wire), currency: currency)
            let movement = try movement(notice(AdyenWebhook.delivery(items: [item])))
            #expect(movement.amount.minorUnits == Int64(amount))
        }
    }

    // MARK: Stored methods (section 3)

    @Test func `a token stored with a session`() throws {
        let session = try session(
            notice(
                AdyenWebhook.delivery(
                    "AUTHORISATION",
                    reference: "QFQTPCQ8HXSKGK86",
                    merchantReference: Sample.session.description,
                    value: 0,
                    additional: [
                        ("tokenization.storedPaymentMethodId", "M5N7TQ4TG5PFWR50"),
                        ("tokenization.shopperReference", "cust_42"),
                        ("cardSummary", "1111"),
                    ]
                )
            )
        )
        #expect(session.session == Sample.session)
        #expect(session.status == .succeeded(token: AdyenFixture.token))
        #expect(session.customerReference == "cust_42")
        #expect(session.details?.last4 == "1111")
    }

    @Test func `the sheet's stored token`() throws {
        let session = try session(recorded("webhook_token_stored"))
        #expect(session.session == nil)
        #expect(session.reference == "QFQTPCQ8HXSKGK86")
        #expect(session.status == .succeeded(token: AdyenFixture.token))
    }

    @Test func `a session whose token is still to come is under way, a refused one failed`() throws
    {
        func status(_ success: Bool, _ reason: String) throws -> SessionSnapshot.Status {
            try session(
                notice(
                    AdyenWebhook.delivery(
                        "AUTHORISATION",
                        success: success,
                        reason: reason,
                        merchantReference: Sample.session.description,
                        value: 0
                    )
                )
            ).status
        }
        #expect(try status(true, "033899:1111:03/2030") == .processing)
        #expect(try status(false, "Expired Card") == .failed(code: "6"))
    }

    @Test func `the older event has the token where others have the payment`() throws {
        let contract = try session(
            notice(
                AdyenWebhook.delivery(
                    "RECURRING_CONTRACT",
                    reference: "M5N7TQ4TG5PFWR50",
                    original: "QFQTPCQ8HXSKGK86",
                    merchantReference: Sample.session.description,
                    value: 0,
                    additional: [("shopperReference", "cust_42")]
                )
            )
        )
        #expect(contract.status == .succeeded(token: AdyenFixture.token))
        #expect(contract.reference == "QFQTPCQ8HXSKGK86")
    }

    @Test(arguments: [
        ("recurring.token.created", false), ("recurring.token.updated", false),
        ("recurring.token.alreadyExisting", false), ("recurring.token.disabled", true),
        ("recurring.token.nobody_knows", false),
    ])
    func `a token's life`(type: String, isDetached: Bool) throws {
        let body = """
            {"type":"\(type)","environment":"test","createdAt":"2025-01-02T10:00:00+01:00",\
            "data":{"merchantAccount":"AcmeECOM","storedPaymentMethodId":"M5N7TQ4TG5PFWR50",\
            "shopperReference":"cust_42"}}
            """
        let notice = try notice(WebhookDelivery(fields: [], body: Array(body.utf8)))
        #expect(notice.type == type)
        #expect(notice.key == "\(type):M5N7TQ4TG5PFWR50:2025-01-02T10:00:00+01:00")
        #expect(notice.isLive == false)
        #expect(
            notice.content
                == (isDetached ? .methodDetached(token: AdyenFixture.token) : .kept)
        )
    }
}
