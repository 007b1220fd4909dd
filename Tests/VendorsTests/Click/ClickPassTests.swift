import HTTP
import JSON
import PaymentCore
import Testing
import VendorRecordings

@testable import Vendors

/// CLICK Pass: a till scans a code off the payer's app, and we charge it (section 3.6).
@Suite(.time(ClickFixture.now)) struct ClickPassTests {
    private static let code = "CP-2147483999124"
    private static let base = "https://api.click.uz/v2/merchant"
    private let pass = ["click_pass": ["on"]]

    private func operation() throws -> VendorOperation {
        .authorize(
            .sample(
                try ClickFixture.soum(),
                manualCapture: false,
                method: .wallet,
                token: nil,
                oneTimeToken: VendorToken(Self.code)
            )
        )
    }

    private func step(
        _ answers: [HTTPResponse] = [],
        _ changes: [String: [String]] = [:]
    ) throws -> VendorStep<VendorOutcome> {
        try Click.Dialect(ClickFixture.account(changing: pass.merging(changes) { $1 }))
            .step(operation(), key: Sample.key, after: answers)
    }

    private func answer(_ text: String, status: Int = 200) -> HTTPResponse {
        HTTPResponse(status: HTTPStatus(status), body: Array(text.utf8))
    }

    /// F7 with another status or mode.
    private func paid(status: Int = 1, confirmMode: Int = 1) -> HTTPResponse {
        answer(
            """
            {"error_code":0,"error_note":"Success","payment_id":2147490077,\
            "payment_status":\(status),"confirm_mode":\(confirmMode),"card_type":"private",\
            "processing_type":"HUMO","card_number":"986002******1147",\
            "phone_number":"998*****4567"}
            """
        )
    }

    private func body(_ request: HTTPRequest) -> String {
        String(decoding: request.body, as: UTF8.self)
    }

    @Test func `a code is charged under the name that a lost answer is looked up by`() throws {
        let (request, effect) = try #require(try step().request)
        #expect(effect == .movesMoney)
        #expect(request.method == .post)
        #expect(request.url == "\(Self.base)/click_pass/payment")
        #expect(
            body(request)
                == #"{"service_id":85335,"otp_data":"CP-2147483999124","amount":150000.00,"transaction_id":"\#(Sample.attempt)"}"#
        )
        let till = try #require(try step([], ["cashbox_code": ["KASSA-1"]]).request).request
        #expect(body(till).contains(#""cashbox_code":"KASSA-1""#))
    }

    @Test func `F7: a payment that Click wants confirmed is confirmed at once`() throws {
        let (request, effect) = try #require(try step([paid()]).request)
        #expect(effect == .movesMoney)
        #expect(request.url == "\(Self.base)/click_pass/confirm")
        #expect(body(request) == #"{"service_id":85335,"payment_id":2147490077}"#)
        let confirmed = answer(#"{"error_code":0,"payment_id":2147490077}"#)
        let (status, _) = try #require(try step([paid(), confirmed]).request)
        #expect(status.url == "\(Self.base)/payment/status/85335/2147490077")
        let done = answer(#"{"error_code":0,"payment_id":"2147490077","payment_status":2}"#)
        let last = try step([paid(), confirmed, done])
        guard case .succeeded(let receipt) = try #require(last.outcome) else {
            Issue.record("\(last)")
            return
        }
        #expect(receipt.reference == "2147490077")
        #expect(receipt.captured)
        #expect(receipt.amount == ClickFixture.amount)
        #expect(receipt.method == MethodDetails(brand: "humo", last4: "1147"))
        #expect(
            receipt.details
                == #"{"payment_id":2147490077,"payment_status":"paid","card_type":"private","processing_type":"HUMO"}"#
        )
    }

    @Test func `a confirmation that tells the status needs no further question`() throws {
        let confirmed = answer(#"{"error_code":0,"payment_id":2147490077,"payment_status":2}"#)
        #expect(try step([paid(), confirmed]).outcome?.shortForm == "succeeded")
    }

    @Test(arguments: [
        (2, "succeeded"), (1, "pending"), (0, "pending"), (-5, "declined_soft"),
        (7, "unknown_unrecognized_status"),
    ])
    func `without confirmation the first answer says it all`(status: Int, outcome: String) throws {
        #expect(try step([paid(status: status, confirmMode: 0)]).outcome?.shortForm == outcome)
    }

    @Test func `a payment that failed is not confirmed`() throws {
        #expect(try step([paid(status: -5)]).outcome?.shortForm == "declined_soft")
    }

    @Test(arguments: [(2, "succeeded"), (-1, "declined_soft"), (1, "pending")])
    func `a refused confirmation was too late or the second: the payment tells`(
        status: Int,
        outcome: String
    ) throws {
        let refused = answer(#"{"error_code":-31,"error_note":"Nothing to confirm"}"#)
        let (request, _) = try #require(try step([paid(), refused]).request)
        #expect(request.url == "\(Self.base)/payment/status/85335/2147490077")
        let told = answer(
            #"{"error_code":0,"payment_id":2147490077,"payment_status":\#(status)}"#
        )
        #expect(try step([paid(), refused, told]).outcome?.shortForm == outcome)
    }

    @Test(arguments: [
        (#"{"error_code":-30,"error_note":"OTP is wrong or used"}"#, 200, "declined_soft"),
        (#"{"error_code":-5017,"error_note":"Card is blocked"}"#, 200, "declined_hard"),
        ("", 401, "rejected_configuration"), ("", 502, "unknown_vendor_error"),
        ("<html>", 200, "unknown_unreadable_reply"),
        (#"{"error_code":0}"#, 200, "unknown_unreadable_reply"),
    ])
    func `what a code was answered with`(text: String, status: Int, outcome: String) throws {
        #expect(try step([answer(text, status: status)]).outcome?.shortForm == outcome)
    }

    @Test(arguments: [401, 403, 500, 502, 504, 200])
    func `once a payment was begun no answer but its status ends it`(status: Int) throws {
        let lost = answer("", status: status)
        let unknown = status == 200 ? "unknown_unreadable_reply" : "unknown_vendor_error"
        #expect(try step([paid(), lost]).outcome?.shortForm == unknown)
        let confirmed = answer(#"{"error_code":0}"#)
        #expect(try step([paid(), confirmed, lost]).outcome?.shortForm == unknown)
    }

    @Test func `another payment's status is not this one's`() throws {
        let other = answer(#"{"error_code":0,"payment_id":2147490078,"payment_status":2}"#)
        #expect(try step([paid(), other]).request != nil, "asked for its own")
        #expect(try step([paid(), other, other]).outcome?.shortForm == "unknown_unreadable_reply")
    }

    @Test func `a confirmation whose answer is lost leaves the payment unknown, sent once`()
        async throws
    {
        let transport = ScriptedTransport(after: [paid()], .timeout, mayHaveReachedPeer: true)
        let outcome = await Click.descriptor.makePort(transport: transport).perform(
            try operation(),
            key: Sample.key,
            account: ClickFixture.account(changing: pass)
        )
        #expect(outcome == .unknown(.timeout))
        let away = ScriptedTransport(after: [paid()], .connect, mayHaveReachedPeer: false)
        let unsent = await Click.descriptor.makePort(transport: away).perform(
            try operation(),
            key: Sample.key,
            account: ClickFixture.account(changing: pass)
        )
        #expect(unsent == .unknown(.connectionLost), "the payment was begun all the same")
        for sent in [transport.sent, away.sent] {
            #expect(sent.count { $0.request.url.hasSuffix("click_pass/payment") } == 1)
        }
    }

    @Test func `a lost payment is looked up by its attempt, and by nothing of the code`() throws {
        let original = VendorOperation.Original(
            attempt: Sample.attempt,
            amount: try ClickFixture.soum(),
            askedAt: ClickFixture.now,
            details: nil
        )
        let lookUp = VendorOperation.lookUp(
            .init(
                .paymentOfAttempt(Sample.attempt, askedAt: ClickFixture.now),
                original: original
            )
        )
        let dialect = try Click.Dialect(ClickFixture.account(changing: pass))
        let (request, _) = try #require(try dialect.step(lookUp, key: "k", after: []).request)
        #expect(
            request.url
                == "\(Self.base)/payment/status_by_mti/85335/\(Sample.attempt)/2024-11-20"
        )
    }

    @Test func `a service without CLICK Pass takes no code`() throws {
        let all = Click.descriptor.capabilities
        #expect(all.oneTimeTokens == [.wallet])
        let plain = try Click.Dialect(ClickFixture.account())
        #expect(plain.narrowed(all).oneTimeTokens.isEmpty)
        #expect(
            try Click.Dialect(ClickFixture.account(changing: pass)).narrowed(all).oneTimeTokens
                == [.wallet]
        )
        #expect(throws: VendorRejection.self) {
            try plain.step(operation(), key: Sample.key, after: [])
        }
    }
}
