import Cryptography
import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// `docs/integrator.md`, "What you send" and "Signatures".
@Suite struct IntegratorWebhookTests {
    private static let event = """
        {"id":"evt_1","type":"payment.updated","mode":"test",\
        "created_at":"2025-01-01T00:00:00Z","data":{"reference":"bank_7f3",\
        "status":"authorized","amount":1099,"currency":"EUR"}}
        """

    private func delivery(
        _ body: String = event,
        id: String? = "evt_1",
        time: String? = "1735689600",
        secret: String = IntegratorFixture.secret,
        signature: String? = nil
    ) -> WebhookDelivery {
        let key = Base64.decode(String(secret.dropFirst(6))) ?? []
        let message = Array("\(id ?? "").\(time ?? "").\(body)".utf8)
        let code = "v1," + Base64.encode(HMAC.sha256(key: key, message: message))
        var fields: [(name: String, value: String)] = []
        if let id { fields.append(("webhook-id", id)) }
        if let time { fields.append(("webhook-timestamp", time)) }
        fields.append(("webhook-signature", signature ?? code))
        return WebhookDelivery(fields: fields, body: Array(body.utf8))
    }

    private func verify(
        _ delivery: WebhookDelivery,
        mode: MerchantAccount.Mode = .test,
        secrets: [String] = [IntegratorFixture.secret],
        now: Timestamp = Sample.now
    ) throws -> [VendorNotice] {
        try IntegratorFixture.dialect(mode: mode, changing: ["secrets": secrets])
            .verify(delivery, now: now)
    }

    private func content(_ type: String, _ data: String) throws -> VendorNotice.Content {
        let body = #"{"id":"e","type":"\#(type)","mode":"test","data":\#(data)}"#
        let notices = try Integrator.Dialect.notices(
            in: WebhookDelivery(fields: [], body: Array(body.utf8))
        )
        return try #require(notices.first).content
    }

    @Test func `a genuine notification`() throws {
        let notice = try #require(try verify(delivery()).first)
        #expect(notice.key == "evt_1")
        #expect(notice.type == "payment.updated")
        #expect(notice.isLive == false)
        #expect(notice.occurredAt == Sample.now)
        guard case .snapshot(.payment(let payment)) = notice.content else {
            Issue.record("\(notice.content)")
            return
        }
        #expect(payment.status == .authorized)
        #expect(payment.amount == Money(1_099, .eur))
    }

    @Test func `the document's vectors`() throws {
        let request = try IntegratorFixture.dialect().request(
            for: .capture(.sample(of: "bank_7f3")),
            key: Sample.attempt.description
        )
        let document = try IntegratorDocument.text()
        let body = String(decoding: request.body, as: UTF8.self)
        let signature = try #require(request.fields["webhook-signature"])
        #expect(document.contains("| `\(Sample.attempt)` | `\(body)` | `\(signature)` |"))
        let genuine = delivery()
        let told = try #require(genuine.field("webhook-signature"))
        #expect(document.contains("| `evt_1` | `\(Self.event)` | `\(told)` |"))
        #expect(document.contains(IntegratorFixture.secret))
    }

