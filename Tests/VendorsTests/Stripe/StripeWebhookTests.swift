import Cryptography
import JSON
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Section 5.2 and 5.3: what each event says in our words.
@Suite struct StripeWebhookTests {
    private func content(_ type: String, _ object: String) throws -> VendorNotice.Content {
        let body = #"""
            {"id":"evt_1","object":"event","created":1735689600,"type":"\#(type)",
            "livemode":false,"data":{"object":\#(object)}}
            """#
        let notices = try Stripe.Dialect.notices(
            in: WebhookDelivery(fields: [], body: Array(body.utf8))
        )
        return try #require(notices.first).content
    }

    private func intent(_ fields: String) -> String {
        #"""
        {"id":"pi_1","object":"payment_intent","amount":1099,"currency":"eur",
        "metadata":{"attempt":"\#(Sample.attempt)"},\#(fields)}
        """#
    }

    private func payment(_ content: VendorNotice.Content) -> PaymentSnapshot? {
        if case .snapshot(.payment(let snapshot)) = content { snapshot } else { nil }
    }

    private static let declined = Decline(.hard, code: "expired_card")

    @Test(arguments: [
        (
            "payment_intent.amount_capturable_updated",
            #""status":"requires_capture","amount_capturable":1099,"amount_received":0"#,
            PaymentSnapshot.Status.authorized
        ),
        (
            "payment_intent.requires_action",
            #""status":"requires_action","client_secret":"pi_1_secret","next_action":{"type":"use_stripe_sdk"}"#,
            .requiresAction(.vendorLibraryWithheld)
        ),
        (
            "payment_intent.requires_action",
            #""status":"requires_action","next_action":{"type":"redirect_to_url","redirect_to_url":{"url":"https://x.example"}}"#,
            .requiresAction(.redirect(url: "https://x.example"))
        ),
        ("payment_intent.processing", #""status":"processing""#, .processing),
        (
            "payment_intent.succeeded", #""status":"succeeded","amount_received":1099"#,
            .captured
        ),
        (
            "payment_intent.payment_failed",
            #""status":"requires_payment_method","last_payment_error":{"type":"card_error","code":"card_declined","decline_code":"expired_card"}"#,
            .declined(declined)
        ),
        (
            "payment_intent.canceled",
            #""status":"canceled","cancellation_reason":"requested_by_customer""#, .voided
        ),
        (
            "payment_intent.canceled", #""status":"canceled","cancellation_reason":null"#,
            .voided
        ),
        (
            "payment_intent.canceled", #""status":"canceled","cancellation_reason":"automatic""#,
            .expired
        ),
        (
            "payment_intent.canceled", #""status":"canceled","cancellation_reason":"expired""#,
            .expired
        ),
    ])
    func `a payment's event is its state`(
        type: String,
        fields: String,
        status: PaymentSnapshot.Status
    ) throws {
        let snapshot = try #require(payment(content(type, intent(fields))))
        #expect(snapshot.status == status)
        #expect(snapshot.reference == "pi_1")
        #expect(snapshot.attempt == Sample.attempt)
        #expect(snapshot.amount == Money(1_099, .eur))
        #expect(!"\(snapshot)".contains("pi_1_secret"))
    }

    @Test func `an event that comes late still tells the state it was made with`() throws {
        let snapshot = try payment(
            content(
                "payment_intent.succeeded",
                intent(#""status":"succeeded","amount_received":500,"amount_capturable":0"#)
            )
        )
        #expect(snapshot?.captured == 500)
        #expect(snapshot?.capturable == 0)
    }

    @Test func `a payment that does not say how much was taken is read`() throws {
        // The body of section 5.1's vector.
        let object = #"""
            {"id":"pi_3QcExample","object":"payment_intent","amount":1099,"currency":"eur",
            "status":"succeeded"}
            """#
        guard
            case .changed("pi_3QcExample", nil, nil) = try content(
                "payment_intent.succeeded",
                object
            )
        else { return #expect(Bool(false), "changed") }
    }

    @Test(arguments: [
        (#""latest_charge":"ch_1""#, true), (#""latest_charge":null"#, true),
        (#""latest_charge":{"id":"ch_1","payment_method_details":{"card":{}}}"#, false),
    ])
    func `a charge that is only named has more to tell`(charge: String, more: Bool) throws {
        let fields = #""status":"requires_capture","amount_capturable":1099,"amount_received":0,"#
        let snapshot = try payment(
            content("payment_intent.amount_capturable_updated", intent(fields + charge))
        )
        #expect(snapshot?.isAbridged == more)
    }

    @Test func `a refused card leaves the payment payable with another`() throws {
        let error = #""last_payment_error":{"type":"card_error","code":"card_declined"}"#
        let refused = try payment(
            content(
                "payment_intent.payment_failed",
                intent(#""status":"requires_payment_method",\#(error)"#)
            )
        )
        #expect(refused?.staysPayable == true)
        let canceled = try payment(
            content("payment_intent.canceled", intent(#""status":"canceled",\#(error)"#))
        )
        #expect(canceled?.staysPayable == false)
    }

    @Test func `an expired charge is an expired payment`() throws {
        let snapshot = try payment(
            content(
                "charge.expired",
                #"""
                {"id":"ch_1","object":"charge","amount":1099,"amount_captured":0,"currency":"eur",
                "payment_intent":"pi_1","metadata":{"attempt":"\#(Sample.attempt)"}}
                """#
            )
        )
        #expect(snapshot?.reference == "pi_1")
        #expect(snapshot?.attempt == Sample.attempt)
        #expect(snapshot?.status == .expired)
    }

    @Test(arguments: [
        ("refund.created", "pending", RefundSnapshot.Status.pending),
        ("refund.created", "requires_action", .pending),
        ("refund.updated", "succeeded", .succeeded),
        ("refund.failed", "failed", .failed(code: "expired_or_canceled_card")),
        ("refund.updated", "canceled", .failed(code: "canceled")),
    ])
    func `a refund's event is its state`(
        type: String,
        word: String,
        status: RefundSnapshot.Status
    ) throws {
        let content = try content(
            type,
            #"""
            {"id":"re_1","object":"refund","amount":300,"currency":"eur","payment_intent":"pi_1",
            "status":"\#(word)","failure_reason":"expired_or_canceled_card",
            "metadata":{"attempt":"\#(Sample.attempt)"}}
            """#
        )
        guard case .snapshot(.refund(let snapshot)) = content else {
            return #expect(Bool(false), "a refund")
        }
        #expect(snapshot.status == status)
        #expect(snapshot.reference == "re_1")
        #expect(snapshot.paymentReference == "pi_1")
        #expect(snapshot.attempt == Sample.attempt)
        #expect(snapshot.amount == Money(300, .eur))
    }

    @Test func `the recorded failure of a dashboard's refund has no attempt of ours`() throws {
        let notice = try #require(
            Stripe.Dialect.notices(
                in: StripeFixture.recording("webhook_refund_failed").delivery
            ).first
        )
        #expect(notice.key == "evt_1QcRfF01")
        #expect(notice.type == "refund.failed")
        #expect(notice.occurredAt == Timestamp(seconds: 1_735_948_800))
        #expect(notice.isLive == false)
        guard case .snapshot(.refund(let snapshot)) = notice.content else {
            return #expect(Bool(false), "a refund")
        }
        #expect(snapshot.attempt == nil)
        #expect(snapshot.status == .failed(code: "lost_or_stolen_card"))
    }

    @Test(arguments: [
        (
            "succeeded", #""status":"succeeded","payment_method":"pm_1""#,
            SessionSnapshot.Status.succeeded(token: VendorToken("pm_1"))
        ),
        (
            "setup_failed",
            #""status":"requires_payment_method","last_setup_error":{"type":"card_error","code":"card_declined","decline_code":"do_not_honor"}"#,
            .failed(code: "do_not_honor")
        ),
        ("requires_action", #""status":"requires_action""#, .open),
        ("canceled", #""status":"canceled""#, .canceled),
    ])
    func `a session's event is its state`(
        event: String,
        fields: String,
        status: SessionSnapshot.Status
    ) throws {
        let content = try content(
            "setup_intent.\(event)",
            #"""
            {"id":"seti_1","object":"setup_intent","customer":"cus_1",
            "metadata":{"session":"\#(Sample.session)"},\#(fields)}
            """#
        )
        guard case .session(let session) = content else {
            return #expect(Bool(false), "a session")
        }
        #expect(session.status == status)
        #expect(session.reference == "seti_1")
        #expect(session.session == Sample.session)
        #expect(session.customerReference == "cus_1")
    }

    @Test func `a detached method is forgotten`() throws {
        let content = try content(
            "payment_method.detached",
            #"{"id":"pm_1","object":"payment_method"}"#
        )
        #expect(content == .methodDetached(token: VendorToken("pm_1")))
    }

    @Test(arguments: [
        "charge.captured", "charge.updated", "charge.refunded", "charge.dispute.created",
        "charge.dispute.updated", "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated", "charge.dispute.closed",
        "radar.early_fraud_warning.created", "review.opened", "review.closed",
        "payment_method.attached", "payment_method.automatically_updated",
        "payment_method.updated", "mandate.updated", "payout.created", "payout.paid",
        "payout.failed", "payout.canceled", "payout.updated", "payout.reconciliation_completed",
        "reporting.report_run.succeeded", "reporting.report_run.failed", "balance.available",
        "an.event.of.tomorrow",
    ])
    func `what changes no payment by itself is kept`(type: String) throws {
        let charge = #"""
            {"id":"ch_1","object":"charge","amount":1099,"amount_captured":500,
            "amount_refunded":599,"currency":"eur","payment_intent":"pi_1"}
            """#
        #expect(try content(type, charge) == .kept)
    }

    @Test(arguments: [
        "payment_intent.succeeded", "charge.expired", "refund.created", "setup_intent.succeeded",
        "payment_method.detached",
    ])
    func `a known event with an unreadable object is kept, not refused`(type: String) throws {
        for object in ["null", "{}", "[]", #"{"object":"payment_intent","id":"pi_1"}"#] {
            let content = try content(type, object)
            #expect(content == .kept || type == "payment_method.detached")
        }
    }

    @Test(arguments: ["", "{", "[]", "{}", #"{"id":"evt_1","object":"event"}"#])
    func `a body that is no event is refused`(body: String) {
        #expect(throws: NoticeRefusal.unreadableBody) {
            try Stripe.Dialect.notices(in: WebhookDelivery(fields: [], body: Array(body.utf8)))
        }
    }

    @Test(arguments: [
        (MerchantAccount.Mode.test, true), (.test, false), (.live, true), (.live, false),
    ])
    func `an event of the other mode is refused`(
        mode: MerchantAccount.Mode,
        isLive: Bool
    ) throws {
        let body = Array(
            #"{"id":"evt_1","object":"event","type":"balance.available","livemode":\#(isLive)}"#
                .utf8
        )
        let key = Array("whsec_1".utf8)
        let code = HMAC.sha256(key: key, message: Array("1735689600.".utf8) + body)
        let delivery = WebhookDelivery(
            fields: [("stripe-signature", "t=1735689600,v1=\(Hex.encode(code))")],
            body: body
        )
        let dialect = try StripeFixture.dialect(
            mode: mode,
            changing: ["secret_key": ["key"], "webhook_secrets": ["whsec_1"]]
        )
        if isLive == (mode == .live) {
            #expect(try dialect.verify(delivery, now: Sample.now).first?.isLive == isLive)
        } else {
            #expect(throws: NoticeRefusal.wrongMode) {
                try dialect.verify(delivery, now: Sample.now)
            }
        }
    }
}
