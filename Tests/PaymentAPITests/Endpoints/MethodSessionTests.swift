import HTTP
import JSON
import PaymentCore
import TestKit
import Testing

@testable import PaymentAPI

struct MethodSessionTests {
    private let api: APIFixture

    init() throws {
        api = try APIFixture()
    }

    @Test
    func `a session is opened once per key and tells its secret to who asked`() async throws {
        let customer = await api.send(.post, "/customers", "{}")
        let owner = try #require(customer.json["id"]?.stringValue)
        let body = #"{"customer_id":"\#(owner)"}"#
        let opened = await api.send(.post, "/payment-methods/sessions", body, key: "s-1")
        #expect(opened.status == 201)
        #expect(opened.json["status"] == "open")
        #expect(opened.json["next_action"]?["client_secret"] == "secret")
        let again = await api.send(.post, "/payment-methods/sessions", body, key: "s-1")
        #expect(again.json["id"] == opened.json["id"])
        let other = await api.send(.post, "/payment-methods/sessions", body, key: "s-2")
        #expect(other.json["id"] != opened.json["id"])
        let id = try #require(opened.json["id"]?.stringValue)
        #expect(await api.send(.get, "/payment-methods/sessions/\(id)").status == 200)
    }

    @Test
    func `only who may open sessions is told a session's secret`() async throws {
        let vendor = try #require(VendorID("pages"))
        let api = try APIFixture(deliveries: DeliveryVendor(vendor: vendor))
        let session = MethodSession(
            id: api.identifiers.make(),
            customer: api.identifiers.make(),
            vendor: vendor,
            account: api.account.id,
            kind: .card,
            offSession: true,
            returnURL: nil,
            state: .open,
            reference: "ses-1",
            failureCode: nil,
            method: nil,
            createdAt: api.clock.now
        )
        var changes = Changeset()
        changes.session = .insert(session)
        try await api.store.commit(changes, in: api.tenant)
        let path = "/payment-methods/sessions/\(session.id)"
        let told = await api.send(.get, path)
        #expect(told.json["next_action"]?["client_secret"] == "secret")
        #expect(told.json["next_action"]?["publishable_key"] == "pk")
        let made = await api.send(
            .post,
            "/api-keys",
            #"{"name":"reports","permissions":["billing.view"]}"#
        )
        let secret = try #require(made.json["secret"]?.stringValue)
        let reader: HTTPFields = [.authorization: "Bearer \(secret)"]
        let read = await api.send(.get, path, fields: reader)
        #expect(read.status == 200)
        #expect(read.json["next_action"]?["type"] == "vendor_library")
        #expect(read.json["next_action"]?["client_secret"] == .null)
        #expect(read.json["next_action"]?["publishable_key"] == .null)
    }
}
