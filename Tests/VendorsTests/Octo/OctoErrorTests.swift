import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Every error number (section 3.8), wherever it can be met.
@Suite struct OctoErrorTests {
    private func rejection(_ outcome: VendorOutcome?) -> VendorRejection? {
        if case .rejected(let rejection) = outcome { rejection } else { nil }
    }

    @Test(arguments: [
        (1, "Wrong params: [currency] is unknown", VendorRejection.Reason.invalidRequest),
        (2, "Wrong secret", .configuration), (2, "no_shop_found", .configuration),
        (7, "Wrong secret", .configuration), (3, "Invalid refund amount", .amountNotAccepted),
        (17, "SMS resend limit", .wrongState), (22, "Wrong amount to refund", .amountNotAccepted),
        (403, "Fiscal object 1 not contains in system", .configuration),
        (999, "Something new", .invalidRequest),
    ])
    func `a number has its meaning, and keeps its text`(
        number: Int,
        text: String,
        reason: VendorRejection.Reason
    ) throws {
        let failure = OctoFixture.failure(number, text)
        let expected = VendorRejection(reason, code: "\(number)", message: text)
        let page = try OctoFixture.play(OctoFixture.authorize(), failure)
        #expect(rejection(page.outcome) == expected)
        let refund = try OctoFixture.play(.refund(OctoFixture.refund(2_000_000)), failure)
        #expect(rejection(refund.outcome) == expected)
    }

    @Test func `an error is told in its older spelling too, or not at all`() throws {
        for (body, message) in [
            (#"{"error":22,"errorMessage":"Wrong amount to refund"}"#, "Wrong amount to refund"),
            (#"{"error":22,"errMessage":null,"data":null}"#, "Octo gave no reason"),
        ] {
            let played = try OctoFixture.play(
                .refund(OctoFixture.refund(2_000_000)),
                OctoFixture.answer(body)
            )
            #expect(rejection(played.outcome)?.message == message)
        }
    }

    @Test(arguments: [1, 2, 403])
    func `a word on a hold is refused as such`(number: Int) throws {
        let played = try OctoFixture.play(
            OctoFixture.capture(),
            OctoFixture.payment("waiting_for_capture"),
            OctoFixture.failure(number, "no")
        )
        #expect(rejection(played.outcome)?.code == "\(number)")
        #expect(played.sent.count == 2)
    }

    // MARK: Rate

    @Test func `too soon: asked once more, after a pause`() throws {
        let played = try OctoFixture.play(
            OctoFixture.lookUp(),
            OctoFixture.tooSoon,
            OctoFixture.payment("waiting_for_capture")
        )
        #expect(played.sent.map(\.pause) == [.zero, .milliseconds(1_100)])
        #expect(Set(played.bodies).count == 1)
        #expect(played.outcome?.foundPayment?.status == .authorized)
    }

    @Test(arguments: [
        OctoFixture.authorize(), OctoFixture.capture(), OctoFixture.void,
        .refund(OctoFixture.refund(2_000_000)), OctoFixture.lookUp(),
    ])
    func `too soon twice: not now`(operation: VendorOperation) throws {
        let played = try OctoFixture.play(operation, OctoFixture.tooSoon, OctoFixture.tooSoon)
        #expect(played.outcome == .notDone(.throttled))
        #expect(played.sent.count == 2)
    }

    // MARK: No answer that can be read

    @Test(arguments: [
        (502, "<html>Bad Gateway</html>", UnknownReason.vendorError),
        (500, #"{"error":0,"data":{}}"#, .vendorError), (200, "", .unreadableReply),
        (200, "<html></html>", .unreadableReply), (200, #"{"data":{}}"#, .unreadableReply),
        (200, #"{"error":"0"}"#, .unreadableReply), (200, #"{"error":0}"#, .unreadableReply),
        (200, #"{"error":0,"data":{"status":"created"}}"#, .unreadableReply),
        (404, #"{"error":0,"data":{}}"#, .unrecognizedStatus),
    ])
    func `what cannot be read is unknown where money may have moved`(
        status: Int,
        body: String,
        reason: UnknownReason
    ) throws {
        let bad = OctoFixture.answer(body, status: status)
        #expect(try OctoFixture.play(OctoFixture.authorize(), bad).outcome == .unknown(reason))
        let charge = try OctoFixture.play(
            OctoFixture.authorize(token: "tok_1"),
            OctoFixture.created,
            bad
        )
        #expect(charge.outcome == .unknown(reason))
        for operation in [OctoFixture.capture(), OctoFixture.void] {
            let asked = try OctoFixture.play(
                operation,
                OctoFixture.payment("waiting_for_capture"),
                bad
            )
            #expect(asked.outcome == .unknown(reason))
            let read = try OctoFixture.play(operation, bad)
            #expect(read.outcome == .notDone(.unreachable), "only read so far")
        }
    }

    @Test func `an unreadable refund is unknown`() throws {
        for body in ["", "{}", #"{"error":0,"data":{"octo_payment_UUID":"another"}}"#] {
            let played = try OctoFixture.play(
                .refund(OctoFixture.refund(2_000_000)),
                OctoFixture.answer(body)
            )
            #expect(played.outcome == .unknown(.unreadableReply))
        }
        for status in ["unknown", "settling"] {
            let played = try OctoFixture.play(
                .refund(OctoFixture.refund(2_000_000)),
                OctoFixture.refunded(status)
            )
            #expect(played.outcome == .unknown(.unrecognizedStatus))
        }
    }

    @Test func `another payment's answer is no answer`() throws {
        for members in [
            #""shop_transaction_id":"att-1","octo_payment_UUID":"\#(OctoFixture.uuid)""#,
            #""octo_payment_UUID":"another""#,
            #""currency":"USD","octo_payment_UUID":"\#(OctoFixture.uuid)""#,
        ] {
            let other = OctoFixture.answer(
                #"{"error":0,"data":{\#(members),"status":"succeeded","total_sum":150000}}"#
            )
            let found = try OctoFixture.play(OctoFixture.lookUp(), other)
            #expect(found.outcome == .unknown(.unreadableReply), "\(members)")
            let captured = try OctoFixture.play(
                OctoFixture.capture(),
                OctoFixture.payment("waiting_for_capture"),
                other
            )
            #expect(captured.outcome == .unknown(.unreadableReply), "\(members)")
        }
    }
}
