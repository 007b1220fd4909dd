import HTTP
import JSON
import TestKit
import Testing

@testable import PaymentAPI

struct CardDataGateTests {
    private static let cards = [
        "4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "8600490400000004",
        "9860010100000001", "2200000000000004",
    ].filter { isLuhn($0) }

    private static func isLuhn(_ text: String) -> Bool {
        let digits = text.compactMap(\.wholeNumberValue)
        let sum = digits.reversed().enumerated().reduce(0) { sum, digit in
            let doubled = digit.offset.isMultiple(of: 2) ? digit.element : digit.element * 2
            return sum + (doubled > 9 ? doubled - 9 : doubled)
        }
        return sum.isMultiple(of: 10)
    }

    @Test(arguments: cards)
    func `a card number in any string is refused, named and not echoed`(card: String) async throws {
        let api = try APIFixture()
        let body = """
            {"amount":1,"currency":"USD","method":{"kind":"card"},
             "order":{"reference":"r","items":[
               {"description":"paid by \(card).","quantity":1,"unit_amount":1}]}}
            """
        let refused = await api.send(.post, "/intents", body, key: "a")
        expect(refused, at: "/order/items/0/description", hides: card)
        #expect(api.vendor.calls == 0)
    }

    @Test(arguments: [
        (#"{"amount":4111111111111111,"currency":"USD"}"#, "/amount"),
        (#"{"amount":1,"note":4111111111111111.5}"#, "/note"),
        (#"{"metadata":{"4111111111111111":"x"}}"#, "/metadata"),
        (#"{"4111111111111111":"x"}"#, ""),
        (#"{"method":{"id":"4111111111111111"}}"#, "/method/id"),
        (
            #"{"method":{"kind":"wallet","one_time_token":"4111111111111111"}}"#,
            "/method/one_time_token"
        ),
        (#"[["4111111111111111"]]"#, "/0/0"),
    ])
    func `numbers, names and unknown fields hide no card either`(
        body: String,
        pointer: String
    ) async throws {
        let refused = await (try APIFixture()).send(.post, "/intents", body, key: "a")
        expect(refused, at: pointer, hides: "4111111111111111")
    }

    @Test
    func `queries, headers and paths hide no card`() async throws {
        let api = try APIFixture()
        let card = "4111111111111111"
        expect(
            await api.send(.get, "/orders?reference=\(card)"),
            at: "query:reference",
            hides: card
        )
        expect(await api.send(.get, "/orders?\(card)=1"), at: "query:", hides: card)
        let named: HTTPFields = ["Gateway-Actor": "Anna \(card)"]
        expect(
            await api.send(.get, "/orders", fields: named),
            at: "header:gateway-actor",
            hides: card
        )
        let keyed = await api.send(.post, "/intents", "{}", key: card)
        expect(keyed, at: "header:idempotency-key", hides: card)
        expect(await api.send(.get, "/idempotency/\(card)"), at: "path:", hides: card)
    }

    @Test(arguments: [
        "/cash/drawers/4111%201111%201111%201111",
        "/ledger/accounts/cash_drawer%3A4111%2D1111%2D1111%2D1111%3AUSD",
    ])
    func `an encoded path hides no card`(path: String) async throws {
        expect(await (try APIFixture()).send(.get, path), at: "path:", hides: "4111")
    }

    @Test
    func `a trace's span of digits alone is no card`() async throws {
        let api = try APIFixture()
        let trace = "00-0af7651916cd43dd8448eb211c80319c-4111111111111111-01"
        #expect(await api.send(.get, "/orders", fields: [.traceparent: trace]).status == 200)
        let card = "4111111111111111"
        expect(
            await api.send(.get, "/orders", fields: [.traceparent: card]),
            at: "header:traceparent",
            hides: card
        )
        expect(
            await api.send(.get, "/orders", fields: [.traceparent: "\(trace)-\(card)"]),
            at: "header:traceparent",
            hides: card
        )
    }

    @Test(arguments: [
        ("x-datadog-trace-id", "4111111111111111110"), ("X-Datadog-Parent-Id", "4111111111111111"),
        (
            "x-cloud-trace-context",
            "105445aa7843bc8bf206b12000100000/4111111111111111;o=1"
        ),
        (
            "X-Amzn-Trace-Id",
            "Self=1-67891233-12456789abcdef0123456789;Root=1-67891233-abcdef012345678912345678;"
                + "Parent=4111111111111111;Sampled=1"
        ),
        ("x-b3-spanid", "4111111111111111"),
        ("b3", "80f198ee56343ba864fe8b2a57d3eff7-4111111111111111-1-05e3ac9a4f6e3711"),
        ("uber-trace-id", "80f198ee56343ba864fe8b2a57d3eff7:4111111111111111:0:1"),
        ("sentry-trace", "80f198ee56343ba864fe8b2a57d3eff7-4111111111111111-1"),
    ])
    func `what a tracer writes is no card, and a card is not what it writes`(
        name: String,
        value: String
    ) async throws {
        let api = try APIFixture()
        let field = try #require(HTTPFieldName(name))
        #expect(await api.send(.get, "/orders", fields: [field: value]).status == 200)
        for card in ["4111-1111-1111-1111", "\(value) 4111111111111111"] {
            expect(
                await api.send(.get, "/orders", fields: [field: card]),
                at: "header:\(name.lowercased())",
                hides: "4111"
            )
        }
    }

    @Test
    func `the name of a secret is no place for a card`() async throws {
        let card = "4111111111111111"
        let refused = await (try APIFixture()).send(
            .post,
            "/adapters/accounts",
            """
            {"vendor":"acme","name":"n","mode":"test","credentials":{"fields":{"\(card)":"x"}}}
            """
        )
        expect(refused, at: "/credentials/fields", hides: card)
    }

    @Test
    func `the place of an unknown secret is a JSON pointer`() async throws {
        let refused = await (try APIFixture()).send(
            .post,
            "/adapters/accounts",
            #"{"vendor":"acme","name":"n","mode":"test","credentials":{"fields":{"a/b~c":"x"}}}"#
        )
        #expect(refused.pointers.contains("/credentials/fields/a~1b~0c"))
    }

    @Test
    func `a merchant's secret may look like anything`() async throws {
        let api = try APIFixture()
        let body = """
            {"vendor":"acme","name":"n","mode":"test",
             "credentials":{"fields":{"secret_key":"4111111111111111"}}}
            """
        #expect(await api.send(.post, "/adapters/accounts", body).status == 201)
    }

    @Test(arguments: [
        "411111111111111", "A4111111111111111", "41111111111111112222", "1234567890123",
    ])
    func `what is no card number passes`(text: String) async throws {
        let body =
            #"{"reference":"\#(text)","currency":"USD","items":[{"description":"d","quantity":1,"unit_amount":1}]}"#
        #expect(await (try APIFixture()).send(.post, "/orders", body).status == 201)
    }

    private func expect(
        _ refused: APIFixture.Exchange,
        at pointer: String,
        hides card: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(refused.status == 422, sourceLocation: sourceLocation)
        #expect(refused.code == "card_data_not_accepted", sourceLocation: sourceLocation)
        #expect(refused.pointers == [pointer], sourceLocation: sourceLocation)
        let text = String(decoding: refused.body, as: UTF8.self)
        #expect(!text.contains(card), sourceLocation: sourceLocation)
        let fields = refused.fields.all.map(\.value).joined()
        #expect(!fields.contains(card), sourceLocation: sourceLocation)
    }
}
