import JSON
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// What callbacks other than a hold's say (section 3.5): that Octo should be asked.
@Suite struct OctoCallbackTests {
    private let signature = "74940F69874C10E386070034C59D0EF8442B2FEF"

    /// F5's further members.
    private let paid = """
        "total_sum":150000.00,"transfer_sum":116400.00,"refunded_sum":30000.00,\
        "maskedPan":"860006** **** 6311","rrn":"436456990117","riskLevel":0,\
        "payed_time":"2024-11-20 14:21:10","card_type":"uzcard","is_physical_card":true,\
        "currency":"UZS","card_vendor":"uzcard"
        """

    private func notice(
        _ status: String,
        attempt: String = "\(OctoFixture.attempt)",
        _ more: String
    ) throws -> VendorNotice? {
        let delivery = OctoFixture.callback(
            status,
            signature: signature,
            attempt: attempt,
            more
        )
        return try Octo.Dialect.notices(in: delivery).first
    }

    @Test func `F5 makes us ask, and brings what no answer shows`() throws {
        let notice = try #require(try notice("succeeded", paid))
        #expect(notice.type == "succeeded")
        #expect(notice.isLive == nil)
        #expect(notice.occurredAt == Timestamp(rfc3339: "2024-11-20T09:21:10Z"))
        #expect(
            notice.content
                == .changed(
                    reference: OctoFixture.uuid,
                    attempt: OctoFixture.attempt,
                    details: """
                        {"currency":"UZS","masked_pan":"860006** **** 6311",\
                        "rrn":"436456990117","risk_level":0,\
                        "payed_time":"2024-11-20 14:21:10","card_type":"uzcard",\
                        "card_vendor":"uzcard","is_physical_card":true,\
                        "transfer_sum":116400.00}
                        """
                )
        )
    }

    @Test func `a repetition is the same event, another state or sum is not`() throws {
        let key = try notice("succeeded", paid)?.key
        #expect(try notice("succeeded", paid)?.key == key)
        #expect(try notice("canceled", paid)?.key != key)
        let refunded = paid.replacing("30000.00", with: "40000.00")
        #expect(try notice("succeeded", refunded)?.key != key)
        let endless = #""refunded_sum":"\#(String(repeating: "9", count: 5_000))""#
        #expect(try notice("succeeded", endless).map { $0.key.utf8.count <= 200 } == true)
    }

    @Test func `a payment that is not ours is asked about by its own name`() throws {
        let notice = try notice("succeeded", attempt: "att-900117", paid)
        guard case .changed(let reference, let attempt, _) = notice?.content else {
            Issue.record("\(String(describing: notice))")
            return
        }
        #expect(reference == OctoFixture.uuid)
        #expect(attempt == nil)
    }

    @Test func `a word that we do not know makes us ask as well`() throws {
        #expect(try notice("settling", paid)?.type == "unrecognized")
        #expect(try notice("cancelled", paid)?.type == "canceled")
    }

    @Test(arguments: [
        "", "{", "[]", "{}", #"{"octo_payment_UUID":"","status":"succeeded"}"#,
        #"{"octo_payment_UUID":"u","status":""}"#, #"{"octo_payment_UUID":"u"}"#,
        // A bound card's callback, with the whole number that one implementer saw.
        #"{"octo_payment_UUID":"u","status":"active","card_token":"t","pan":"8600061234566311"}"#,
    ])
    func `what is no callback is refused and never kept`(body: String) throws {
        let delivery = WebhookDelivery(fields: [], body: Array(body.utf8))
        #expect(throws: NoticeRefusal.unreadableBody) {
            try Octo.Dialect.notices(in: delivery)
        }
        #expect(throws: NoticeRefusal.unreadableBody) {
            try OctoFixture.dialect().verify(delivery, now: Sample.now)
        }
    }

    @Test func `whole numbers are not among what is told`() throws {
        let more = #""maskedPan":"8600061234566311","rrn":8600061234566311"#
        guard case .changed(_, _, let details) = try notice("succeeded", more)?.content else {
            Issue.record("no notice")
            return
        }
        #expect(details == "{}")
    }
}
