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
        let other = try Program.run(
            ["tenant", "create", "--name", "Other"],
            environment: stack.environment
        )
        let key = try Program.run(
            ["key", "create", "--tenant", other, "--name", "o", "--all-permissions"],
            environment: stack.environment
        )
        let stranger = TestClient(baseURL: stack.client.baseURL, apiKey: key)
        #expect(try await stranger.get("/intents/\(id)").status == 404)
        #expect(try await stranger.post("/intents/\(id)/refunds", [:]).status == 404)
        #expect(try await stranger.get("/intents").body["data"] == .array([]))
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
