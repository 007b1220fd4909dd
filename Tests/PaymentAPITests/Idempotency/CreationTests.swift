import HTTP
import JSON
import PaymentCore
import TestKit
import Testing

@testable import PaymentAPI

/// What is created beside payments: once per key.
struct CreationTests {
    /// One request that creates something, another of its kind, and how many there are.
    struct Kind: Sendable, CustomTestStringConvertible {
        let path: String
        let body: String
        let other: String

        var testDescription: String { path }

        static let all = [
            Kind(
                path: "/customers",
                body: #"{"name":"Anna","metadata":{"a":"1","b":"2"}}"#,
                other: #"{"name":"Berta"}"#
            ),
            Kind(
                path: "/orders",
                body: order("BK-1"),
                other: order("BK-2")
            ),
            Kind(
                path: "/payment-methods",
                body: #"{"token":"pm_one"}"#,
                other: #"{"token":"pm_two"}"#
            ),
        ]

        private static func order(_ reference: String) -> String {
            #"{"reference":"\#(reference)","currency":"USD","#
                + #""items":[{"description":"Room","quantity":1,"unit_amount":900}]}"#
        }
    }

    private let api: APIFixture

    init() throws {
        api = try APIFixture()
    }

    @Test(arguments: Kind.all)
    func `the same key creates once and is told the same again`(kind: Kind) async {
        let first = await api.send(.post, kind.path, kind.body, key: "a")
        #expect(first.status == 201)
        #expect(first.fields[.idempotentReplayed] == nil)
        let again = await api.send(.post, kind.path, kind.body, key: "\"a\"")
        #expect(again.status == 201)
        #expect(again.fields[.idempotentReplayed] == "true")
        #expect(again.body == first.body)
        let record = await api.send(.get, "/idempotency/a")
        #expect(record.json["recovery_point"] == "completed")
        #expect(record.json["operation"]?.stringValue == "POST \(kind.path)")
    }

    @Test(arguments: Kind.all)
    func `the key of one creation is refused to any other request`(kind: Kind) async {
        let first = await api.send(.post, kind.path, kind.body, key: "a")
        #expect(first.status == 201)
        let calls = api.vendor.calls
        for other in Kind.all {
            let body = other.path == kind.path ? other.other : other.body
            let refused = await api.send(.post, other.path, body, key: "a")
            #expect(refused.status == 422)
            #expect(refused.code == "idempotency_key_reused")
        }
        let card = #"{"amount":12500,"currency":"USD","method":{"kind":"card"}}"#
        #expect(await api.send(.post, "/intents", card, key: "a").code == "idempotency_key_reused")
        #expect(api.vendor.calls == calls, "nobody was asked for what is refused")
        let untouched = await api.send(.post, kind.path, kind.body, key: "a")
        #expect(untouched.body == first.body)
    }

    @Test(arguments: Kind.all)
    func `a hundred at once create one`(kind: Kind) async {
        let answers = await withTaskGroup(of: APIFixture.Exchange.self) { group in
            for _ in 0..<100 {
                group.addTask { await api.send(.post, kind.path, kind.body, key: "a") }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let made = answers.filter { $0.status == 201 }
        #expect(!made.isEmpty)
        #expect(answers.allSatisfy { $0.status == 201 || $0.status == 409 })
        #expect(Set(made.map(\.body)).count == 1)
        #expect(made.count { $0.fields[.idempotentReplayed] == nil } == 1)
    }

    @Test(arguments: [InMemoryStore.CommitFault.lostBefore, .lostAfter])
    func `a commit whose answer is lost creates once`(fault: InMemoryStore.CommitFault) async {
        api.store.loseCommits(fault)
        let kind = Kind.all[0]
        let first = await api.send(.post, kind.path, kind.body, key: "a")
        #expect(first.status == (fault == .lostAfter ? 201 : 503))
        let again = await api.send(.post, kind.path, kind.body, key: "a")
        #expect(again.status == 201)
        #expect((again.fields[.idempotentReplayed] == "true") == (fault == .lostAfter))
        if fault == .lostAfter { #expect(again.body == first.body) }
    }

    @Test
    func `without a key each request is a new one`() async {
        let kind = Kind.all[1]
        let first = await api.send(.post, kind.path, kind.body)
        let second = await api.send(.post, kind.path, kind.body)
        #expect(first.status == 201)
        #expect(second.status == 201)
        #expect(first.json["id"] != second.json["id"])
    }

    @Test
    func `what could not be created leaves its key free`() async {
        let body = #"{"token":"pm_one","customer_id":"cus_00000000000000000000000001"}"#
        let refused = await api.send(.post, "/payment-methods", body, key: "a")
        #expect(refused.status == 422)
        let kind = Kind.all[0]
        #expect(await api.send(.post, kind.path, kind.body, key: "a").status == 201)
    }

    @Test
    func `a session's key is its own`() async throws {
        let customer = await api.send(.post, "/customers", "{}", key: "c")
        let owner = try #require(customer.json["id"]?.stringValue)
        let path = "/payment-methods/sessions"
        let opened = await api.send(.post, path, #"{"customer_id":"\#(owner)"}"#, key: "s")
        #expect(opened.status == 201)
        let other = #"{"customer_id":"\#(owner)","off_session":false}"#
        let reused = await api.send(.post, path, other, key: "s")
        #expect(reused.status == 422)
        #expect(reused.code == "idempotency_key_reused")
        let taken = await api.send(.post, path, #"{"customer_id":"\#(owner)"}"#, key: "c")
        #expect(taken.code == "idempotency_key_reused")
    }
}