    @Test func `the code of another implementation`() throws {
        // Computed with Python's own `hmac`.
        #expect(
            delivery().field("webhook-signature")
                == "v1,R3UaudXBP637eii9vLrE2BLQQssUqPrWxBpbfisX2no="
        )
    }

    @Test func `either secret is accepted while one replaces the other`() throws {
        let other = "whsec_" + Base64.encode(Array(repeating: 7, count: 32))
        #expect(try verify(delivery(), secrets: [other, IntegratorFixture.secret]).count == 1)
        let both = try #require(delivery().field("webhook-signature"))
        let foreign = try #require(delivery(secret: other).field("webhook-signature"))
        #expect(try verify(delivery(signature: "\(foreign) \(both)")).count == 1)
        #expect(throws: NoticeRefusal.signatureWrong) { try verify(delivery(secret: other)) }
        let request = try IntegratorFixture.dialect(
            changing: ["secrets": [IntegratorFixture.secret, other]]
        ).request(for: .void(.sample(of: "bank_1")), key: "k")
        #expect(request.fields["webhook-signature"]?.split(separator: " ").count == 2)
    }

    @Test(arguments: [0, 300, -300])
    func `a signing within five minutes passes, on both sides`(age: Int64) throws {
        let now = Timestamp(seconds: Sample.now.seconds + age)
        #expect(try verify(delivery(), now: now).count == 1)
    }

    @Test(arguments: [301, -301, 1_000_000])
    func `an older or a later one is refused`(age: Int64) {
        let now = Timestamp(seconds: Sample.now.seconds + age)
        #expect(throws: NoticeRefusal.timestampOutsideTolerance) {
            try verify(delivery(), now: now)
        }
    }

    @Test func `what was changed is refused`() throws {
        let genuine = try #require(delivery().field("webhook-signature"))
        let changed = Self.event.replacing("1099", with: "9901")
        for wrong in [
            delivery(changed, signature: genuine), delivery(id: "evt_2", signature: genuine),
            delivery(time: "1735689601", signature: genuine), delivery(signature: "v1,AAAA"),
        ] {
            #expect(throws: NoticeRefusal.signatureWrong) { try verify(wrong) }
        }
    }

    @Test(arguments: ["", "v1", "v2,abc", "abc"])
    func `a signature of another form is refused`(signature: String) {
        #expect(throws: NoticeRefusal.signatureMalformed) {
            try verify(delivery(signature: signature))
        }
    }

    @Test func `a missing header or a time that is none is refused`() {
        #expect(throws: NoticeRefusal.signatureMissing) { try verify(delivery(id: nil)) }
        #expect(throws: NoticeRefusal.signatureMissing) { try verify(delivery(time: nil)) }
        for time in ["", "x", "-1", "17356896000000000000000"] {
            #expect(throws: NoticeRefusal.signatureMalformed) { try verify(delivery(time: time)) }
        }
    }

    @Test func `test and live do not mix`() {
        #expect(throws: NoticeRefusal.wrongMode) { try verify(delivery(), mode: .live) }
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"id":"e","type":"t"}"#, #"{"id":"","type":"t","mode":"test"}"#,
        #"{"id":"e","type":"t","mode":"prod"}"#,
        #"{"id":"e","type":"payment.updated","mode":"test"}"#,
        #"{"id":"e","type":"payment.updated","mode":"test","data":{"status":"authorized"}}"#,
        #"{"id":"e","type":"movement.updated","mode":"test","data":{"reference":"x"}}"#,
        // A page's refusal has the page's reference: without it, it is nobody's.
        #"{"id":"e","type":"payment.updated","mode":"test","data":{"attempt":"att_01jgfjjz00e008000000000003","status":"declined","amount":1099,"currency":"EUR"}}"#,
    ])
    func `what is not the contract's is refused`(body: String) {
        #expect(throws: NoticeRefusal.unreadableBody) { try verify(delivery(body)) }
    }

    @Test func `an event that nobody knows is kept`() throws {
        #expect(try content("customer.updated", "{}") == .kept)
    }

    @Test(arguments: [
        ("capture", MovementSnapshot.Kind.capture), ("void", .void), ("expiry", .expiry),
        ("refund", .refund),
    ])
    func `the end of a movement`(operation: String, kind: MovementSnapshot.Kind) throws {
        for (status, expected): (String, MovementSnapshot.Status) in [
            ("succeeded", .succeeded), ("failed", .failed(code: "late")),
            ("reversed", .reversed(code: "late")),
        ] {
            let content = try content(
                "movement.updated",
                """
                {"operation":"\(operation)","reference":"m_1","payment_reference":"bank_1",\
                "attempt":"\(Sample.attempt)","status":"\(status)","amount":500,\
                "currency":"EUR","decline":{"code":"late"},"details":{"a":1}}
                """
            )
            #expect(
                content
                    == .snapshot(
                        .movement(
                            MovementSnapshot(
                                kind,
                                reference: "m_1",
                                paymentReference: "bank_1",
                                attempt: Sample.attempt,
                                status: expected,
                                amount: Money(500, .eur),
                                details: kind == .refund ? #"{"a":1}"# : nil
                            )
                        )
                    )
            )
        }
    }

    @Test func `a movement still under way changes nothing`() throws {
        #expect(
            try content("movement.updated", #"{"reference":"m_1","status":"pending"}"#) == .kept
        )
    }
}
