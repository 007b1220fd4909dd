import HTTP
import JSON
import PaymentCore
import Synchronization
import TestKit
import Testing

@testable import PaymentAPI

/// What a `PATCH` changes, clears and leaves.
struct PatchTests {
    private let api: APIFixture

    init() throws {
        api = try APIFixture()
    }

    @Test
    func `null clears the networks of an account`() async throws {
        let path = "/adapters/accounts/\(api.account.id)"
        let named = await api.send(.patch, path, #"{"webhook_networks":["203.0.113.0/24"]}"#)
        #expect(named.json["webhook_networks"] == ["203.0.113.0/24"])
        let left = await api.send(.patch, path, #"{"name":"renamed"}"#)
        #expect(left.json["webhook_networks"] == ["203.0.113.0/24"])
        let cleared = await api.send(.patch, path, #"{"webhook_networks":null}"#)
        #expect(cleared.status == 200)
        #expect(cleared.json["webhook_networks"] == [])
    }

    @Test(arguments: ["name", "default", "active", "credentials"])
    func `null is refused for what an account always has`(member: String) async throws {
        try await expectRefusal(of: member, at: "/adapters/accounts/\(api.account.id)")
    }

    @Test(arguments: ["url", "active"])
    func `null is refused for what a subscription always has`(member: String) async throws {
        let made = await api.send(
            .post,
            "/event-subscriptions",
            #"{"url":"https://example.com/"}"#
        )
        let id = try #require(made.json["id"]?.stringValue)
        try await expectRefusal(of: member, at: "/event-subscriptions/\(id)")
    }

    /// By the endpoint and by its schema.
    private func expectRefusal(of member: String, at path: String) async throws {
        let refused = await api.send(.patch, path, #"{"\#(member)":null}"#)
        #expect(refused.status == 422)
        #expect(refused.pointers == ["/\(member)"])
        let pattern = path.replacing(/[^\/]+$/, with: "{id}")
        let operation = OpenAPIDocument.json["paths"]?[RouteTable.root + pattern]?["patch"]
        let body = operation?["requestBody"]?["content"]?["application/json"]?["schema"]
        let schema = try #require(body)
        let violations = SchemaValidator(document: OpenAPIDocument.json, closed: true)
            .violations(of: .object(JSONObject([(member, .null)])), under: schema)
        #expect(!violations.isEmpty)
    }

    @Test
    func `what others change meanwhile stays`() async throws {
        let customer = await api.send(.post, "/customers", #"{"name":"Anna"}"#)
        let subscription = await api.send(
            .post,
            "/event-subscriptions",
            #"{"url":"https://example.com/"}"#
        )
        let people = "/customers/\(try #require(customer.json["id"]?.stringValue))"
        let hooks = "/event-subscriptions/\(try #require(subscription.json["id"]?.stringValue))"
        let accounts = "/adapters/accounts/\(api.account.id)"
        let api = api
        api.store.beforeRevising { _ = await api.send(.patch, people, #"{"phone":"+93"}"#) }
        api.subscriptions.beforeUpdating { _ = await api.send(.patch, hooks, #"{"active":false}"#) }
        api.control.beforeUpdating { _ = await api.send(.patch, accounts, #"{"active":false}"#) }
        _ = await api.send(.patch, people, #"{"name":"Berta"}"#)
        _ = await api.send(.patch, hooks, #"{"description":"d"}"#)
        _ = await api.send(.patch, accounts, #"{"name":"renamed"}"#)
        let person = await api.send(.get, people).json
        #expect(person["name"] == "Berta" && person["phone"] == "+93")
        let hook = await api.send(.get, hooks).json
        #expect(hook["description"] == "d" && hook["status"] == "disabled")
        let account = await api.send(.get, accounts).json
        #expect(account["name"] == "renamed" && account["active"] == false)
    }

    @Test
    func `who is always too late is told to come back, and of no key that there is not`()
        async throws
    {
        let api = api
        @Sendable func disturb() {
            api.control.rows.withLock {
                let known = $0.accounts[api.account.id]?.updatedAt ?? Timestamp(seconds: 0)
                $0.accounts[api.account.id]?.updatedAt = known + .microseconds(1)
            }
            api.control.beforeUpdating { disturb() }
        }
        disturb()
        let path = "/adapters/accounts/\(api.account.id)"
        let late = await api.send(.patch, path, #"{"name":"renamed"}"#)
        #expect(late.status == 503)
        #expect(late.code == "unavailable")
        #expect(late.fields[.retryAfter] == "1")
        #expect(await api.send(.get, path).json["name"] == "main")
    }
}
