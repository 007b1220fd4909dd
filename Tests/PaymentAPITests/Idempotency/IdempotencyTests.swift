import HTTP
import JSON
import PaymentCore
import TestKit
import Testing

@testable import PaymentAPI

struct IdempotencyTests {
    private static let card = #"{"amount":12500,"currency":"USD","method":{"kind":"card"}}"#

    @Test(arguments: [
        ("bk-1", "bk-1"), (#""bk-1""#, "bk-1"), (#""a \"b\" \\ c""#, #"a "b" \ c"#), ("a b", "a b"),
    ])
    func `a key is read bare or quoted`(field: String, text: String) {
        #expect(IdempotencyKey(field)?.text == text)
    }

    @Test(arguments: [
        "", "\"\"", "\"", "\"a", #""a"b""#, #""a\b""#, "schlüssel", "a\tb",
        String(repeating: "k", count: 256),
    ])
    func `what is no key is refused`(field: String) {
        #expect(IdempotencyKey(field) == nil)
    }

    @Test
    func `a key with slashes is found again`() async throws {
        let api = try APIFixture()
        #expect(await api.send(.post, "/intents", Self.card, key: "bk/1/pay").status == 201)
        let found = await api.send(.get, "/idempotency/bk%2F1%2fpay")
        #expect(found.status == 200)
        #expect(found.json["key"] == "bk/1/pay")
    }

    @Test
    func `moving money without a key is 400, and so is a malformed key`() async throws {
        let api = try APIFixture()
        let missing = await api.send(.post, "/intents", Self.card)
        #expect(missing.status == 400)
        #expect(missing.code == "idempotency_key_required")
        let malformed = await api.send(.post, "/intents", Self.card, key: "\"")
        #expect(malformed.status == 400)
        #expect(malformed.code == "idempotency_key_malformed")
        let twice = await api.send(
            .post,
            "/intents",
            Self.card,
            key: "a",
            fields: [.idempotencyKey: "b"]
        )
        #expect(twice.status == 400)
        #expect(api.vendor.calls == 0)
    }

    @Test
    func `the same request again is the same answer, once done`() async throws {
        let api = try APIFixture()
        let first = await api.send(.post, "/intents", Self.card, key: "a")
        #expect(first.fields[.idempotentReplayed] == nil)
        // Spelled otherwise and quoted, and still the same.
        let spelled = #"{ "method": {"kind": "card"}, "currency": "USD", "amount": 12500 }"#
        let second = await api.send(.post, "/intents", spelled, key: "\"a\"")
        #expect(second.status == 201)
        #expect(second.fields[.idempotentReplayed] == "true")
        #expect(second.body == first.body)
        #expect(api.vendor.calls == 1)
    }

    @Test
    func `the same key for another body, path or method is 422`() async throws {
        let api = try APIFixture()
        let first = await api.send(.post, "/intents", Self.card, key: "a")
        let id = try #require(first.json["id"]?.stringValue)
        let other = #"{"amount":12501,"currency":"USD","method":{"kind":"card"}}"#
        for (path, body) in [("/intents", other), ("/intents/\(id)/capture", Self.card)] {
            let refused = await api.send(.post, path, path == "/intents" ? body : "{}", key: "a")
            #expect(refused.status == 422)
            #expect(refused.code == "idempotency_key_reused")
        }
        #expect(api.vendor.calls == 1)
    }

    @Test
    func `a hundred equal requests at once have one effect and one answer`() async throws {
        let api = try APIFixture()
        let answers = await withTaskGroup(of: APIFixture.Exchange.self) { group in
            for _ in 0..<100 {
                group.addTask { await api.send(.post, "/intents", Self.card, key: "a") }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(api.vendor.payments.count == 1)
        #expect(Set(answers.map(\.status)).isSubset(of: [201, 409]))
        let done = answers.filter { $0.status == 201 }
        #expect(Set(done.map(\.body)).count == 1)
        #expect(done.filter { $0.fields[.idempotentReplayed] == nil }.count == 1)
    }

    @Test
    func `keys of two tenants are two keys`() async throws {
        let (one, other) = (try APIFixture(), try APIFixture())
        #expect(await one.send(.post, "/intents", Self.card, key: "a").status == 201)
        #expect(await other.send(.post, "/intents", Self.card, key: "a").status == 201)
    }

    @Test
    func `a caller can ask whether and how a key ran`() async throws {
        let api = try APIFixture()
        let unknown = await api.send(.get, "/idempotency/bk-1")
        #expect(unknown.status == 404)
        let created = await api.send(.post, "/intents", Self.card, key: "bk-1")
        let record = await api.send(.get, "/idempotency/bk-1")
        #expect(record.status == 200)
        #expect(record.json["recovery_point"] == "completed")
        #expect(record.json["operation"] == "POST /intents")
        #expect(record.json["status"] == 201)
        #expect(record.json["intent_id"] == created.json["id"])
    }

    @Test
    func `a duplicate waits for the first and takes its answer`() async throws {
        let flights = SingleFlight<String>(capacity: 10)
        let sleeper = ManualSleeper()
        let key = SingleFlight<String>.Key(
            tenant: TenantID(SequentialIdentifiers().next()),
            key: "a"
        )
        guard case .first(let flight) = flights.board(key, fingerprint: [1]) else {
            Issue.record("the first is first")
            return
        }
        guard case .wait(let shared, let ticket?) = flights.board(key, fingerprint: [1]) else {
            Issue.record("the second waits")
            return
        }
        guard case .different = flights.board(key, fingerprint: [2]) else {
            Issue.record("another request is another")
            return
        }
        async let waiting: Void = ticket.wait(atMost: .seconds(1)) { await sleeper.sleep($0) }
        flights.land(flight, key, with: "done")
        await waiting
        #expect(shared.landed == "done")
        guard case .first = flights.board(key, fingerprint: [2]) else {
            Issue.record("the key is free again")
            return
        }
    }

    @Test
    func `only so many wait, and a wait ends by itself`() async {
        let bell = Bell<Int>(capacity: 1)
        let ticket = bell.ticket(for: 1)
        #expect(ticket != nil)
        #expect(bell.ticket(for: 2) == nil)
        await ticket?.wait(atMost: .seconds(1)) { _ in }
        #expect(bell.ticket(for: 2) != nil)
    }

    @Test
    func `a ring before the wait begins is not missed`() async {
        let bell = Bell<Int>(capacity: 1)
        let sleeper = ManualSleeper()
        let ticket = bell.ticket(for: 1)
        bell.ring(1)
        await ticket?.wait(atMost: .seconds(1)) { await sleeper.sleep($0) }
        #expect(bell.ticket(for: 1) != nil)
    }
}
