import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Section 5.1, its vectors and its must-fail list.
@Suite struct StripeSignatureTests {
    private static let signed = Timestamp(seconds: 1_735_689_600)
    private static let genuine =
        "v1=a29f75ad7b77dd4ed5c5d5271d63e534891e1f9df1f9c775eb8d1f78003a6854"
    private static let rotated =
        "v1=bf43272999480367ce2f7a4915cfbde8e296780b5643180679ee62c47f096488"
    private static let old = "whsec_test_OLDROTATEDSECRET00000000000"
    private static let current = "whsec_test_4eC39HqLyjWDarjtT1zdp7dc"
    private static let zeros = String(repeating: "0", count: 64)

    private func verify(
        _ header: String?,
        body: [UInt8]? = nil,
        secrets: [String] = [current],
        now: Timestamp = signed
    ) throws -> [VendorNotice] {
        let recorded = try StripeFixture.recording("webhook_signed").body
        let delivery = WebhookDelivery(
            fields: header.map { [("stripe-signature", $0)] } ?? [],
            body: body ?? recorded
        )
        return try StripeFixture.dialect(changing: ["webhook_secrets": secrets])
            .verify(delivery, now: now)
    }

    @Test func `the test vector`() throws {
        let delivery = try StripeFixture.recording("webhook_signed").delivery
        #expect(delivery.body.count == 248)
        let notices = try StripeFixture.dialect().verify(delivery, now: Self.signed)
        #expect(notices.map(\.key) == ["evt_1QcExample"])
    }

    @Test func `the vector of the wallets' sheet`() throws {
        let signature = "4d35b5506e57104eb29a257cacd0c22e82d2dd8b8397b34791731d146952ed8c"
        // Its body is no event: the signature passes, the reading does not.
        #expect(throws: NoticeRefusal.unreadableBody) {
            try verify(
                "t=1732093533,v1=\(signature)",
                body: Array(#"{"id":"evt_1","type":"payment_intent.succeeded"}"#.utf8),
                secrets: ["whsec_EXAMPLE"],
                now: Timestamp(seconds: 1_732_093_533)
            )
        }
    }

    @Test(arguments: [[old], [current], [old, current], [current, old], ["whsec_other", old]])
    func `the rotation vector is valid for both secrets`(secrets: [String]) throws {
        let header = "t=1735689600,\(Self.rotated),\(Self.genuine),v0=\(Self.zeros)"
        #expect(try verify(header, secrets: secrets).count == 1)
    }

    @Test(arguments: [0, 1, 299, 300, -1, -299, -300])
    func `a signing within the tolerance passes, on both sides`(age: Int64) throws {
        let now = Timestamp(seconds: Self.signed.seconds + age)
        #expect(try verify("t=1735689600,\(Self.genuine)", now: now).count == 1)
    }

    @Test(arguments: [301, 3_600, -301, -3_600, 1_000_000_000])
    func `a signing outside the tolerance is refused, on both sides`(age: Int64) {
        let now = Timestamp(seconds: Self.signed.seconds + age)
        #expect(throws: NoticeRefusal.timestampOutsideTolerance) {
            try verify("t=1735689600,\(Self.genuine)", now: now)
        }
    }

    @Test func `a changed body is refused`() throws {
        let body = try StripeFixture.recording("webhook_signed").body
        let changed = String(decoding: body, as: UTF8.self).replacing("1099", with: "1098")
        #expect(throws: NoticeRefusal.signatureWrong) {
            try verify("t=1735689600,\(Self.genuine)", body: Array(changed.utf8))
        }
    }

    @Test(arguments: [
        genuine, "t=1735689600", "t=1735689600,v0=\(zeros)", "", ",", "t=,\(genuine)",
        "t=x,\(genuine)", "t=-1,\(genuine)", "t=+1735689600,\(genuine)",
        "t=99999999999999999999,\(genuine)", "t=1735689600,t=1735689600,\(genuine)",
        "t=1735689600,v1", "t=1735689600;\(genuine)", "v1=\(zeros)",
    ])
    func `a malformed header is refused`(header: String) {
        #expect(throws: NoticeRefusal.signatureMalformed) { try verify(header) }
    }

    @Test(arguments: [
        "t=1735689600,v1=\(zeros)", "t=1735689601,\(genuine)", "t=01735689600,\(genuine)",
        "t=1735689600,v1=a29f", "t=1735689600,\(genuine)00",
    ])
    func `a wrong signature is refused`(header: String) {
        #expect(throws: NoticeRefusal.signatureWrong) { try verify(header) }
    }

    @Test func `a missing header is refused`() {
        #expect(throws: NoticeRefusal.signatureMissing) { try verify(nil) }
    }

    @Test(arguments: [[], [""]])
    func `without a secret nothing is accepted`(secrets: [String]) {
        #expect(throws: NoticeRefusal.notConfigured) {
            try verify("t=1735689600,\(Self.genuine)", secrets: secrets)
        }
    }
}
