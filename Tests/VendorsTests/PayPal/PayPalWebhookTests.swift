import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// What notifications mean, and how their claims are confirmed (sections 5.2 and 5.3).
@Suite struct PayPalWebhookTests {
    private func event(_ type: String, _ resource: String) -> String {
        """
        {"id":"WH-1","event_version":"1.0","create_time":"2025-01-03T09:00:00.000Z",\
        "event_type":"\(type)","resource":\(resource)}
        """
    }

    private func notice(_ type: String, _ resource: String) throws -> VendorNotice {
        let delivery = WebhookDelivery(fields: [], body: Array(event(type, resource).utf8))
        return try #require(try PayPal.Dialect.notices(in: delivery).first)
    }

    @Test func `an event is known by its own identifier, type and time`() throws {
        #expect(
            try notice("SOMETHING.NEW", "{}")
                == VendorNotice(
                    key: "WH-1",
                    type: "SOMETHING.NEW",
                    occurredAt: Timestamp(rfc3339: "2025-01-03T09:00:00Z"),
                    isLive: nil,
                    content: .kept
                )
        )
    }

    @Test(arguments: [
        "CHECKOUT.ORDER.APPROVED", "CHECKOUT.ORDER.COMPLETED",
        "CHECKOUT.PAYMENT-APPROVAL.REVERSED",
    ])
    func `what happens to an order makes us read it`(type: String) throws {
        let resource = #"{"id":"O1","purchase_units":[{"custom_id":"\#(Sample.attempt)"}]}"#
        #expect(
            try notice(type, resource).content
                == .changed(reference: "O1", attempt: Sample.attempt)
        )
        #expect(
            try notice(type, #"{"order_id":"O2"}"#).content
                == .changed(reference: "O2", attempt: nil)
        )
        #expect(try notice(type, "{}").content == .kept)
    }

    @Test(arguments: [
        "PAYMENT.AUTHORIZATION.CREATED", "PAYMENT.AUTHORIZATION.VOIDED",
        "PAYMENT.CAPTURE.COMPLETED", "PAYMENT.CAPTURE.PENDING", "PAYMENT.CAPTURE.DECLINED",
        "PAYMENT.CAPTURE.DENIED",
    ])
    func `what happens to a payment makes us read its order`(type: String) throws {
        let related = """
            {"id":"X","custom_id":"\(Sample.attempt)","supplementary_data":{"related_ids":{
            "order_id":"O1","authorization_id":"A1"}}}
            """
        #expect(
            try notice(type, related).content
                == .changed(reference: "O1", attempt: Sample.attempt)
        )
        let linked = """
            {"id":"X","links":[{"rel":"up","href":"https://api.paypal.com/v2/checkout/orders/O2"}]}
            """
        #expect(try notice(type, linked).content == .changed(reference: "O2", attempt: nil))
        #expect(try notice(type, #"{"id":"X","custom_id":"theirs"}"#).content == .kept)
    }

    @Test(arguments: [
        "PAYMENT.CAPTURE.REVERSED", "VAULT.PAYMENT-TOKEN.CREATED", "CUSTOMER.DISPUTE.CREATED",
        "CUSTOMER.DISPUTE.UPDATED", "CUSTOMER.DISPUTE.RESOLVED", "BILLING.SUBSCRIPTION.CREATED",
    ])
    func `what other issues read is kept`(type: String) throws {
        #expect(try notice(type, PayPalFixture.refunded("COMPLETED")).content == .kept)
    }

    @Test func `the reference's dispute is kept`() throws {
        let recording = try PayPalFixture.recording("webhook_dispute_created")
        let notices = try PayPal.Dialect.notices(in: recording.delivery)
        #expect(notices.map(\.content) == [.kept])
        #expect(notices.map(\.type) == ["CUSTOMER.DISPUTE.CREATED"])
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"id":"","event_type":"X"}"#, #"{"id":"WH-1"}"#, "<html>",
        #"{"id":1,"event_type":"X"}"#,
    ])
    func `what is no event is refused`(body: String) {
        #expect(throws: NoticeRefusal.unreadableBody) {
            try PayPal.Dialect.notices(in: WebhookDelivery(fields: [], body: Array(body.utf8)))
        }
    }

    // MARK: Refunds

    @Test(arguments: [
        ("PAYMENT.CAPTURE.REFUNDED", "COMPLETED", RefundSnapshot.Status.succeeded),
        ("PAYMENT.REFUND.PENDING", "PENDING", .pending),
        ("PAYMENT.REFUND.FAILED", "FAILED", .failed(code: "FAILED")),
    ])
    func `a refund of ours, or of PayPal's site, names its capture`(
        type: String,
        status: String,
        expected: RefundSnapshot.Status
    ) throws {
        for (custom, attempt) in [
            (Sample.attempt.description, Sample.attempt as AttemptID?), ("theirs", nil),
        ] {
            let content = try notice(
                type,
                PayPalFixture.refunded(status, custom: custom)
            ).content
            guard case .snapshot(.refund(let refund)) = content else {
                Issue.record("\(content)")
                return
            }
            #expect(refund.reference == PayPalFixture.refund)
            #expect(refund.paymentReference == PayPalFixture.capture)
            #expect(refund.attempt == attempt)
            #expect(refund.status == expected)
            #expect(refund.amount == Money(300, .eur))
        }
    }

    @Test func `the reference's refund is none of our attempts`() throws {
        let recording = try PayPalFixture.recording("webhook_refunded")
        let notices = try PayPal.Dialect.notices(in: recording.delivery)
        guard case .snapshot(.refund(let refund)) = notices.first?.content else {
            Issue.record("\(notices)")
            return
        }
        #expect(notices.map(\.key) == ["WH-1GE84257G0350133W-6RW800890C634293G"])
        #expect(refund.attempt == nil)
        #expect(refund.amount == Money(300, .eur))
    }

    @Test func `a share of a refund tells nothing by itself`() throws {
        let share = PayPalFixture.refunded("COMPLETED", custom: "\(Sample.attempt)-1")
        #expect(try notice("PAYMENT.CAPTURE.REFUNDED", share).content == .kept)
        let unread = PayPalFixture.refunded("SOMETHING_NEW")
        #expect(try notice("PAYMENT.CAPTURE.REFUNDED", unread).content == .kept)
    }

    // MARK: Confirmation

    private func verify(
        _ type: String,
        _ resource: String,
        then answers: HTTPResponse...
    ) async throws -> (notices: [VendorNotice], sent: [HTTPRequest]) {
        let signer = try PayPalSigner.shared.get()
        let token = try PayPalFixture.recorded("access_token")
        let transport = ScriptedTransport([signer.certificate, token] + answers)
        let notices = try await PayPal.descriptor.makePort(transport: transport).verify(
            try signer.delivery(event(type, resource)),
            account: signer.account,
            now: Sample.now
        )
        return (notices, transport.sent.map(\.request))
    }

    private func refusal(
        _ type: String,
        _ resource: String,
        then answer: HTTPResponse
    ) async -> NoticeRefusal? {
        do {
            _ = try await verify(type, resource, then: answer)
            return nil
        } catch {
            return error as? NoticeRefusal
        }
    }

    private let gone = PayPalFixture.failure(
        "INVALID_RESOURCE_ID",
        404,
        name: "RESOURCE_NOT_FOUND"
    )

    @Test func `a refund is believed once it was read with our own token`() async throws {
        let told = PayPalFixture.refunded("COMPLETED")
        let (notices, sent) = try await verify(
            "PAYMENT.CAPTURE.REFUNDED",
            told,
            then: PayPalFixture.answer(200, told)
        )
        #expect(notices.count == 1)
        #expect(
            sent.last?.url == "\(PayPalFixture.base)/v2/payments/refunds/\(PayPalFixture.refund)"
        )
        #expect(sent.last?.fields[.authorization] == "Bearer A21AAExample")
    }

    @Test(arguments: [
        PayPalFixture.refunded("COMPLETED", value: "2.00"),
        PayPalFixture.refunded("COMPLETED", custom: "theirs"),
        PayPalFixture.refunded("COMPLETED", id: "OTHER"),
        PayPalFixture.refunded("COMPLETED", of: "OTHER"),
    ])
    func `a refund that is not as it was told is forged`(found: String) async throws {
        #expect(
            await refusal(
                "PAYMENT.CAPTURE.REFUNDED",
                PayPalFixture.refunded("COMPLETED"),
                then: PayPalFixture.answer(200, found)
            ) == .signatureWrong
        )
    }

    @Test func `a refund that nobody knows is forged, one that does not show yet comes again`()
        async throws
    {
        let told = PayPalFixture.refunded("COMPLETED")
        let type = "PAYMENT.CAPTURE.REFUNDED"
        #expect(await refusal(type, told, then: gone) == .signatureWrong)
        #expect(await refusal(type, told, then: PayPalFixture.answer(500)) == .unverifiable)
        let pending = PayPalFixture.answer(200, PayPalFixture.refunded("PENDING"))
        #expect(await refusal(type, told, then: pending) == .unverifiable)
        let done = PayPalFixture.answer(200, told)
        let early = PayPalFixture.refunded("PENDING")
        #expect(await refusal("PAYMENT.REFUND.PENDING", early, then: done) == nil)
    }

    @Test(arguments: ["PAYMENT.CAPTURE.DENIED", "PAYMENT.CAPTURE.DECLINED"])
    func `a capture of a hold that came to nothing makes us read its order`(
        type: String
    ) async throws {
        let up = """
            ,"custom_id":"\(Sample.attempt)","links":[{"rel":"up",
            "href":"https://api.paypal.com/v2/payments/authorizations/A1"}],
            "supplementary_data":{"related_ids":{"order_id":"\(PayPalFixture.order)"}}
            """
        let told = PayPalFixture.captured("DECLINED", more: up)
        let (notices, _) = try await verify(type, told)
        #expect(
            notices.map(\.content) == [
                .changed(reference: PayPalFixture.order, attempt: Sample.attempt)
            ]
        )
    }

    @Test(arguments: [
        "VAULT.PAYMENT-TOKEN.DELETED", "VAULT.PAYMENT-TOKEN.DELETION-INITIATED",
    ])
    func `a token is gone once PayPal does not know it any more`(type: String) async throws {
        let told = #"{"id":"8kk8451t"}"#
        let (notices, sent) = try await verify(type, told, then: gone)
        #expect(notices.map(\.content) == [.methodDetached(token: VendorToken("8kk8451t"))])
        #expect(sent.last?.url == "\(PayPalFixture.base)/v3/vault/payment-tokens/8kk8451t")
        let stays = PayPalFixture.answer(200, #"{"id":"8kk8451t","customer":{"id":"c"}}"#)
        #expect(await refusal(type, told, then: stays) == .unverifiable)
        #expect(await refusal(type, #"{"id":"../x"}"#, then: gone) == .unreadableBody)
        #expect(try notice(type, "{}").content == .kept)
    }
}
