import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Every request, byte by byte (sections 2.1 and 3).
@Suite struct OctoRequestTests {
    private let credentials =
        #""octo_shop_id":42125,"octo_secret":"5f0c7f0e-2a41-4d2b-9a53-1d1f4f0a77c2""#
    private let attempt = OctoFixture.attempt

    @Test func `F1, a hold on the payment page`() throws {
        let played = try OctoFixture.play(OctoFixture.authorize())
        let request = try #require(played.sent.first?.request)
        #expect(request.method == .post)
        #expect(request.url == "https://secure.octo.uz/prepare_payment")
        let fields: HTTPFields = [
            .contentType: "application/json", .accept: "application/json",
        ]
        #expect(request.fields == fields)
        #expect(
            played.bodies == [
                """
                {\(credentials),"shop_transaction_id":"\(attempt)","auto_capture":false,"test":true,\
                "init_time":"2024-11-20 14:05:33","total_sum":150000.00,"currency":"UZS",\
                "description":"Booking 117",\
                "notify_url":"https://pay.example/webhooks/v1/octo/mac_1",\
                "return_url":"https://shop.example/return","language":"uz","ttl":15,\
                "payment_methods":[{"method":"uzcard"},{"method":"humo"},{"method":"bank_card"}]}
                """
            ]
        )
    }

    @Test func `a sale of a live account with settings of its own`() throws {
        var asked = VendorOperation.Authorize.sample(
            Money(105, .usd),
            manualCapture: false,
            token: nil
        )
        asked.attempt = attempt
        let account = OctoFixture.account(
            mode: .live,
            changing: [
                "language": ["ru"], "page_ttl_minutes": ["60"], "payment_methods": ["bank_card"],
                "tsp_id": ["7"], "clock_offset": ["+00:00"],
                "api_base": ["http://127.0.0.1:4020/octo/"],
            ]
        )
        let step: VendorStep<VendorOutcome> = try Octo.Dialect(account).step(
            .authorize(asked),
            key: Sample.key,
            after: []
        )
        guard case .ask(let request, .movesMoney) = step else {
            Issue.record("\(step)")
            return
        }
        #expect(request.url == "http://127.0.0.1:4020/octo/prepare_payment")
        #expect(
            String(decoding: request.body, as: UTF8.self) == """
                {\(credentials),"shop_transaction_id":"\(attempt)","auto_capture":true,"test":false,\
                "init_time":"2024-11-20 09:05:33","total_sum":1.05,"currency":"USD",\
                "description":"\(Sample.intent)",\
                "notify_url":"https://pay.example/webhooks/v1/sample/mac_1","language":"ru","ttl":60,\
                "payment_methods":[{"method":"bank_card"}],"tsp_id":7}
                """
        )
    }

    @Test func `without our public address Octo could not tell us anything`() throws {
        let authorize = VendorOperation.Authorize.sample(OctoFixture.amount, notificationURL: nil)
        #expect(throws: VendorRejection.self) {
            try OctoFixture.play(.authorize(authorize))
        }
    }

    @Test func `the status read has exactly three fields, or it would create a payment`() throws {
        let played = try OctoFixture.play(OctoFixture.lookUp())
        #expect(played.urls == ["https://secure.octo.uz/prepare_payment"])
        #expect(played.bodies == [#"{\#(credentials),"shop_transaction_id":"\#(attempt)"}"#])
        #expect(played.sent.first?.effect == RequestEffect.none)
    }

    @Test func `F4, a partial capture, after a read that moves nothing`() throws {
        let played = try OctoFixture.play(
            OctoFixture.capture(12_000_000),
            OctoFixture.payment("waiting_for_capture")
        )
        #expect(played.urls.last == "https://secure.octo.uz/set_accept")
        #expect(
            played.bodies.last == """
                {\(credentials),"octo_payment_UUID":"\(OctoFixture.uuid)",\
                "accept_status":"capture","final_amount":120000.00}
                """
        )
        #expect(played.sent.map(\.effect) == [.none, .movesMoney])
    }

    @Test func `a hold is cancelled`() throws {
        let played = try OctoFixture.play(
            OctoFixture.void,
            OctoFixture.payment("waiting_for_capture")
        )
        #expect(
            played.bodies.last == """
                {\(credentials),"octo_payment_UUID":"\(OctoFixture.uuid)",\
                "accept_status":"cancel"}
                """
        )
    }

    @Test func `a refund, and one from a supplier's shop`() throws {
        let refund = VendorOperation.refund(OctoFixture.refund(2_000_050))
        let body = """
            {\(credentials),"octo_payment_UUID":"\(OctoFixture.uuid)",\
            "shop_refund_id":"\(Sample.attempt)","amount":20000.50
            """
        let played = try OctoFixture.play(refund)
        #expect(played.urls == ["https://secure.octo.uz/refund"])
        #expect(played.bodies == [body + "}"])
        let supplied = try OctoFixture.play(refund, changing: ["supplier_shop_id": ["9"]])
        #expect(supplied.bodies == [body + #","supplier_shop_id":9}"#])
    }

    @Test func `a saved card is charged with the prepared payment`() throws {
        let payer = VendorOperation.Payer(
            customer: Sample.customer,
            name: nil,
            email: "guest@example.com",
            phone: nil
        )
        let played = try OctoFixture.play(
            OctoFixture.authorize(token: "humo:tok_1", payer: payer),
            OctoFixture.created
        )
        #expect(played.sent.map(\.effect) == [.none, .movesMoney])
        #expect(played.urls.last == "https://secure.octo.uz/pay/\(OctoFixture.uuid)")
        #expect(
            played.bodies.last == """
                {\(credentials),"card_token":"tok_1","method":"humo","email":"guest@example.com"}
                """
        )
        let usual = try OctoFixture.play(
            OctoFixture.authorize(token: "tok:2"),
            OctoFixture.created,
            changing: ["token_method": ["uzcard"]]
        )
        #expect(
            usual.bodies.last == #"{\#(credentials),"card_token":"tok:2","method":"uzcard"}"#
        )
    }

    @Test func `a card's number is never sent for a token`() throws {
        for number in ["8600123412341234", "humo:9860123412341234"] {
            #expect(throws: VendorRejection.self) {
                try OctoFixture.play(OctoFixture.authorize(token: number), OctoFixture.created)
            }
        }
    }

    @Test func `what Octo names must be fit for a path`() throws {
        let odd = OctoFixture.answer(
            #"{"error":0,"data":{"octo_payment_UUID":"../refund","status":"created","total_sum":150000}}"#
        )
        #expect(throws: VendorRejection.self) {
            try OctoFixture.play(OctoFixture.authorize(token: "tok_1"), odd)
        }
    }

    @Test func `only what can be told apart can be asked`() throws {
        let lost = VendorOperation.capture(.sample(OctoFixture.amount, of: OctoFixture.uuid))
        #expect(throws: VendorRejection.self) { try OctoFixture.play(lost) }
        let complete = VendorOperation.Complete(
            intent: Sample.intent,
            attempt: Sample.attempt,
            paymentReference: OctoFixture.uuid,
            amount: OctoFixture.amount,
            manualCapture: true
        )
        #expect(throws: VendorRejection.self) { try OctoFixture.play(.complete(complete)) }
    }
}
