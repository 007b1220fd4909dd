import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Webhooks and how they are believed (sections 2.2 and 3.2).
@Suite struct HesabPayWebhookTests {
    private let attempt = HesabPayFixture.attempt

    private func verification(
        of delivery: WebhookDelivery,
        at now: Timestamp = HesabPayFixture.signedAt,
        after answers: [HTTPResponse] = [],
        wire: String? = nil,
        changing changes: [String: [String]] = [:]
    ) throws -> VerificationStep {
        try HesabPayFixture.dialect(wire: wire, changing: changes)
            .verification(of: delivery, now: now, after: answers)
    }

    private func notice(
        _ delivery: WebhookDelivery,
        wire: String? = nil
    ) throws -> VendorNotice? {
        try HesabPayFixture.dialect(wire: wire).readNotices(in: delivery).first
    }

    @Test func `F5, HesabPay is asked whether the pair is its own`() throws {
        let step = try verification(of: HesabPayFixture.success)
        guard case .ask(let request, isCacheable: false) = step else {
            Issue.record("\(step)")
            return
        }
        #expect(request.url == "https://api.hesab.com/api/v1/hesab/webhooks/verify-signature")
        #expect(request.fields[.authorization]?.hasPrefix("API-KEY ") == true)
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"signature":"c2lnbmF0dXJlLWV4YW1wbGU=","timestamp":"1732093561"}"#
        )
    }

    @Test func `its yes makes F3 a payment`() throws {
        let step = try verification(of: HesabPayFixture.success, after: [HesabPayFixture.genuine])
        guard case .verified(let notices) = step, let notice = notices.first,
            case .snapshot(.payment(let payment)) = notice.content
        else {
            Issue.record("\(step)")
            return
        }
        #expect(notices.count == 1)
        #expect(notice.type == "payment_success")
        #expect(notice.occurredAt == Timestamp(seconds: 1_732_093_561))
        #expect(notice.isLive == nil)
        #expect(payment.reference == "0117000001732093561")
        #expect(payment.attempt == attempt)
        #expect(payment.status == .captured)
        #expect(payment.amount == HesabPayFixture.amount)
        #expect(payment.captured == 650_000)
        #expect(
            payment.details == """
                {"transaction_id":"0117000001732093561","user_id":"\(attempt)","success":true,\
                "status_code":10,"message":"Payment successful","amount":6500.00,\
                "memo":"Booking 117","transaction_date":"2024-11-20 13:36:01",\
                "sender_account":"•••••••117"}
                """
        )
    }

    @Test func `its no refuses, everything else leaves it open`() throws {
        #expect(throws: NoticeRefusal.signatureWrong) {
            try verification(of: HesabPayFixture.success, after: [HesabPayFixture.forged])
        }
        #expect(throws: NoticeRefusal.signatureWrong) {
            try verification(
                of: HesabPayFixture.success,
                after: [HesabPayFixture.answer(#"{"success":false}"#, status: 400)]
            )
        }
        for answer in [
            HesabPayFixture.answer("", status: 502), HesabPayFixture.answer("<html></html>"),
            HesabPayFixture.answer("{}"), HesabPayFixture.answer(#"{"success":"yes"}"#),
            HesabPayFixture.answer(#"{"success":false}"#, status: 401),
            HesabPayFixture.answer(#"{"success":false}"#, status: 429),
        ] {
            #expect(throws: NoticeRefusal.unverifiable) {
                try verification(of: HesabPayFixture.success, after: [answer])
            }
        }
    }

    @Test func `when HesabPay is not to be had the port says so`() async {
        let transport = ScriptedTransport(.timeout, mayHaveReachedPeer: true)
        await #expect(throws: NoticeRefusal.unverifiable) {
            try await HesabPay.descriptor.makePort(transport: transport).verify(
                HesabPayFixture.success,
                account: HesabPayFixture.account(),
                now: HesabPayFixture.signedAt
            )
        }
        // HesabPay waits ten seconds for our answer.
        #expect(transport.sent.first.map { $0.options.totalTimeout <= .seconds(8) } == true)
    }

    @Test(arguments: [(-86_400, true), (86_400, true), (-86_401, false), (86_401, false)])
    func `a pair is good for a day`(seconds: Int64, isGood: Bool) throws {
        let now = Timestamp(seconds: HesabPayFixture.signedAt.seconds + seconds)
        if isGood {
            _ = try verification(of: HesabPayFixture.success, at: now)
        } else {
            #expect(throws: NoticeRefusal.timestampOutsideTolerance) {
                try verification(of: HesabPayFixture.success, at: now)
            }
        }
        let hour = #"{"webhook_max_age_hours":1}"#
        #expect(throws: NoticeRefusal.timestampOutsideTolerance) {
            try verification(of: HesabPayFixture.success, at: now, wire: hour)
        }
    }

    @Test func `one pair is one event, whatever its body says`() throws {
        let first = try #require(try notice(HesabPayFixture.success))
        let altered = HesabPayFixture.webhook(
            """
            {"success":true,"transaction_id":"9","user_id":"\(AttemptID(Sample.uuid(77)))",\
            "amount":1,"signature":"c2lnbmF0dXJlLWV4YW1wbGU=","timestamp":"1732093561"}
            """
        )
        #expect(try notice(altered)?.key == first.key)
        #expect(try notice(HesabPayFixture.failure)?.key != first.key)
        #expect(first.key.utf8.count == 64)
    }

    @Test(arguments: [
        #"{"success":true}"#, #"{"success":true,"signature":"a"}"#,
        #"{"success":true,"timestamp":"1732093561"}"#,
        #"{"success":true,"signature":"","timestamp":"1732093561"}"#,
    ])
    func `a webhook without its mark is refused`(body: String) {
        #expect(throws: NoticeRefusal.signatureMissing) {
            try verification(of: HesabPayFixture.webhook(body))
        }
    }

    @Test(arguments: ["now", "1732093561.5", "-1", "99999999999999999999"])
    func `a time that is none is refused`(stamp: String) {
        let body = #"{"success":true,"signature":"a","timestamp":"\#(stamp)"}"#
        #expect(throws: NoticeRefusal.signatureMalformed) {
            try verification(of: HesabPayFixture.webhook(body))
        }
        #expect(throws: NoticeRefusal.unreadableBody) {
            try verification(of: HesabPayFixture.webhook("[]"))
        }
    }

    // MARK: HMAC

    private let hmac = """
        {"signature_mode":"hmac_sha256","signature_header":"X-Hesab-Signature",\
        "timestamp_header":"X-Hesab-Timestamp"}
        """
    private let vector = #"{"transaction_id":"0117000001732093561","amount":6500}"#
    private let memberDigest = "66ba61de82d52d247bec78d39a2624758ae1127e903cae3e3552a05263e2c21e"
    private let digest = "6acb1f3372820aeca01765d9c2b68ea0faad556fa88b37866cede143a59ffd49"

    private func signed(
        _ body: String,
        _ signature: String,
        _ stamp: String = "1732093561"
    ) -> WebhookDelivery {
        HesabPayFixture.webhook(
            body,
            [("x-hesab-signature", signature), ("x-hesab-timestamp", stamp)]
        )
    }

    @Test func `the HMAC vector is believed without asking`() throws {
        // Its body says nothing of success, so it is genuine and still no event.
        for signature in [digest, digest.uppercased()] {
            #expect(throws: NoticeRefusal.unreadableBody) {
                try verification(of: signed(vector, signature), wire: hmac)
            }
        }
        #expect(throws: NoticeRefusal.unreadableBody) {
            try verification(
                of: signed(vector, digest),
                wire: hmac,
                changing: ["webhook_key": ["old", "hsb_whsec_test_01"]]
            )
        }
        for delivery in [
            signed(vector + " ", digest), signed(vector, digest, "1732093562"),
            signed(vector, String(digest.dropLast(2))),
        ] {
            #expect(throws: NoticeRefusal.signatureWrong) {
                try verification(of: delivery, wire: hmac)
            }
        }
        #expect(throws: NoticeRefusal.signatureMalformed) {
            try verification(of: signed(vector, "xyz"), wire: hmac)
        }
        #expect(throws: NoticeRefusal.notConfigured) {
            try verification(
                of: signed(vector, digest),
                wire: hmac,
                changing: ["webhook_key": []]
            )
        }
        #expect(throws: NoticeRefusal.signatureMissing) {
            try verification(of: HesabPayFixture.webhook(vector), wire: hmac)
        }
    }

    @Test func `what is signed can be put together from members`() throws {
        let wire = """
            {"signature_mode":"hmac_sha256","signed_text":"{timestamp}.{transaction_id}:{amount}"}
            """
        // HMAC-SHA256 of `1732093561.0117:6500` under the vector's key.
        let body = """
            {"success":true,"transaction_id":"0117","user_id":"\(attempt)","amount":6500,\
            "timestamp":1732093561,\
            "signature":"\(memberDigest)"}
            """
        let step = try verification(of: HesabPayFixture.webhook(body), wire: wire)
        guard case .verified(let notices) = step else {
            Issue.record("\(step)")
            return
        }
        #expect(notices.map(\.type) == ["payment_success"])
    }

    // MARK: What it says

    @Test func `F4, a failure`() throws {
        let notice = try #require(try notice(HesabPayFixture.failure))
        #expect(notice.type == "payment_failure")
        guard case .snapshot(.payment(let payment)) = notice.content else {
            Issue.record("\(notice.content)")
            return
        }
        #expect(payment.status == .declined(Decline(.soft, code: "status_0")))
        #expect(payment.attempt == attempt)
        #expect(payment.captured == 0)
    }

    @Test(arguments: ["6500", "6500.0", "6500.00", #""6500.00""#])
    func `amounts are decimals`(amount: String) throws {
        let body = """
            {"success":true,"transaction_id":"0117","user_id":"\(attempt)","amount":\(amount),\
            "signature":"a","timestamp":"1732093561"}
            """
        guard
            case .snapshot(.payment(let payment)) = try notice(HesabPayFixture.webhook(body))?
                .content
        else {
            Issue.record("no snapshot")
            return
        }
        #expect(payment.amount == HesabPayFixture.amount)
        #expect(payment.reference == "0117")
    }

    @Test func `without user_id the first item's id tells whose it is`() throws {
        let body = """
            {"success":true,"transaction_id":"0117","items":[{"id":"\(attempt)"}],"amount":6500,\
            "signature":"a","timestamp":"1732093561"}
            """
        guard
            case .snapshot(.payment(let payment)) = try notice(HesabPayFixture.webhook(body))?
                .content
        else {
            Issue.record("no snapshot")
            return
        }
        #expect(payment.attempt == attempt)
    }

    @Test(arguments: [
        #""user_id":"somebody","transaction_id":"1","amount":1"#,
        #""transaction_id":"1","amount":1"#,
        #""user_id":"\#(HesabPayFixture.attempt)","amount":1"#,
        #""user_id":"\#(HesabPayFixture.attempt)","transaction_id":"","amount":1"#,
        #""user_id":"\#(HesabPayFixture.attempt)","transaction_id":"1","amount":0.001"#,
        #""user_id":"\#(HesabPayFixture.attempt)","transaction_id":"1","amount":1e3"#,
        #""user_id":"\#(HesabPayFixture.attempt)","transaction_id":"1","amount":1,"status_code":3"#,
    ])
    func `what cannot be booked is kept for a person`(members: String) throws {
        let body = #"{"success":true,\#(members),"signature":"a","timestamp":"1732093561"}"#
        #expect(try notice(HesabPayFixture.webhook(body))?.content == .kept)
    }

    @Test(arguments: [
        ("Insufficient balance", 0, Decline.Class.soft), ("Not enough FUNDS", 0, .soft),
        ("Cancelled by user", 0, .soft), ("Session expired", 0, .soft),
        ("Wrong PIN", 0, .authenticationRequired), ("Invalid OTP code", 0, .authenticationRequired),
        ("Account blocked", 0, .hard), ("Daily limit reached", 0, .hard),
        ("Unknown account", 0, .hard), ("Shipping problem", 0, .soft), ("", 0, .soft),
    ])
    func `a text has its class`(message: String, code: Int64, kind: Decline.Class) throws {
        #expect(try decline(message, code)?.class == kind)
    }

    @Test func `the account's own table decides`() throws {
        let wire = """
            {"declines":[{"status_code":51,"class":"soft"},\
            {"pattern":"^risk","status_code":7,"class":"fraud"},{"pattern":".","class":"hard"}]}
            """
        #expect(try decline("whatever", 51, wire: wire)?.class == .soft)
        #expect(try decline("Risk too high", 7, wire: wire)?.class == .fraud)
        #expect(try decline("Risk too high", 8, wire: wire)?.class == .hard)
        #expect(try decline("", 8, wire: wire)?.class == .soft)
    }

    private func decline(
        _ message: String,
        _ code: Int64,
        wire: String? = nil
    ) throws -> Decline? {
        let body = """
            {"success":false,"status_code":\(code),"message":"\(message)","user_id":"\(attempt)",\
            "amount":6500,"signature":"a","timestamp":"1732093561"}
            """
        guard
            case .snapshot(.payment(let payment)) = try notice(
                HesabPayFixture.webhook(body),
                wire: wire
            )?.content,
            case .declined(let decline) = payment.status
        else { return nil }
        #expect(decline.code == "status_\(code)")
        return decline
    }
}
