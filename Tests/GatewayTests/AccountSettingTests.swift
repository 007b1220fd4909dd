import HTTP
import JSON
import TestKit
import Testing

/// What an account is set up with over the API is what its vendor can read.
@Suite(.serialized) struct AccountSettingTests {
    private static let settings: [(vendor: String, field: String, value: JSONValue)] = [
        ("stripe", "api_base", "https//api.stripe.com"),
        ("stripe", "secret_key", ["sk_test_a", "sk_test_b"]),
        ("adyen", "multiple_partial_captures", "Allowed"),
        ("payme", "cancel_performed", "Allow"),
        ("payme", "return_wait", "soon"),
        ("click", "split_shares", "half"),
        ("octo", "fiscal_goods", "[]"),
        ("hesabpay", "wire", "[]"),
        ("integrator", "authorize_url", "~"),
    ]

    @Test func `what a vendor could not read is refused by its field's name`() async throws {
        let stack = try await TestStack()
        for (vendor, field, value) in Self.settings {
            let credentials: JSONValue = [
                "fields": .object(JSONObject([(field, value)]))
            ]
            let refused = try await stack.client.post(
                "/adapters/accounts",
                [
                    "vendor": .string(vendor), "name": "n", "mode": "test",
                    "credentials": credentials,
                ]
            )
            #expect(refused.status == 422, "\(vendor): \(refused)")
            let found = refused.body["errors"]?.arrayValue?.first {
                $0["pointer"]?.stringValue == "/credentials/fields/\(field)"
            }
            let code = value.arrayValue == nil ? "malformed" : "wrong_length"
            #expect(found?["code"]?.stringValue == code, "\(vendor) \(field): \(refused)")
        }
        let path = "/adapters/accounts/\(stack.account)"
        let before = try await stack.client.get(path).body
        let changed = try await stack.client.send(
            .patch,
            path,
            ["credentials": ["fields": ["secret_key": "sk_test_a", "api_base": "~"]]]
        )
        #expect(changed.pointers == ["/credentials/fields/api_base"], "\(changed)")
        #expect(try await stack.client.get(path).body == before)
    }
}
