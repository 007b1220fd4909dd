import JSON
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// The signature of callbacks (section 2.2), by the sheet's vectors.
@Suite struct OctoSignatureTests {
    private let hashKey = "5b7a1f62-0c1e-4d52-8a0f-7d0c2f7b1170"

    private func verify(
        _ status: String,
        _ signature: String?,
        hashKey: String? = nil,
        changing changes: [String: [String]] = [:]
    ) throws -> [VendorNotice] {
        let delivery = OctoFixture.callback(status, signature: signature, hashKey: hashKey)
        return try OctoFixture.dialect(changing: changes).verify(delivery, now: Sample.now)
    }

    @Test(arguments: [
        ("waiting_for_capture", "B9858A2DC23058A58D00D135C9207736E799B259"),
        ("succeeded", "74940F69874C10E386070034C59D0EF8442B2FEF"),
        ("canceled", "81C66FA515AFAF289C6BFB4372121361208CF25C"),
    ])
    func `the vectors, in either case`(status: String, signature: String) throws {
        #expect(try verify(status, signature).count == 1)
        #expect(try verify(status, signature.lowercased()).count == 1)
        #expect(throws: NoticeRefusal.signatureWrong) {
            try verify(status == "succeeded" ? "canceled" : "succeeded", signature)
        }
        #expect(throws: NoticeRefusal.signatureWrong) {
            try verify(status, signature, changing: ["unique_key": ["another"]])
        }
        #expect(
            try verify(status, signature, changing: ["unique_key": ["a", uniqueKey]]).count == 1
        )
    }

    private let uniqueKey = "ACCF830B2BDA8ED154FD45D536ED8691A1DF1B4D"

    @Test func `the derived key's vector`() throws {
        let signature = "DABCCCC5FC94C126D81EAC805A3498510A37FB07"
        let derived = ["signature_mode": ["derived"]]
        #expect(
            try verify("succeeded", signature, hashKey: hashKey, changing: derived).count == 1
        )
        #expect(throws: NoticeRefusal.signatureWrong) {
            try verify("succeeded", signature, hashKey: hashKey)
        }
        #expect(throws: NoticeRefusal.signatureWrong) {
            try verify(
                "succeeded",
                signature,
                hashKey: hashKey,
                changing: derived.merging(["signature_salt": ["pepper"]]) { $1 }
            )
        }
        #expect(throws: NoticeRefusal.signatureMissing) {
            try verify("succeeded", signature, changing: derived)
        }
    }

    @Test func `without a key nothing is believed`() throws {
        let signature = "74940F69874C10E386070034C59D0EF8442B2FEF"
        for keys in [[], [""]] {
            #expect(throws: NoticeRefusal.notConfigured) {
                try verify("succeeded", signature, changing: ["unique_key": keys])
            }
        }
    }

    @Test(arguments: ["", "74940F69", "zz940F69874C10E386070034C59D0EF8442B2FEF"])
    func `a signature of another form is refused`(signature: String) {
        #expect(throws: NoticeRefusal.signatureMalformed) {
            try verify("succeeded", signature)
        }
        #expect(throws: NoticeRefusal.signatureMissing) { try verify("succeeded", nil) }
    }
}
