import Testing

@testable import Simulators

/// The documented vectors (section 2.2).
struct OctoSignatureTests {
    private static let uuid = "0b9d2c54-7e1a-4f3b-9c66-2a41d8e5f117"
    private static let hashKey = "5b7a1f62-0c1e-4d52-8a0f-7d0c2f7b1170"

    @Test(arguments: [
        ("waiting_for_capture", "B9858A2DC23058A58D00D135C9207736E799B259"),
        ("succeeded", "74940F69874C10E386070034C59D0EF8442B2FEF"),
        ("canceled", "81C66FA515AFAF289C6BFB4372121361208CF25C"),
    ])
    func `the current scheme signs with the unique key`(status: String, signature: String) {
        let made = OctoBench.shop.signature(
            uuid: Self.uuid,
            status: status,
            hashKey: Self.hashKey
        )
        #expect(made == signature)
    }

    @Test func `the older scheme derives a key from the secret`() {
        var shop = OctoBench.shop
        shop.signatureMode = .derived
        let made = shop.signature(uuid: Self.uuid, status: "succeeded", hashKey: Self.hashKey)
        #expect(made == "DABCCCC5FC94C126D81EAC805A3498510A37FB07")
    }
}
