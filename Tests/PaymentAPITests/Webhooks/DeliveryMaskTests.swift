import JSON
import PaymentCore
import Testing

@testable import PaymentAPI

/// What of deliveries is kept.
struct DeliveryMaskTests {
    /// A valid test number of a card network.
    private static let card = "4242424242424242"

    /// Reads what a vendor would: an identifier and nothing else.
    private static func read(_ delivery: WebhookDelivery) -> [VendorNotice]? {
        guard let body = try? JSONValue.parse(delivery.body), let id = body["id"]?.stringValue
        else { return nil }
        return [
            VendorNotice(key: id, type: "t", occurredAt: nil, isLive: nil, content: .kept)
        ]
    }

    private func masked(
        _ body: String,
        fields: [(name: String, value: String)] = []
    ) -> (body: String, fields: [String]) {
        let delivery = WebhookDelivery(fields: fields, body: Array(body.utf8))
        let masked = DeliveryMask(read: Self.read).masked(delivery)
        return (
            String(decoding: masked.body, as: UTF8.self), masked.fields.map { $0.value }
        )
    }

    @Test(arguments: [
        (#"{"id":"e1","note":"card 4242 4242 4242 4242 please"}"#, #"card ••• please"#),
        (#"{"id":"e1","deep":[{"number":4242424242424242}]}"#, #""number":"•••""#),
        (#"{"id":"e1","client_secret":"pi_1_secret_abc"}"#, #""client_secret":"•••""#),
        (#"{"id":"e1","pan":"860012xxxxxx1234"}"#, #""pan":"•••""#),
        (#"{"id":"e1","key":"sk_live_abcdef"}"#, #""key":"sk_•••""#),
    ])
    func `card numbers and secrets are hidden`(body: String, shown: String) {
        let kept = masked(body)
        #expect(kept.body.contains(shown), "\(kept.body)")
        #expect(kept.body.contains(#""id":"e1""#))
        #expect(!kept.body.contains("4242"))
    }

    @Test func `what says nothing of the kind stays as it was written`() {
        let body = #"{ "id" : "e1", "amount": 12.50, "time": 1735689600000, "ref":"pi_123" }"#
        #expect(masked(body).body == body)
    }

    @Test func `credentials in the head are hidden, signatures that are needed are not`() {
        let kept = masked(
            #"{"id":"e1"}"#,
            fields: [
                ("authorization", "Basic dXNlcjpwYXNz"), ("content-type", "application/json"),
            ]
        )
        #expect(kept.fields == ["•••", "application/json"])
    }

    @Test func `an identifier that looks like a card number stays where it is needed`() {
        let kept = masked(#"{"id":"\#(Self.card)","note":"\#(Self.card)"}"#)
        #expect(kept.body == #"{"id":"\#(Self.card)","note":"•••"}"#)
    }

    @Test func `what cannot be read stays, for it is verified later`() {
        let body = "signature=4242424242424242"
        #expect(masked(body).body == body)
    }
}
