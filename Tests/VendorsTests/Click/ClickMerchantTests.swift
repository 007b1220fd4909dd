import HTTP
import JSON
import PaymentCore
import Testing
import VendorRecordings

@testable import Vendors

/// What we ask of Click's Merchant API, and what its answers mean (sections 2.2, 3.1, 3.6).
@Suite(.time(ClickFixture.now)) struct ClickMerchantTests {
    private static let paid = "2147490001"
    private let base = "https://api.click.uz/v2/merchant"

    private func dialect(_ changes: [String: [String]] = [:]) throws -> Click.Dialect {
        try Click.Dialect(ClickFixture.account(changing: changes))
    }

    private func answer(_ text: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: HTTPStatus(status), body: Array(text.utf8))
    }

    private func authorize(
        _ method: MethodKind = .redirect,
        token: String? = nil,
        returnURL: String? = nil,
        phone: String? = nil
    ) throws -> VendorOperation {
        .authorize(
            .sample(
                try ClickFixture.soum(),
                manualCapture: false,
                method: method,
                token: token.map { VendorToken($0) },
                returnURL: returnURL,
                payer: phone.map {
                    VendorOperation.Payer(
                        customer: Sample.customer,
                        name: nil,
                        email: nil,
                        phone: $0
                    )
                }
            )
        )
    }

    private func original(
        askedAt: Timestamp = ClickFixture.now,
        details: String? = nil
    ) throws -> VendorOperation.Original {
        VendorOperation.Original(
            attempt: Sample.attempt,
            amount: try ClickFixture.soum(),
            askedAt: askedAt,
            details: details
        )
    }

    private func refund(
        _ tiyin: Int64 = ClickFixture.amount,
        askedAt: Timestamp = ClickFixture.now,
        details: String? = nil
    ) throws -> VendorOperation {
        .refund(
            .sample(
                try ClickFixture.soum(tiyin),
                of: Self.paid,
                original: try original(askedAt: askedAt, details: details)
            )
        )
    }

    // MARK: Links and invoices

    @Test func `a payment link names the attempt and prints two decimals`() throws {
        let step = try dialect().step(
            authorize(returnURL: "https://shop.example/return?o=117&p=1"),
            key: Sample.key,
            after: []
        )
        let outcome = try #require(step.outcome)
        guard case .requiresAction(.redirect(let url), let receipt) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(
            url == "https://my.click.uz/services/pay?service_id=85335&merchant_id=46"
                + "&amount=150000.00&transaction_param=\(Sample.attempt)"
                + "&return_url=https%3A%2F%2Fshop.example%2Freturn%3Fo%3D117%26p%3D1"
        )
        #expect(receipt.reference == "\(Sample.attempt)")
        #expect("\(Sample.attempt)".utf8.count <= 64)
    }

    @Test func `a link can be kept to one card system`() throws {
        let step = try dialect(["card_type": ["humo"]]).step(authorize(), key: "k", after: [])
        guard case .requiresAction(.redirect(let url), _) = try #require(step.outcome) else {
            Issue.record("a link is a redirection")
            return
        }
        #expect(url.hasSuffix("&card_type=humo"))
    }

    @Test func `an invoice goes to the payer's phone, under the header of the sheet`() throws {
        let step = try dialect().step(
            authorize(.mobileMoney, phone: "+998 90 123-45-67"),
            key: "k",
            after: []
        )
        let (request, effect) = try #require(step.request)
        #expect(effect == .opensPage)
        #expect(request.method == .post)
        #expect(request.url == "\(base)/invoice/create")
        #expect(
            request.fields["Auth"] == "31415:16674b06256e9270b92bfe40fe18a46ed44b0073:1732093533"
        )
        #expect(request.fields[.authorization] == nil)
        #expect(request.fields[.accept] == "application/json")
        #expect(request.fields[.contentType] == "application/json")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"service_id":85335,"amount":150000.00,"phone_number":"998901234567","merchant_trans_id":"\#(Sample.attempt)"}"#
        )
        let sent = try dialect().step(
            authorize(.mobileMoney, phone: "998901234567"),
            key: "k",
            after: [answer(#"{"error_code":0,"error_note":"Success","invoice_id":"73345"}"#)]
        )
        guard case .requiresAction(.redirect, let receipt) = try #require(sent.outcome) else {
            Issue.record("the payer must act")
            return
        }
        #expect(receipt.reference == "invoice-73345")
    }

    @Test(arguments: [nil, "", "901234567", "99890123456x"])
    func `an invoice without a phone is refused before any call`(phone: String?) throws {
        let dialect = try dialect()
        let operation = try authorize(.mobileMoney, phone: phone)
        #expect(throws: VendorRejection.self) {
            try dialect.step(operation, key: "k", after: [])
        }
    }

    @Test func `a lost or unreadable invoice is a page that was left alone`() throws {
        let operation = try authorize(.mobileMoney, phone: "998901234567")
        for (text, status) in [("", 502), ("{}", 200), (#"{"error_code":0}"#, 200)] {
            let reply = answer(text, status: status)
            let step = try dialect().step(operation, key: "k", after: [reply])
            guard case .abandoned = try #require(step.outcome) else {
                Issue.record("\(step)")
                continue
            }
        }
    }

    @Test func `what Click cannot do is refused before any call`() throws {
        let dialect = try dialect()
        let hold = VendorOperation.authorize(.sample(try ClickFixture.soum(), token: nil))
        let euro = VendorOperation.authorize(.sample(manualCapture: false, token: nil))
        let absent = VendorOperation.authorize(
            .sample(try ClickFixture.soum(), manualCapture: false, token: nil, offSession: true)
        )
        let card = try authorize(token: "token")
        for operation in [hold, euro, absent, card, .capture(.sample())] {
            #expect(throws: VendorRejection.self) {
                try dialect.step(operation, key: "k", after: [])
            }
        }
    }

    // MARK: Stored cards

    private let tokens = ["card_tokens": ["on"]]

    @Test func `a stored card is charged by its token alone`() throws {
        let operation = try authorize(.card, token: "3B1FF0F4-2A6B:123456")
        let step = try dialect(tokens).step(operation, key: "k", after: [])
        let (request, effect) = try #require(step.request)
        #expect(effect == .movesMoney)
        #expect(request.url == "\(base)/card_token/payment")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"service_id":85335,"card_token":"3B1FF0F4-2A6B","amount":150000.00,"transaction_parameter":"\#(Sample.attempt)"}"#
        )
    }

    @Test(arguments: [
        (#"{"error_code":0,"payment_id":2147490001,"payment_status":2}"#, "succeeded"),
        (#"{"error_code":0,"payment_id":"2147490001","payment_status":"1"}"#, "pending"),
        (#"{"error_code":0,"payment_id":2147490001,"payment_status":0}"#, "pending"),
        (
            #"{"error_code":0,"error_note":"No","payment_id":2147490001,"payment_status":-5}"#,
            "declined_soft"
        ),
        (#"{"error_code":-5017,"error_note":"Card is blocked"}"#, "declined_hard"),
        (#"{"error_code":0}"#, "unknown_unreadable_reply"),
        (#"{"error_code":7,"payment_id":1,"payment_status":2}"#, "unknown_unrecognized_status"),
    ])
    func `what a charge was answered with`(text: String, expected: String) throws {
        let operation = try authorize(.card, token: "token")
        let step = try dialect(tokens).step(operation, key: "k", after: [answer(text)])
        #expect(step.outcome?.shortForm == expected)
    }

    @Test func `a charge whose status is not told is asked about`() throws {
        let operation = try authorize(.card, token: "token")
        let first = answer(#"{"error_code":0,"payment_id":2147490001}"#)
        let step = try dialect(tokens).step(operation, key: "k", after: [first])
        #expect(step.request?.request.url == "\(base)/payment/status/85335/2147490001")
        let second = answer(#"{"error_code":0,"payment_id":2147490001,"payment_status":2}"#)
        let last = try dialect(tokens).step(operation, key: "k", after: [first, second])
        #expect(last.outcome?.shortForm == "succeeded")
        let refused = answer("", status: 401)
        let doubt = try dialect(tokens).step(operation, key: "k", after: [first, refused])
        #expect(doubt.outcome == .unknown(.vendorError), "money may have moved before")
    }

    // MARK: Reversals

    @Test func `a whole payment is reversed`() throws {
        let step = try dialect().step(refund(), key: "k", after: [])
        let (request, effect) = try #require(step.request)
        #expect(effect == .movesMoney)
        #expect(request.method == .delete)
        #expect(request.url == "\(base)/payment/reversal/85335/2147490001")
        let done = answer(#"{"error_code":0,"error_note":"Success","payment_id":2147490001}"#)
        let last = try dialect().step(refund(), key: "k", after: [done])
        guard case .succeeded(let receipt) = try #require(last.outcome) else {
            Issue.record("\(last)")
            return
        }
        #expect(receipt.reference == Self.paid)
        #expect(receipt.amount == ClickFixture.amount)
    }

    @Test func `a part is reversed where the contract allows it, exact to the tiyin`() throws {
        let dialect = try dialect(["partial_refunds": ["on"]])
        let step = try dialect.step(refund(5_000_050), key: "k", after: [])
        #expect(
            step.request?.request.url
                == "\(base)/payment/partial_reversal/85335/2147490001/50000.50"
        )
        let done = try dialect.step(
            refund(5_000_050),
            key: "k",
            after: [answer(#"{"error_code":0}"#)]
        )
        guard case .succeeded(let receipt) = try #require(done.outcome) else {
            Issue.record("\(done)")
            return
        }
        #expect(receipt.amount == 5_000_050)
        #expect(receipt.reference != Self.paid, "several parts are several refunds")
        let whole = try self.dialect()
        #expect(throws: VendorRejection.self) {
            try whole.step(refund(5_000_050), key: "k", after: [])
        }
    }

    @Test(arguments: [
        // Now; when the payment was begun, in Tashkent; whether it may be reversed.
        ("2024-11-20T09:05:33Z", "2024-11-01 05:00:00", true),
        ("2024-11-20T09:05:33Z", "2024-10-31 23:59:59", false),
        ("2024-11-20T09:05:33Z", "2024-11-01 00:00:00", true),
        ("2024-12-01T18:59:59Z", "2024-11-02 17:00:00", true),
        ("2024-12-01T19:00:00Z", "2024-11-30 17:00:00", false),
        ("2024-12-01T12:00:00Z", "2024-10-30 17:00:00", false),
        ("2025-01-01T12:00:00Z", "2024-12-05 17:00:00", true),
        ("2024-11-30T19:00:00Z", "2024-11-05 17:00:00", true),
    ])
    func `the month decides whether a payment can still be reversed`(
        now: String,
        created: String,
        isAllowed: Bool
    ) throws {
        let now = try #require(Timestamp(rfc3339: now))
        let clock: @Sendable () -> Timestamp = { now }
        try VendorClock.$now.withValue(clock) {
            let refund = try refund(details: #"{"prepare_time":"\#(created)"}"#)
            let step = try dialect().step(refund, key: "k", after: [])
            if isAllowed {
                #expect(step.request != nil)
            } else {
                let decline = Decline(.hard, code: "refund_not_allowed")
                #expect(step.outcome == .declined(decline, nil))
            }
        }
    }

    @Test func `a link that waited over the month's end counts from its payment`() throws {
        let asked = try #require(Timestamp(rfc3339: "2024-10-30T12:00:00Z"))
        let details = #"{"prepare_time":"2024-11-02 10:00:00"}"#
        let step = try dialect().step(
            refund(askedAt: asked, details: details),
            key: "k",
            after: []
        )
        #expect(step.request != nil)
    }

    @Test func `when a payment was begun that a look-up found, Click decides`() throws {
        let asked = try #require(Timestamp(rfc3339: "2024-10-30T12:00:00Z"))
        let details = #"{"payment_id":2147490001,"payment_status":"paid"}"#
        let found = try refund(askedAt: asked, details: details)
        let step = try dialect().step(found, key: "k", after: [])
        #expect(step.request?.request.url == "\(base)/payment/reversal/85335/2147490001")
    }

    @Test(arguments: [(-1, "succeeded"), (2, "declined_hard"), (1, "declined_hard")])
    func `a refused reversal was done before only if the payment says so`(
        status: Int,
        expected: String
    ) throws {
        let refused = answer(#"{"error_code":-42,"error_note":"Reversal rejected"}"#)
        let asked = try dialect().step(refund(), key: "k", after: [refused])
        #expect(asked.request?.request.url == "\(base)/payment/status/85335/2147490001")
        let report = answer(
            #"{"error_code":0,"payment_id":2147490001,"payment_status":\#(status)}"#
        )
        let last = try dialect().step(refund(), key: "k", after: [refused, report])
        #expect(last.outcome?.shortForm == expected)
    }

    @Test(arguments: [
        (401, "rejected_configuration"), (403, "rejected_configuration"),
        (500, "unknown_vendor_error"), (502, "unknown_vendor_error"),
        (200, "unknown_unreadable_reply"), (404, "unknown_unreadable_reply"),
    ])
    func `a reversal without an answer is not guessed`(status: Int, expected: String) throws {
        let step = try dialect().step(refund(), key: "k", after: [answer("", status: status)])
        #expect(step.outcome?.shortForm == expected)
    }
}

extension VendorStep {
    var request: (request: HTTPRequest, effect: RequestEffect)? {
        switch self {
        case .ask(let request, let effect), .askLater(_, let request, let effect):
            (request, effect)
        case .finished: nil
        }
    }

    var outcome: Outcome? {
        if case .finished(let outcome) = self { outcome } else { nil }
    }
}
