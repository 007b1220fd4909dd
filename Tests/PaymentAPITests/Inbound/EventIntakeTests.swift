import HTTP
import JSON
import PaymentCore
import Synchronization
import TestKit
import Testing

@testable import PaymentAPI

/// Events in over HTTP: the forms they come in, who may send them, and dead letters.
struct EventIntakeTests {
    private let api: APIFixture

    init() throws {
        api = try APIFixture()
    }

    private static let held = #"""
        {"reservation_id":"R-1","property_id":"kabul-1","guest":{"id":"g-1","vip":true},
        "amount":12500,"currency":"USD","rate_plan":{"guarantee":"card_guarantee",
        "capture":"on_confirm","name":"flex"},"method":{"kind":"card"},"board":"half"}
        """#

    private static func event(
        _ id: String,
        _ type: String,
        _ data: String,
        _ more: String = ""
    ) -> String {
        #"""
        {"specversion":"1.0","id":"\#(id)","source":"/booking","type":"melmastoon.\#(type)",
        "correlationid":"saga-1",\#(more)"data":\#(data)}
        """#
    }

    private static let structured: HTTPFields = [.contentType: "application/cloudevents+json"]

    private func send(_ body: String) async -> APIFixture.Exchange {
        await api.send(.post, "/events", body, fields: Self.structured)
    }

    /// What a worker would do.
    private func work() async throws {
        let jobs = try await api.store.claim(
            [.applyEvents],
            limit: 10,
            lease: .seconds(60),
            in: api.tenant
        )
        for job in jobs { await api.gateway.services.workflows.run(job, in: api.tenant) }
    }

    @Test func `an event in structured mode is kept once and takes effect`() async throws {
        let body = Self.event("a", "reservation.held.v1", Self.held)
        let first = await send(body)
        #expect(first.status == 202)
        #expect(first.json["events"]?[0]?["status"] == "received")
        #expect(first.json["events"]?[0]?["duplicate"] == false)
        let id = try #require(first.json["events"]?[0]?["id"]?.stringValue)
        try await work()
        #expect(await send(body).json["events"]?[0]?["duplicate"] == true)
        try await work()
        let kept = await api.send(.get, "/inbound-events/\(id)")
        #expect(kept.json["status"] == "applied")
        #expect(kept.json["data"]?.stringValue?.contains("half") == true)
        let intent = try #require(kept.json["intent_id"]?.stringValue)
        #expect(await api.send(.get, "/intents/\(intent)").json["status"] == "authorized")
        #expect(api.store.intents(of: api.tenant).count == 1)
        _ = try await api.store.publishEvents(limit: 100, in: api.tenant)
        let feed = await api.send(.get, "/events?limit=100")
        let events = try #require(feed.json["data"]?.arrayValue)
        #expect(events.allSatisfy { $0["correlationid"] == "saga-1" && $0["causationid"] == "a" })
        let reply = try #require(events.last)
        #expect(reply["type"] == "melmastoon.payment.event.handled.v1")
        #expect(reply["data"]?["outcome"] == "applied")
        #expect(reply["data"]?["intent_id"]?.stringValue == intent)
    }

    @Test func `binary mode and batches say the same`() async throws {
        let binary = await api.send(
            .post,
            "/events",
            Self.held,
            fields: [
                "ce-specversion": "1.0", "ce-id": "a", "ce-source": "/b%20ooking",
                "ce-type": "reservation.held.v1", "ce-sequence": "1",
                "ce-time": "2026-11-21T09:30:00Z",
            ]
        )
        #expect(binary.status == 202)
        #expect(binary.json["events"]?[0]?["event"]?["source"] == "/b ooking")
        #expect(binary.json["events"]?[0]?["event"]?["sequence"] == "1")
        let batch = await api.send(
            .post,
            "/events",
            "[" + Self.event("b", "reservation.confirmed.v1", #"{"reservation_id":"R-1"}"#) + ","
                + Self.event("c", "reservation.cancelled.v1", #"{"reservation_id":"R-1"}"#) + "]",
            fields: [.contentType: "application/cloudevents-batch+json; charset=utf-8"]
        )
        #expect(batch.json["events"]?.arrayValue?.count == 2)
        try await work()
        let all = await api.send(.get, "/inbound-events")
        let states = all.json["data"]?.arrayValue?.map { $0["status"] }
        #expect(states == ["applied", "applied", "applied"])
    }

    @Test(arguments: [
        (#"{"specversion":"1.0","id":"a","source":"/b","data":{}}"#, "/type"),
        (#"{"specversion":"0.3","id":"a","source":"/b","type":"t","data":{}}"#, "/specversion"),
        (#"{"specversion":"1.0","id":"","source":"/b","type":"t","data":{}}"#, "/id"),
        (
            #"{"specversion":"1.0","id":"a","source":"/b","type":"t","sequence":"x","data":{}}"#,
            "/sequence"
        ),
        (
            #"{"specversion":"1.0","id":"a","source":"/b","type":"t","time":"now","data":{}}"#,
            "/time"
        ),
        (
            #"{"specversion":"1.0","id":"a","source":"/b","type":"t","datacontenttype":"text/xml"}"#,
            "/datacontenttype"
        ),
        (
            #"{"specversion":"1.0","id":"a","source":"/b","type":"t","datacontenttype":"text/x-json"}"#,
            "/datacontenttype"
        ),
        (#"{"specversion":"1.0","id":5,"source":"/b","type":"t","data":{}}"#, "/id"),
        (#"{"specversion":"1.0","id":"a","source":"/b","type":"t","subject":5}"#, "/subject"),
        ("[]", ""),
    ])
    func `what is no event is refused at the door`(body: String, pointer: String) async {
        let refused = await send(body)
        #expect(refused.status == 422)
        #expect(refused.pointers == [pointer])
    }

    @Test(arguments: [
        #"{"specversion":"1.0","id":"a","source":"/b","type":"t"}"#,
        #"{"specversion":"1.0","id":"a","source":"/b","type":"t","data":[1]}"#,
        #"{"specversion":"1.0","id":"a","source":"/b","type":"t","sequence":1}"#,
        #"{"specversion":"1.0","id":"a","source":"/b","type":"t","correlationid":7,"tenant":null}"#,
        #"{"specversion":"1.0","id":"a","source":"/b","type":"t","tenant":"x"}"#,
        #"{"specversion":"1.0","id":"a","source":"/b","type":"t","datacontenttype":"application/vnd.x+JSON; v=1"}"#,
    ])
    func `the document describes every form that is taken in`(body: String) async throws {
        #expect(await send(body).status == 202)
        let schema = Component.inboundCloudEvent.schema.json
        let event = try JSONValue.parse(Array(body.utf8))
        let validator = SchemaValidator(document: OpenAPIDocument.json, closed: true)
        #expect(validator.violations(of: event, under: schema) == [])
    }

    @Test(arguments: [
        ("reservation.held.v1", "{}", "malformed"),
        ("reservation.held.v1", "[]", "malformed"),
        ("reservation.confirmed.v1", #"{"reservation_id":"R","amount":-1}"#, "malformed"),
        ("reservation.cancelled.v1", #"{"reservation_id":"R","refund":{}}"#, "malformed"),
        ("reservation.moved.v1", "{}", "unknown_type"),
        ("tenant.config_updated.v1", #"{"tenant_id":"x"}"#, "malformed"),
    ])
    func `what says nothing is a dead letter that can be sent again`(
        type: String,
        data: String,
        reason: String
    ) async throws {
        _ = await send(Self.event("a", type, data))
        try await work()
        let dead = await api.send(.get, "/inbound-events?status=dead")
        #expect(dead.json["data"]?[0]?["reason"]?.stringValue == reason)
        let id = try #require(dead.json["data"]?[0]?["id"]?.stringValue)
        let replayed = await api.send(.post, "/inbound-events/\(id)/replay")
        #expect(replayed.status == 202)
        #expect(replayed.json["replays"] == 1)
        #expect(await api.send(.post, "/inbound-events/\(id)/replay").status == 404)
    }

    @Test func `the word none is no refund`() async throws {
        _ = await send(Self.event("a", "reservation.held.v1", Self.held))
        let none = #"{"reservation_id":"R-1","refund":"none"}"#
        _ = await send(Self.event("b", "reservation.cancelled.v1", none))
        try await work()
        let all = await api.send(.get, "/inbound-events?status=applied")
        #expect(all.json["data"]?.arrayValue?.count == 2)
    }

    @Test func `an event for another tenant is a dead letter of its sender's`() async throws {
        let other: TenantID = api.identifiers.make()
        let named = #""tenant":"\#(other)","#
        _ = await send(Self.event("a", "reservation.held.v1", Self.held, named))
        try await work()
        let dead = await api.send(.get, "/inbound-events?status=dead")
        #expect(dead.json["data"]?[0]?["reason"] == "wrong_tenant")
        #expect(api.store.intents(of: api.tenant).isEmpty)
    }

    @Test func `a card number keeps an event out`() async {
        let body = Self.event("a", "reservation.held.v1", #"{"note":"4242 4242 4242 4242"}"#)
        let refused = await send(body)
        #expect(refused.code == "card_data_not_accepted")
        #expect(refused.pointers == ["/data/note"])
    }

    @Test func `a card number in an encoded attribute keeps an event out`() async throws {
        for name in ["ce-subject", "CE-Id", "ce-correlationid"] {
            var fields: HTTPFields = [
                "ce-specversion": "1.0", "ce-source": "/b", "ce-type": "reservation.held.v1",
            ]
            if name != "CE-Id" { fields.append("ce-id", "a") }
            let name = try #require(HTTPFieldName(name))
            fields.append(name, "4111%201111%201111%201111")
            let refused = await api.send(.post, "/events", Self.held, fields: fields)
            #expect(refused.code == "card_data_not_accepted")
            #expect(refused.pointers == ["header:\(name.spelling.lowercased())"])
        }
        let kept = await api.send(.get, "/inbound-events")
        #expect(kept.json["data"]?.arrayValue?.isEmpty == true)
    }

    @Test func `a trace is no card number, in whatever form it comes`() async {
        let trace = "00-0af7651916cd43dd8448eb211c80319c-4111111111111111-01"
        let more = #""traceparent":"\#(trace)","#
        #expect(await send(Self.event("a", "x.v1", "{}", more)).status == 202)
        let batch = await api.send(
            .post,
            "/events",
            "[" + Self.event("b", "x.v1", "{}", more) + "]",
            fields: [.contentType: "application/cloudevents-batch+json"]
        )
        #expect(batch.status == 202)
        let binary = await api.send(
            .post,
            "/events",
            "{}",
            fields: [
                "ce-specversion": "1.0", "ce-id": "c", "ce-source": "/booking", "ce-type": "x.v1",
                "ce-traceparent": trace,
            ]
        )
        #expect(binary.status == 202)
        let within = #"{"traceparent":"\#(trace)"}"#
        let refused = await send(Self.event("d", "x.v1", within))
        #expect(refused.pointers == ["/data/traceparent"])
    }

    @Test func `sending takes a permission of its own`() async throws {
        let api = try APIFixture(permissions: Set(Permission.allCases).subtracting([.sendEvents]))
        let refused = await api.send(
            .post,
            "/events",
            Self.event("a", "reservation.held.v1", Self.held),
            fields: Self.structured
        )
        #expect(refused.status == 403)
    }

    @Test func `only the platform says whether a tenant is served, also when it is not`()
        async throws
    {
        func lifecycle(_ api: APIFixture, _ fact: String) async -> APIFixture.Exchange {
            let data = #"{"tenant_id":"\#(api.tenant)"}"#
            return await api.send(
                .post,
                "/events",
                Self.event(fact, "tenant.finance_schemas.\(fact).v1", data),
                fields: [
                    .contentType: "application/cloudevents+json",
                    .tenantID: api.tenant.description,
                ]
            )
        }
        #expect(await lifecycle(api, "dropped").status == 403)
        let platform = try APIFixture(isPlatform: true)
        #expect(await lifecycle(platform, "dropped").status == 202)
        #expect(try await platform.tenants.tenant(platform.tenant)?.state == .dropped)
        platform.control.rows.withLock {
            $0.tenants[platform.tenant] = Tenant(
                id: platform.tenant,
                name: "test",
                state: .dropped
            )
        }
        platform.state.forgetIdentities()
        let refused = await platform.send(
            .post,
            "/events",
            Self.event("x", "reservation.held.v1", Self.held),
            fields: [
                .contentType: "application/cloudevents+json",
                .tenantID: platform.tenant.description,
            ]
        )
        #expect(refused.code == "tenant_not_found")
        #expect(await lifecycle(platform, "provisioned").status == 202)
        #expect(try await platform.tenants.tenant(platform.tenant)?.state == .active)
    }
}
