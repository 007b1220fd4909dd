import HTTP
import JSON
import TestKit
import Testing

@testable import PaymentAPI

struct StrictBodyTests {
    private let api: APIFixture

    init() throws {
        api = try APIFixture()
    }

    @Test(arguments: [
        // Unknown at every depth.
        (#"{"amount":1,"currency":"USD","method":{"kind":"card"},"amout":2}"#, ["/amout"]),
        (#"{"amount":1,"currency":"USD","method":{"kind":"card","idd":"x"}}"#, ["/method/idd"]),
        (
            #"{"amount":1,"currency":"USD","method":{"kind":"card"},"order":{"reference":"r","items":[{"description":"d","quantity":1,"unit_amount":1,"a/b":1}]}}"#,
            ["/order/items/0/a~1b"]
        ),
        // Amounts are integers above zero.
        (#"{"amount":0,"currency":"USD","method":{"kind":"card"}}"#, ["/amount"]),
        (#"{"amount":-5,"currency":"USD","method":{"kind":"card"}}"#, ["/amount"]),
        (#"{"amount":1.0,"currency":"USD","method":{"kind":"card"}}"#, ["/amount"]),
        (#"{"amount":1e2,"currency":"USD","method":{"kind":"card"}}"#, ["/amount"]),
        (#"{"amount":"100","currency":"USD","method":{"kind":"card"}}"#, ["/amount"]),
        (#"{"amount":null,"currency":"USD","method":{"kind":"card"}}"#, ["/amount"]),
        (#"{"amount":9007199254740992,"currency":"USD","method":{"kind":"card"}}"#, ["/amount"]),
        (
            #"{"amount":99999999999999999999,"currency":"USD","method":{"kind":"card"}}"#,
            ["/amount"]
        ),
        // All at once.
        ("{}", ["/amount", "/currency", "/method"]),
        (#"{"amount":true,"currency":"usd","method":[]}"#, ["/amount", "/currency", "/method"]),
        (
            #"{"amount":1,"currency":"XXX","method":{"kind":"magic"}}"#,
            ["/currency", "/method/kind"]
        ),
        (
            #"{"amount":1,"currency":"USD","method":{"kind":"card","drawer_id":"d"}}"#,
            ["/method/drawer_id"]
        ),
        (
            #"{"amount":1,"currency":"USD","method":{"kind":"card"},"customer_id":"pay_1"}"#,
            ["/customer_id"]
        ),
        (
            #"{"amount":1,"currency":"USD","method":{"kind":"card"},"return_url":"javascript:x"}"#,
            ["/return_url"]
        ),
        (
            #"{"amount":1,"currency":"USD","method":{"kind":"card"},"metadata":{"a":1,"":"x"}}"#,
            ["/metadata/a", "/metadata/"]
        ),
        (#"[]"#, [""]),
        (#"7"#, [""]),
    ])
    func `what cannot be accepted is 422 and named`(body: String, pointers: [String]) async {
        let refused = await api.send(.post, "/intents", body, key: "a")
        #expect(refused.status == 422)
        #expect(refused.code == "validation_failed")
        #expect(refused.pointers == pointers)
        #expect(api.vendor.calls == 0)
    }

    @Test(arguments: [
        "", "{", #"{"amount":1,"amount":2}"#, #"{"a":"\ud800"}"#, "{} x", "{'a':1}", "nul",
        String(repeating: "[", count: 40) + String(repeating: "]", count: 40),
    ])
    func `what is no strict JSON is 400`(body: String) async {
        let refused = await api.send(.post, "/intents", body, key: "a")
        #expect(refused.status == 400)
        #expect(refused.code == "malformed_json")
    }

    @Test(arguments: [
        nil, "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16",
    ])
    func `only JSON is read`(type: String?) async {
        let fields: HTTPFields = type.map { [.contentType: $0] } ?? ["Content-Type": ""]
        let refused = await api.send(.post, "/intents", "{}", key: "a", fields: fields)
        #expect(refused.status == 415)
        #expect(refused.code == "unsupported_media_type")
    }

    @Test
    func `a packed body is not taken for broken JSON`() async {
        var fields: HTTPFields = [.contentEncoding: "identity"]
        let plain = await api.send(.post, "/intents", "{}", key: "a", fields: fields)
        #expect(plain.status == 422)
        fields.append(.contentEncoding, "GZIP")
        let packed = await api.send(.post, "/intents", "\u{1F}", key: "a", fields: fields)
        #expect(packed.status == 415)
        #expect(packed.code == "unsupported_media_type")
    }

    @Test(arguments: ["Authorization", "Tenant-Id", "Gateway-Actor", "Content-Type"])
    func `a field that says one thing is refused when it comes twice`(name: String) async throws {
        let name = try #require(HTTPFieldName(name))
        var fields: HTTPFields = [
            .authorization: "Bearer \(api.secret.text)", .tenantID: "\(api.tenant)",
            .gatewayActor: "anna", .contentType: "application/json",
        ]
        let once = await api.send(.post, "/customers", "{}", fields: fields)
        #expect(once.status == 201)
        fields.append(name, try #require(fields[name]))
        let twice = await api.send(.post, "/customers", "{}", fields: fields)
        #expect(twice.status == 400)
        #expect(twice.code == "malformed_request")
    }

    @Test(arguments: ["application/json", "Application/JSON; Charset=UTF-8", "application/x+json"])
    func `JSON by any of its names is read`(type: String) async {
        let refused = await api.send(
            .post,
            "/intents",
            "{}",
            key: "a",
            fields: [.contentType: type]
        )
        #expect(refused.status == 422)
    }

    @Test
    func `a body beyond the limit is 413`() async {
        let body = #"{"metadata":{"a":""# + String(repeating: "x", count: 300_000) + #""}}"#
        let refused = await api.send(.post, "/intents", body, key: "a")
        #expect(refused.status == 413)
        #expect(refused.code == "body_too_large")
    }

    @Test
    func `metadata is bounded`() async {
        let many = (0...50).map { #""k\#($0)":"v""# }.joined(separator: ",")
        let long = #""k":"\#(String(repeating: "x", count: 501))""#
        for (metadata, pointer) in [(many, "/metadata"), (long, "/metadata/k")] {
            let body =
                #"{"amount":1,"currency":"USD","method":{"kind":"card"},"metadata":{\#(metadata)}}"#
            let refused = await api.send(.post, "/intents", body, key: "a")
            #expect(refused.status == 422)
            #expect(refused.pointers == [pointer])
        }
    }

    @Test
    func `items whose sum cannot be told are refused`() async {
        let item = #"{"description":"d","quantity":1000000,"unit_amount":9007199254740991}"#
        let items = Array(repeating: item, count: 2).joined(separator: ",")
        let body = #"{"reference":"r","currency":"USD","items":[\#(items)]}"#
        let refused = await api.send(.post, "/orders", body)
        #expect(refused.status == 422)
        #expect(refused.pointers == ["/items"])
    }

    @Test(arguments: [
        ("/orders?limit=0", ["query:limit"]),
        ("/orders?limit=201", ["query:limit"]),
        ("/orders?limit=ten", ["query:limit"]),
        ("/orders?after=pay_1", ["query:after"]),
        ("/orders?colour=red", ["query:colour"]),
        ("/orders?limit=1&limit=2", ["query:limit"]),
        ("/intents?status=paid", ["query:status"]),
        ("/intents?created_from=yesterday", ["query:created_from"]),
        ("/intents?created_from=0000-01-01T00:00:00Z", ["query:created_from"]),
        ("/intents?created_before=9999-12-31T23:59:59-01:00", ["query:created_before"]),
        ("/intents?details.a%5Bnear%5D=1", ["query:details.a[near]"]),
        ("/intents?details.a%5Bbetween%5D=1", ["query:details.a[between]"]),
        ("/intents?details.=1", ["query:details."]),
        ("/events?wait=31", ["query:wait"]),
    ])
    func `a query is as strict as a body`(target: String, pointers: [String]) async {
        let refused = await api.send(.get, target)
        #expect(refused.status == 422)
        #expect(refused.code == "validation_failed")
        #expect(refused.pointers == pointers)
    }

    @Test(arguments: ["/orders?limit=%zz", "/orders?reference=%ff"])
    func `a query that cannot be decoded is 400`(target: String) async {
        let refused = await api.send(.get, target)
        #expect(refused.status == 400)
        #expect(refused.code == "malformed_query")
    }

    @Test
    func `paths and methods that are not served are told in JSON`() async {
        let missing = await api.send(.get, "/nothing")
        #expect(missing.status == 404)
        #expect(missing.code == "endpoint_not_found")
        let hidden = await api.send(.get, "/intents/a%2Fb")
        #expect(hidden.status == 404)
        #expect(hidden.code == "not_found")
        let wrong = await api.send(.delete, "/intents")
        #expect(wrong.status == 405)
        #expect(wrong.code == "method_not_allowed")
        #expect(wrong.fields[.allow] == "POST, GET, HEAD, OPTIONS")
    }

    @Test
    func `every answer forbids caches and carries the request's id and trace`() async {
        let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        for target in ["/orders", "/nothing"] {
            let answer = await api.send(.get, target, fields: [.traceparent: trace])
            #expect(answer.fields[.cacheControl] == "no-store")
            #expect(answer.fields[.requestID] == "req-1")
            let out = answer.fields[.traceparent]
            #expect(out?.hasPrefix("00-4bf92f3577b34da6a3ce929d0e0e4736-") == true)
            #expect(out != trace)
        }
    }
}
