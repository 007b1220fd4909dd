import HTTP
import JSON
import PaymentCore
import TestKit
import Testing

@testable import PaymentAPI

struct EventFeedTests {
    private let api: APIFixture

    init() throws {
        api = try APIFixture()
    }

    private static let card = #"{"amount":12500,"currency":"USD","method":{"kind":"card"}}"#

    @Test
    func `what was published is read from a position on, as CloudEvents`() async throws {
        let created = await api.send(.post, "/intents", Self.card, key: "a")
        #expect(await api.send(.get, "/events").json["data"] == [])
        _ = try await api.store.publishEvents(limit: 100, in: api.tenant)
        let feed = await api.send(.get, "/events?limit=1")
        #expect(feed.status == 200)
        let event = try #require(feed.json["data"]?[0])
        #expect(event["specversion"] == "1.0")
        #expect(event["type"] == "melmastoon.payment.transaction.created.v1")
        #expect(event["subject"] == created.json["id"])
        #expect(event["tenant"]?.stringValue == api.tenant.description)
        #expect(event["sequence"] == "1")
        #expect(event["causationid"] == "req-1")
        #expect(event["data"]?["intent"]?["id"] == created.json["id"])
        #expect(feed.json["has_more"] == true)
        let next = try #require(feed.json["next"]?.stringValue)
        let rest = await api.send(.get, "/events?after=\(next)")
        #expect(rest.json["data"]?[0]?["position"]?.stringValue == "2")
        #expect(rest.json["has_more"] == false)
    }

    @Test
    func `at the end the cursor stays`() async {
        let feed = await api.send(.get, "/events?after=41")
        #expect(feed.json["next"] == "41")
        #expect(feed.json["has_more"] == false)
    }

    @Test
    func `a reader that waits is woken by what is published`() async throws {
        async let waiting = api.send(.get, "/events?wait=30")
        _ = await api.send(.post, "/intents", Self.card, key: "a")
        _ = try await api.store.publishEvents(limit: 100, in: api.tenant)
        // Rings until the reader, which may not wait yet, has been answered.
        let ringing = Task {
            while !Task.isCancelled {
                api.state.published.ring(api.tenant)
                await Task.yield()
            }
        }
        let feed = await waiting
        ringing.cancel()
        #expect(feed.json["data"]?.arrayValue?.isEmpty == false)
    }

    @Test
    func `a wait ends with nothing to tell`() async {
        async let waiting = api.send(.get, "/events?wait=1")
        let passing = Task {
            while !Task.isCancelled {
                api.instant.advance(by: .milliseconds(1))
                api.sleeper.elapse()
                await Task.yield()
            }
        }
        let feed = await waiting
        passing.cancel()
        #expect(feed.status == 200)
        #expect(feed.json["data"] == [])
    }
}
