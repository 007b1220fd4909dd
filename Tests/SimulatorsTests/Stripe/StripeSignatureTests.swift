import Cryptography
import Testing

@testable import Simulators

/// The vectors of section 5.1.
struct StripeSignatureTests {
    private let secret = "whsec_test_" + "4eC39HqLyjWDarjtT1zdp7dc"
    private let oldSecret = "whsec_test_" + "OLDROTATEDSECRET00000000000"
    private let body = Array(
        (#"{"id":"evt_1QcExample","object":"event","api_version":"2025-09-30.clover","#
            + #""created":1735689600,"type":"payment_intent.succeeded","data":{"object":{"#
            + #""id":"pi_3QcExample","object":"payment_intent","amount":1099,"currency":"eur","#
            + #""status":"succeeded"}}}"#).utf8
    )

    @Test func `the body of the vector is the documented one`() {
        #expect(body.count == 248)
        #expect(
            Hex.encode(Digest.sha256.hash(body))
                == "c81bc6f0940524dbe9e8a03de4e5d8be8ae3774d68dfdfbd13ec077a7335fa25"
        )
    }

    @Test func `one secret signs as in the vector`() {
        #expect(
            Stripe.Signature.field(secrets: [secret], time: 1_735_689_600, body: body)
                == "t=1735689600,"
                + "v1=a29f75ad7b77dd4ed5c5d5271d63e534891e1f9df1f9c775eb8d1f78003a6854"
        )
    }

    @Test func `a secret that is rolled signs twice`() {
        #expect(
            Stripe.Signature.field(secrets: [oldSecret, secret], time: 1_735_689_600, body: body)
                == "t=1735689600,"
                + "v1=bf43272999480367ce2f7a4915cfbde8e296780b5643180679ee62c47f096488,"
                + "v1=a29f75ad7b77dd4ed5c5d5271d63e534891e1f9df1f9c775eb8d1f78003a6854"
        )
    }
}
