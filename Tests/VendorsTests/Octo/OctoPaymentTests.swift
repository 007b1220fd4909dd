import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// What an authorization's answer means: pages, saved cards, amounts and spellings (sections 3.1,
/// 3.6, 4 and 7).
@Suite struct OctoPaymentTests {
    private func outcome(_ answer: HTTPResponse) throws -> VendorOutcome? {
        try OctoFixture.play(OctoFixture.authorize(), answer).outcome
    }

    @Test func `F2, the payer is sent to the page`() throws {
        guard case .requiresAction(let action, let receipt) = try outcome(OctoFixture.created)
        else {
            Issue.record("no page")
            return
        }
        #expect(action == .redirect(url: OctoFixture.page))
        #expect(receipt.reference == OctoFixture.uuid)
        #expect(
            receipt.details == """
                {"octo_payment_uuid":"\(OctoFixture.uuid)",\
                "shop_transaction_id":"\(OctoFixture.attempt)","status":"created",\
                "total_sum":150000.00,"refunded_sum":0.00}
                """
        )
    }

    @Test(arguments: ["150000", "150000.0", "150000.00", #""150000.00""#])
    func `numbers come in any spelling`(total: String) throws {
        let more = #""octo_pay_url":"\#(OctoFixture.page)","total_sum":\#(total)"#
        let outcome = try outcome(OctoFixture.payment("created", more))
        #expect(outcome?.shortForm == "requires_action")
    }

    @Test func `older versions put the fields at the top`() throws {
        let flat = OctoFixture.answer(
            """
            {"error":0,"octo_payment_UUID":"\(OctoFixture.uuid)","status":"created",\
            "octo_pay_url":"\(OctoFixture.page)","total_sum":150000.00}
            """
        )
        #expect(try outcome(flat)?.shortForm == "requires_action")
    }

    @Test(arguments: ["created", "wait_user_action"])
    func `nobody is sent to pay another amount`(status: String) throws {
        let other = OctoFixture.payment(
            status,
            #""octo_pay_url":"\#(OctoFixture.page)","total_sum":15000.00"#
        )
        #expect(try outcome(other)?.shortForm == "rejected_amount_not_accepted")
        let played = try OctoFixture.play(OctoFixture.authorize(token: "tok_1"), other)
        #expect(played.outcome?.shortForm == "rejected_amount_not_accepted")
        #expect(played.sent.count == 1, "the card was not charged")
    }

    @Test(arguments: [
        "", #""octo_pay_url":"","#, #""octo_pay_url":"ftp://x","#,
        #""octo_pay_url":"http://pay2.octo.uz/x","#,
    ])
    func `a page that nobody can be sent to is none`(page: String) throws {
        let more = page + #""total_sum":150000.00"#
        #expect(try outcome(OctoFixture.payment("created", more)) == .unknown(.unreadableReply))
    }

    @Test func `an amount that cannot be held is not guessed`() throws {
        for total in ["1e5", "-5", "150000.001", "true"] {
            let more = #""octo_pay_url":"\#(OctoFixture.page)","total_sum":\#(total)"#
            #expect(
                try outcome(OctoFixture.payment("created", more)) == .unknown(.unreadableReply)
            )
        }
        let none = OctoFixture.payment("created", #""octo_pay_url":"\#(OctoFixture.page)""#)
        #expect(try outcome(none) == .unknown(.unreadableReply))
    }

    @Test func `a repetition finds what became of the payment`() throws {
        let held = try outcome(OctoFixture.payment("waiting_for_capture"))
        #expect(held?.receipt?.amount == 15_000_000)
        #expect(held?.receipt?.captured == false)
        let paid = try outcome(OctoFixture.payment("succeeded"))
        #expect(paid?.receipt?.amount == 15_000_000)
        #expect(paid?.receipt?.captured == true)
        // Paid and given back since: what was captured is what was asked.
        for status in ["refunded", "partially_refunded"] {
            let more = #""total_sum":150000.00,"refunded_sum":150000.00"#
            let returned = try outcome(OctoFixture.payment(status, more))
            #expect(returned?.receipt?.amount == 15_000_000)
        }
        for status in ["canceled", "cancelled", "cancel", "failed"] {
            let ended = try outcome(OctoFixture.payment(status))
            #expect(ended?.decline == Decline(.soft, code: status))
        }
        #expect(
            try outcome(OctoFixture.payment("settling")) == .unknown(.unrecognizedStatus)
        )
    }

    @Test func `another amount that moved is told as it is`() throws {
        let other = OctoFixture.payment("succeeded", #""total_sum":160000.00,"refunded_sum":0"#)
        #expect(try outcome(other)?.receipt?.amount == 16_000_000)
    }

    // MARK: Holds

    @Test func `a hold ends when its account says, from the best known beginning`() throws {
        func end(
            _ more: String,
            date: String? = nil,
            minutes: String = "30"
        ) throws -> Timestamp? {
            try OctoFixture.play(
                OctoFixture.authorize(),
                OctoFixture.payment("waiting_for_capture", more, date: date),
                changing: ["hold_ttl_minutes": [minutes]]
            ).outcome?.receipt?.authorizationExpiresAt
        }
        let total = #""total_sum":150000.00"#
        let date = "Wed, 20 Nov 2024 09:10:00 GMT"
        let asked = OctoFixture.askedAt
        #expect(try end(total) == asked + .seconds(1_800))
        #expect(try end(total, date: date) == Timestamp(rfc3339: "2024-11-20T09:40:00Z"))
        let paid = total + #","payed_time":"2024-11-20 14:08:00""#
        #expect(try end(paid, date: date) == Timestamp(rfc3339: "2024-11-20T09:38:00Z"))
        #expect(
            try end(total, date: date, minutes: "43200")
                == Timestamp(rfc3339: "2024-12-20T09:10:00Z")
        )
        let captured = try outcome(OctoFixture.payment("succeeded", total))
        #expect(captured?.receipt?.authorizationExpiresAt == nil)
    }

    // MARK: Saved cards

    private func charge(
        _ answer: HTTPResponse,
        changing changes: [String: [String]] = [:]
    ) throws -> VendorOutcome? {
        try OctoFixture.play(
            OctoFixture.authorize(manualCapture: false, token: "tok_1"),
            OctoFixture.created,
            answer,
            changing: changes
        ).outcome
    }

    private func charged(_ status: String, _ more: String = "") -> HTTPResponse {
        OctoFixture.answer(
            """
            {"error":0,"data":{"id":901,"uuid":"\(OctoFixture.uuid)","status":"\(status)",\
            "redirectUrl":"\(OctoFixture.page)","totalSum":150000.00\(more)}}
            """
        )
    }

    @Test func `a saved card pays, and shows what may be shown`() throws {
        let card = #","details":{"cardInfo":{"last4":"6311","issuerCountryCode":"UZ"}}"#
        let receipt = try charge(charged("succeeded", card))?.receipt
        #expect(receipt?.captured == true)
        #expect(receipt?.amount == 15_000_000)
        #expect(receipt?.method == MethodDetails(last4: "6311", country: "UZ"))
    }

    @Test func `a saved card whose payer must enter a code leads to the page`() throws {
        guard case .requiresAction(.redirect(let page), _) = try charge(charged("wait_user_action"))
        else {
            Issue.record("no page")
            return
        }
        #expect(page == OctoFixture.page)
    }

    @Test(arguments: [
        (31, "Insufficient funds", Decline.Class.soft), (32, "Expired card", .hard),
        (33, "Card is blocked", .hard), (34, "Invalid card", .hard),
        (35, "Wrong OTP", .authenticationRequired),
        (36, "3-D Secure not passed", .authenticationRequired),
        (17, "SMS resend limit", .authenticationRequired), (99, "Do not honour", .soft),
    ])
    func `a refused card has its class by its words`(
        number: Int,
        text: String,
        kind: Decline.Class
    ) throws {
        let outcome = try charge(OctoFixture.failure(number, text))
        #expect(outcome?.decline == Decline(kind, code: "\(number)"))
    }

    @Test(arguments: [(5, Decline.Class.fraud), (4, .soft)])
    func `risk together with a cancellation is fraud`(
        level: Int,
        kind: Decline.Class
    ) throws {
        let canceled = charged("canceled", #","riskLevel":\#(level)"#)
        #expect(try charge(canceled)?.decline?.class == kind)
        let strict = try charge(canceled, changing: ["fraud_risk_level": ["4"]])
        #expect(strict?.decline == Decline(.fraud, code: "risk_level_\(level)"))
    }

    @Test func `a charge that was sent before is not sent again`() throws {
        let played = try OctoFixture.play(
            OctoFixture.authorize(token: "tok_1"),
            OctoFixture.payment(
                "wait_user_action",
                #""octo_pay_url":"\#(OctoFixture.page)","total_sum":150000.00"#
            )
        )
        #expect(played.outcome?.shortForm == "requires_action")
        #expect(played.sent.count == 1)
    }
}
