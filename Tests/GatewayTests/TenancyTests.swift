import Foundation
import HTTP
import JSON
import TestKit
import Testing

/// A tenant cannot reach another, and a key cannot do what it may not.
@Suite(.serialized) struct TenancyTests {
    @Test func `another tenant's payment does not exist`() async throws {
        let stack = try await TestStack()
        let paid = try await stack.client.post(
            "/intents",
            ["amount": 100, "currency": "USD", "method": ["kind": "cash", "drawer_id": "d"]]
        )
        let id = try #require(paid.text("id"))
        let stranger = try stack.stranger()
        #expect(try await stranger.get("/intents/\(id)").status == 404)
        #expect(try await stranger.post("/intents/\(id)/refunds", [:]).status == 404)
        #expect(try await stranger.get("/intents").body["data"] == .array([]))
    }

    @Test func `another tenant's ids lead nowhere, on any path and in any field`() async throws {
        let stack = try await TestStack()
        let owned = try await Owned(stack)
        let stranger = try stack.stranger()
        let paths = [
            "/intents/\(owned.intent)", "/transactions/\(owned.intent)",
            "/customers/\(owned.customer)", "/orders/\(owned.order)",
            "/payment-methods/\(owned.method)", "/adapters/accounts/\(stack.account)",
            "/idempotency/owned",
        ]
        for path in paths {
            let refused = try await stranger.get(path)
            #expect(refused.status == 404, "\(path): \(refused)")
        }
        for movement in ["authorize", "capture", "void", "refunds"] {
            let refused = try await stranger.post("/intents/\(owned.intent)/\(movement)", [:])
            #expect(refused.status == 404, "\(movement): \(refused)")
            #expect(refused.text("code") == "not_found")
        }
        let changes: [(HTTPMethod, String, JSONValue?)] = [
            (
                .put, "/intents/\(owned.intent)/method",
                ["kind": "card", "id": .string(owned.method)]
            ),
            (.put, "/payment-methods/\(owned.method)/default", nil),
            (.delete, "/payment-methods/\(owned.method)", nil),
            (.patch, "/customers/\(owned.customer)", ["name": "Stolen"]),
            (.patch, "/adapters/accounts/\(stack.account)", ["active": false]),
        ]
        for (method, path, body) in changes {
            let refused = try await stranger.send(method, path, body, key: "\(method)-\(path)")
            #expect(refused.status == 404, "\(method) \(path): \(refused)")
        }
        let cash: JSONValue = ["kind": "cash", "drawer_id": "d"]
        let fields: [(pointer: String, body: [(String, JSONValue)])] = [
            ("/customer_id", [("method", cash), ("customer_id", .string(owned.customer))]),
            ("/order/id", [("method", cash), ("order", ["id": .string(owned.order)])]),
            ("/method/id", [("method", ["kind": "card", "id": .string(owned.method)])]),
        ]
        for (pointer, members) in fields {
            let body = JSONObject([("amount", 100), ("currency", "USD")] + members)
            let refused = try await stranger.post("/intents", .object(body))
            #expect(refused.status == 422, "\(pointer): \(refused)")
            #expect(refused.pointers == [pointer], "\(refused)")
        }
        #expect(try await stranger.get("/intents").body["data"] == [])
        let named = try await stranger.send(.get, "/intents", fields: ["Tenant-Id": stack.tenant])
        #expect(named.status == 404)
        #expect(named.text("code") == "tenant_not_found")
        // Nothing of it happened.
        let intent = try await stack.client.get("/intents/\(owned.intent)")
        #expect(intent.text("status") == "authorized")
        #expect(try await stack.client.get("/customers/\(owned.customer)").text("name") == "Own")
        let method = try await stack.client.get("/payment-methods/\(owned.method)")
        #expect(method.text("status") == "active", "\(method)")
    }

    @Test func `a key does only what it is permitted`() async throws {
        let stack = try await TestStack()
        let key = try Program.run(
            [
                "key", "create", "--tenant", stack.tenant, "--name", "v", "--permission",
                "billing.view",
            ],
            environment: stack.environment
        )
        let viewer = TestClient(baseURL: stack.client.baseURL, apiKey: key)
        #expect(try await viewer.get("/intents").status == 200)
        let refused = try await viewer.post(
            "/intents",
            ["amount": 100, "currency": "USD", "method": ["kind": "cash", "drawer_id": "d"]]
        )
        #expect(refused.status == 403)
        let nobody = TestClient(baseURL: stack.client.baseURL, apiKey: "gwk_unknown_unknown")
        let unknown = try await nobody.get("/intents")
        #expect(unknown.status == 401)
        #expect(unknown.fields[.wwwAuthenticate] != nil)
    }
}

/// One of everything that can be named.
private struct Owned {
    let intent: String
    let customer: String
    let order: String
    let method: String

    init(_ stack: TestStack) async throws {
        method = try await stack.method()
        let hold = MainPathTests.hold(stack, method)
        intent = try #require(
            try await stack.client.post("/intents", hold, key: "owned").text("id")
        )
        let guest = try await stack.client.post("/customers", ["name": "Own"])
        customer = try #require(guest.text("id"), "\(guest)")
        let item: JSONValue = ["description": "d", "quantity": 1, "unit_amount": 1]
        let bought = try await stack.client.post(
            "/orders",
            ["reference": "BK-1", "currency": "USD", "items": [item]]
        )
        order = try #require(bought.text("id"), "\(bought)")
    }
}

extension TestStack {
    /// A client of another tenant of the same installation.
    fileprivate func stranger() throws -> TestClient {
        let other = try Program.run(
            ["tenant", "create", "--name", "Other"],
            environment: environment
        )
        let key = try Program.run(
            ["key", "create", "--tenant", other, "--name", "o", "--all-permissions"],
            environment: environment
        )
        return TestClient(baseURL: client.baseURL, apiKey: key)
    }
}
