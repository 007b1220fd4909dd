import HTTP
import PaymentCore
import Testing
import VendorRecordings

@testable import Vendors

/// HesabPay publishes no codes: its HTTP statuses and its one `status_code` are all there are
/// (sections 3.1 and 5).
@Suite struct HesabPayErrorCodeTests {
    private static let wire = #"{"paths":{"status":"/v1/status","refund":"/v1/refund"}}"#
    private static let refused = #"{"status_code":0,"success":false,"message":"No"}"#

    @Test(arguments: [
        (200, refused, "rejected_invalid_request"), (400, refused, "rejected_invalid_request"),
        (401, refused, "rejected_configuration"), (403, refused, "rejected_configuration"),
        (404, refused, "rejected_invalid_request"), (422, refused, "rejected_invalid_request"),
        (404, "", "abandoned_unreadable_reply"), (429, "", "not_done_throttled"),
        (500, refused, "abandoned_vendor_error"), (502, "", "abandoned_vendor_error"),
        (503, "", "abandoned_vendor_error"), (504, "", "abandoned_vendor_error"),
    ])
    func `a session's status`(status: Int, body: String, expected: String) throws {
        let outcome = try HesabPayFixture.outcome(HesabPayFixture.answer(body, status: status))
        #expect(outcome?.shortForm == expected)
    }

    @Test(arguments: [
        (200, refused, "rejected_invalid_request"), (401, refused, "rejected_configuration"),
        (403, refused, "rejected_configuration"), (429, "", "not_done_throttled"),
        (500, refused, "unknown_vendor_error"), (504, "", "unknown_vendor_error"),
        (200, "<html></html>", "unknown_unreadable_reply"),
    ])
    func `a configured refund's status`(status: Int, body: String, expected: String) throws {
        let outcome = try HesabPayFixture.outcome(
            HesabPayFixture.refund(),
            HesabPayFixture.answer(body, status: status),
            wire: Self.wire
        )
        #expect(outcome?.shortForm == expected)
    }

    @Test(arguments: [
        ("Insufficient balance", Decline.Class.soft), ("Not enough funds", .soft),
        ("Cancelled by user", .soft), ("Session expired", .soft),
        ("Wrong PIN", .authenticationRequired), ("Invalid OTP", .authenticationRequired),
        ("Account is blocked", .hard), ("Limit reached", .hard), ("Unknown account", .hard),
        ("Something else", .soft),
    ])
    func `a failure's text has the class of section 5`(
        text: String,
        expected: Decline.Class
    ) throws {
        let delivery = HesabPayFixture.webhook(
            String(decoding: HesabPayFixture.failure.body, as: UTF8.self)
                .replacing("Insufficient balance", with: text)
        )
        let notices = try HesabPayFixture.dialect().readNotices(in: delivery)
        guard case .snapshot(.payment(let payment)) = notices.first?.content,
            case .declined(let decline) = payment.status
        else {
            Issue.record("\(notices)")
            return
        }
        #expect(decline.class == expected)
        #expect(decline.code == "status_0")
    }
}
