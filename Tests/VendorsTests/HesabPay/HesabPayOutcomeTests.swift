import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// What answers mean (sections 3.1, 4 and 5).
@Suite struct HesabPayOutcomeTests {
    private func rejection(_ outcome: VendorOutcome?) -> VendorRejection? {
        if case .rejected(let rejection) = outcome { rejection } else { nil }
    }

    @Test(arguments: ["url", "payment_url", "paymentUrl"])
    func `F2, a page under any of its names`(name: String) throws {
        let answer = HesabPayFixture.answer(
            """
            {"status_code":10,"success":true,"message":"Payment session created",\
            "\(name)":"https://checkout.example/s/3f0b9d","session_id":"s-1",\
            "expires_at":"2024-11-20 14:36:01"}
            """
        )
        let outcome = try HesabPayFixture.outcome(answer)
        guard case .requiresAction(let action, let receipt) = outcome else {
            Issue.record("\(String(describing: outcome))")
            return
        }
        #expect(action == .redirect(url: "https://checkout.example/s/3f0b9d"))
        #expect(receipt.reference == "\(HesabPayFixture.attempt)")
        #expect(
            receipt.details == """
                {"success":true,"status_code":10,"message":"Payment session created",\
                "session_id":"s-1","expires_at":"2024-11-20 14:36:01"}
                """
        )
    }

    @Test(arguments: [
        (
            #"{"success":false,"status_code":0,"message":{"items":["This field may not be empty."]}}"#,
            "items: This field may not be empty."
        ),
        (#"{"success":false,"detail":"Bad amount"}"#, "Bad amount"),
        (#"{"success":false,"error":{"code":"x","message":"No such shop"}}"#, "No such shop"),
        (#"{"success":true,"status_code":7,"message":"Later"}"#, "Later"),
        (#"{"success":false}"#, "HesabPay gave no reason"),
    ])
    func `F6, a refused session says why, in a text or a map`(
        body: String,
        message: String
    ) throws {
        for status in [200, 400, 422] {
            let refused = rejection(
                try HesabPayFixture.outcome(HesabPayFixture.answer(body, status: status))
            )
            #expect(refused?.reason == .invalidRequest)
            #expect(refused?.message == message)
        }
    }

    @Test(arguments: [401, 403])
    func `a refused key is our fault`(status: Int) throws {
        let outcome = try HesabPayFixture.outcome(
            HesabPayFixture.answer(#"{"detail":"Invalid token"}"#, status: status)
        )
        #expect(rejection(outcome)?.reason == .configuration)
    }

    @Test(arguments: [
        (200, "<html></html>", UnknownReason.unreadableReply),
        (200, "", .unreadableReply),
        (200, #"{"success":true,"status_code":10}"#, .unreadableReply),
        (200, #"{"success":true,"url":"javascript:alert(1)"}"#, .unreadableReply),
        (200, #"{"success":true,"url":"http://checkout.example/s"}"#, .unreadableReply),
        (404, "not here", .unreadableReply),
        (500, #"{"success":false,"message":"down"}"#, .vendorError),
        (503, "", .vendorError),
    ])
    func `a page that we cannot send anybody to is let go`(
        status: Int,
        body: String,
        reason: UnknownReason
    ) throws {
        let outcome = try HesabPayFixture.outcome(HesabPayFixture.answer(body, status: status))
        #expect(outcome == .abandoned(reason))
    }

    @Test(arguments: [
        HTTPTransportError.Code.timeout, .closed, .cancelled, .invalidResponse,
    ])
    func `a session whose answer was lost is abandoned, never asked again`(
        code: HTTPTransportError.Code
    ) async {
        let transport = ScriptedTransport(code, mayHaveReachedPeer: true)
        let outcome = await HesabPay.descriptor.makePort(transport: transport).perform(
            HesabPayFixture.authorize(),
            key: Sample.key,
            account: HesabPayFixture.account()
        )
        guard case .abandoned = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(transport.sent.count == 1)
    }

    private let wire =
        #"{"paths":{"status":"/api/v1/payment/verify","refund":"/api/v1/payment/refund"}}"#

    @Test func `a configured refund`() throws {
        let done = try HesabPayFixture.outcome(
            HesabPayFixture.refund(200_000),
            HesabPayFixture.answer(#"{"success":true,"transaction_id":"0117","amount":2000.0}"#),
            wire: wire
        )
        #expect(done?.receipt?.reference == "0117")
        #expect(done?.receipt?.amount == 200_000)
        let refused = try HesabPayFixture.outcome(
            HesabPayFixture.refund(),
            HesabPayFixture.answer(#"{"success":false,"message":"Not refundable"}"#),
            wire: wire
        )
        #expect(rejection(refused)?.message == "Not refundable")
        for (status, body) in [(502, ""), (200, "[]"), (200, "{}")] {
            let unknown = try HesabPayFixture.outcome(
                HesabPayFixture.refund(),
                HesabPayFixture.answer(body, status: status),
                wire: wire
            )
            #expect(unknown?.shortForm.hasPrefix("unknown_") == true)
        }
    }

    @Test func `a configured look-up: only a payment is a verdict`() throws {
        func found(_ body: String, date: String? = nil) throws -> VendorOutcome? {
            try HesabPayFixture.outcome(
                HesabPayFixture.lookUp,
                HesabPayFixture.answer(body, date: date),
                wire: wire
            )
        }
        let paid = try found(#"{"success":true,"transaction_id":"0117","amount":6500}"#)
        #expect(paid?.foundPayment?.status == .captured)
        #expect(paid?.foundPayment?.captured == 650_000)
        #expect(paid?.foundPayment?.reference == "0117")
        let open = #"{"success":false,"message":"Not paid"}"#
        #expect(try found(open)?.foundPayment?.status == .open)
        let waiting = #"{"success":true,"status":"pending","transaction_id":null,"amount":6500}"#
        #expect(try found(waiting)?.foundPayment?.status == .open)
        // The session was asked for at midnight; an hour later it is over.
        let soon = try found(open, date: "Wed, 01 Jan 2025 00:59:59 GMT")
        #expect(soon?.foundPayment?.status == .open)
        let over = try found(open, date: "Wed, 01 Jan 2025 01:00:00 GMT")
        #expect(over?.foundPayment?.status == .expired)
        for body in [
            "", "{}", #"{"success":true,"transaction_id":"1","amount":"x"}"#,
            #"{"success":true,"transaction_id":"1","amount":1,"user_id":"\#(AttemptID(Sample.uuid(99)))"}"#,
        ] {
            #expect(try found(body) == .unknown(.unreadableReply), "\(body)")
        }
    }
}
