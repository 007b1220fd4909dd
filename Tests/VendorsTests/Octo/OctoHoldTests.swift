import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Our word on a hold (section 3.3), and what a repetition of it finds.
@Suite struct OctoHoldTests {
    private let held = OctoFixture.payment("waiting_for_capture")

    @Test func `F4, a part is captured and the rest let go`() throws {
        let answer = OctoFixture.payment(
            "succeeded",
            """
            "transfer_sum":116400.00,"refunded_sum":30000.00,"total_sum":150000.00,\
            "payed_time":"2024-11-20 14:21:10"
            """
        )
        let receipt = try OctoFixture.play(OctoFixture.capture(12_000_000), held, answer)
            .outcome?.receipt
        #expect(receipt?.reference == OctoFixture.uuid)
        #expect(receipt?.amount == 12_000_000)
        #expect(
            receipt?.details == """
                {"octo_payment_uuid":"\(OctoFixture.uuid)",\
                "shop_transaction_id":"\(OctoFixture.attempt)","status":"succeeded",\
                "total_sum":150000.00,"refunded_sum":30000.00,\
                "payed_time":"2024-11-20 14:21:10","transfer_sum":116400.00}
                """
        )
    }

    @Test func `another amount than asked is told, for the books to show`() throws {
        let played = try OctoFixture.play(
            OctoFixture.capture(12_000_000),
            held,
            OctoFixture.payment("succeeded")
        )
        #expect(played.outcome?.receipt?.amount == 15_000_000)
    }

    @Test func `an answer without sums is taken at its word`() throws {
        let bare = OctoFixture.payment("capture", #""octo_pay_url":null"#)
        let played = try OctoFixture.play(OctoFixture.capture(), held, bare)
        #expect(played.outcome?.shortForm == "succeeded")
        #expect(played.outcome?.receipt?.amount == nil)
    }

    @Test func `accepted and not done yet: looked at after three seconds, then left pending`()
        throws
    {
        let done = try OctoFixture.play(
            OctoFixture.capture(),
            held,
            held,
            OctoFixture.payment("succeeded")
        )
        #expect(done.sent.map(\.pause) == [.zero, .zero, .seconds(3)])
        #expect(done.outcome?.shortForm == "succeeded")
        for last in [held, OctoFixture.answer("", status: 502)] {
            let open = try OctoFixture.play(OctoFixture.capture(), held, held, last)
            #expect(open.outcome?.shortForm == "pending")
        }
    }

    @Test(arguments: [
        ("waiting_for_capture", "rejected_invalid_request"), ("succeeded", "succeeded"),
        ("canceled", "rejected_authorization_expired"), ("refunded", "unknown_unrecognized_status"),
        ("settling", "unknown_unrecognized_status"),
    ])
    func `refused: what stands there now decides`(status: String, expected: String) throws {
        let played = try OctoFixture.play(
            OctoFixture.capture(),
            held,
            OctoFixture.failure(5, "Payment has another status"),
            OctoFixture.payment(status)
        )
        #expect(played.outcome?.shortForm == expected)
        #expect(played.sent.map(\.pause) == [.zero, .zero, .milliseconds(1_100)])
    }

    @Test func `refused, and nothing to be seen: unknown`() throws {
        let played = try OctoFixture.play(
            OctoFixture.capture(),
            held,
            OctoFixture.failure(5, "Payment has another status"),
            OctoFixture.answer("", status: 502)
        )
        #expect(played.outcome == .unknown(.vendorError))
    }

    @Test(arguments: [
        ("succeeded", "0", "succeeded"), ("capture", "0", "succeeded"),
        ("succeeded", "30000.00", "rejected_wrong_state"),
        ("canceled", "0", "rejected_authorization_expired"),
        ("failed", "0", "rejected_authorization_expired"),
        ("created", "0", "rejected_wrong_state"), ("wait_user_action", "0", "rejected_wrong_state"),
        ("partially_refunded", "0", "unknown_unrecognized_status"),
    ])
    func `what stands there already is not asked again`(
        status: String,
        refunded: String,
        expected: String
    ) throws {
        let played = try OctoFixture.play(
            OctoFixture.capture(),
            OctoFixture.payment(status, #""total_sum":150000.00,"refunded_sum":\#(refunded)"#)
        )
        #expect(played.outcome?.shortForm == expected)
        #expect(played.sent.count == 1)
    }

    @Test(arguments: [
        ("canceled", "succeeded"), ("cancelled", "succeeded"), ("failed", "succeeded"),
        ("created", "succeeded"), ("wait_user_action", "succeeded"),
        ("succeeded", "rejected_wrong_state"), ("refunded", "rejected_wrong_state"),
        ("settling", "unknown_unrecognized_status"),
    ])
    func `a page is given up without a word, a capture is not undone`(
        status: String,
        expected: String
    ) throws {
        let played = try OctoFixture.play(OctoFixture.void, OctoFixture.payment(status))
        #expect(played.outcome?.shortForm == expected)
        #expect(played.sent.count == 1)
    }

    @Test(arguments: [
        ("canceled", "succeeded"), ("succeeded", "rejected_wrong_state"),
        ("waiting_for_capture", "rejected_invalid_request"),
    ])
    func `a refused cancellation: what stands there now decides`(
        status: String,
        expected: String
    ) throws {
        let played = try OctoFixture.play(
            OctoFixture.void,
            held,
            OctoFixture.failure(5, "Payment has another status"),
            OctoFixture.payment(status)
        )
        #expect(played.outcome?.shortForm == expected)
    }

    @Test func `an identifier that Octo does not know`() throws {
        let absent = OctoFixture.failure(1, "Wrong params: [total_sum] must not be null or blank")
        for operation in [OctoFixture.capture(), OctoFixture.void] {
            let played = try OctoFixture.play(operation, absent)
            #expect(played.outcome?.shortForm == "rejected_not_found")
        }
        let said = try OctoFixture.play(
            OctoFixture.void,
            OctoFixture.failure(44, "No such payment"),
            changing: ["absent_text": ["no such"]]
        )
        #expect(said.outcome?.shortForm == "rejected_not_found")
    }
}
