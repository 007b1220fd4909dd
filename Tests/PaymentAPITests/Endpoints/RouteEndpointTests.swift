import HTTP
import JSON
import PaymentCore
import TestKit
import Testing

@testable import PaymentAPI

/// Routes over HTTP: replaced, read, previewed, and kept with payments.
struct RouteEndpointTests {
    private let api: APIFixture

    init() throws {
        api = try APIFixture()
    }

    private func put(
        _ rules: String,
        version: Int64 = 0,
        fields: HTTPFields = HTTPFields()
    ) async -> APIFixture.Exchange {
        await api.send(
            .put,
            "/adapters/routes",
            #"{"version":\#(version),"rules":[\#(rules)]}"#,
            fields: fields
        )
    }

    private func rule(_ name: String, when: String = "{}", cascade: Bool = false) -> String {
        """
        {"name":"\(name)","when":\(when),"cascade":\(cascade),
         "targets":[{"merchant_account_id":"\(api.account.id)","weight":3}]}
        """
    }

    @Test
    func `routes are empty, then replaced version by version, and all are kept`() async {
        let none = await api.send(.get, "/adapters/routes")
        #expect(none.status == 200)
        #expect(none.json["version"] == 0)
        let first = await put(
            rule("kabul", when: #"{"property_ids":["kabul-1"],"countries":["AF"]}"#)
                + "," + rule("rest", cascade: true),
            fields: ["Gateway-Actor": "anna"]
        )
        #expect(first.status == 200)
        #expect(first.json["version"] == 1)
        // The version in the body is what is compared: a tag would promise If-Match.
        #expect(first.fields["ETag"] == nil)
        #expect(first.json["warnings"] == [])
        #expect(first.json["changed_by"] == "anna")
        let second = await put("", version: 1)
        #expect(second.json["version"] == 2)
        #expect(second.json["rules"] == [])
        let old = await api.send(.get, "/adapters/routes?version=1")
        #expect(old.json["rules"]?[0]?["when"]?["property_ids"] == ["kabul-1"])
        #expect(old.json["rules"]?[0]?["targets"]?[0]?["weight"] == 3)
        #expect(old.json["rules"]?[1]?["cascade"] == true)
        #expect(await api.send(.get, "/adapters/routes?version=9").status == 404)
    }

    @Test
    func `somebody else's change is not overwritten unseen`() async {
        #expect(await put(rule("a")).status == 200)
        let late = await put(rule("b"))
        #expect(late.status == 409)
        #expect(late.code == "version_conflict")
        #expect(late.json["detail"]?.stringValue?.contains("1") == true)
    }

    @Test
    func `rules that cannot hold are refused with their exact place`() async {
        let stranger: MerchantAccountID = api.identifiers.make()
        let refused = await put(
            rule("a") + "," + rule("a", when: #"{"currencies":["USD"]}"#) + """
                ,{"name":"c","targets":[{"merchant_account_id":"\(stranger)"}],
                  "when":{"amount_min":5}}
                """
        )
        #expect(refused.status == 422)
        #expect(
            Set(refused.pointers) == [
                "/rules/1/name", "/rules/1", "/rules/2", "/rules/2/when",
                "/rules/2/targets/0/merchant_account_id",
            ]
        )
        #expect(await put(rule("a", when: #"{"amount_min":5,"amount_max":4}"#)).status == 422)
        #expect(await put(rule("a", when: #"{"method_kinds":["cash"]}"#)).status == 422)
        #expect(await put(rule("a", when: #"{"country":["AF"]}"#)).status == 422)
        #expect(await put(#"{"name":"a","targets":[]}"#).status == 422)
        #expect(await api.send(.get, "/adapters/routes").json["version"] == 0)
    }

    @Test
    func `a gap is told by an example, in the caller's language`() async {
        let gap = await put(
            rule("dollars", when: #"{"currencies":["USD"],"method_kinds":["card"]}"#),
            fields: ["Accept-Language": "ru"]
        )
        #expect(gap.status == 200)
        let warning = gap.json["warnings"]?[0]
        #expect(warning?["code"] == "gap")
        #expect(warning?["example"]?["method_kind"] == "card")
        #expect(warning?["example"]?["currency"] == .null)
        #expect(warning?["message"]?.stringValue?.hasPrefix("Ни одно правило") == true)
    }

    @Test(arguments: RoutingWarningCode.allCases)
    func `every warning is told differently in each language`(code: RoutingWarningCode) {
        #expect(Set(Language.allCases.map { code.text[$0] }).count == Language.allCases.count)
    }

    @Test
    func `a preview tells which gateway a payment would take, and why`() async {
        let kabul = #"{"property_ids":["kabul-1"]}"#
        #expect(await put(rule("kabul", when: kabul)).status == 200)
        let payment = #""amount":500,"currency":"USD","method":{"kind":"card"}"#
        let taken = await api.send(
            .post,
            "/adapters/routes/preview",
            #"{\#(payment),"property_id":"kabul-1"}"#
        )
        #expect(taken.status == 200)
        #expect(taken.json["gateway"] == "acme")
        #expect(taken.json["problem"] == .null)
        #expect(taken.json["routing"]?["rule"] == "kabul")
        #expect(taken.json["routing"]?["version"] == 1)
        #expect(taken.json["routing"]?["candidates"]?[0]?["health"]?["state"] == "closed")
        let none = await api.send(.post, "/adapters/routes/preview", "{\(payment)}")
        #expect(none.json["gateway"] == .null)
        #expect(none.json["problem"] == "no_route")
        let named = await api.send(
            .post,
            "/adapters/routes/preview",
            #"{\#(payment),"provider":"acme"}"#
        )
        #expect(named.json["routing"]?["basis"] == "provider")
        #expect(api.vendor.calls == 0, "nothing is asked")
    }

    @Test
    func `a payment keeps its decision, and one without a route is refused`() async throws {
        let kabul = #"{"property_ids":["kabul-1"],"countries":["AF"]}"#
        #expect(await put(rule("kabul", when: kabul)).status == 200)
        let payment = #""amount":500,"currency":"USD","method":{"kind":"card"}"#
        let refused = await api.send(.post, "/intents", "{\(payment)}", key: "a")
        #expect(refused.status == 422)
        #expect(refused.code == "no_route")
        let taken = await api.send(
            .post,
            "/intents",
            #"{\#(payment),"property_id":"kabul-1","country":"AF"}"#,
            key: "b"
        )
        #expect(taken.status == 201)
        #expect(taken.json["country"] == "AF")
        let id = try #require(taken.json["id"]?.stringValue)
        let read = await api.send(.get, "/intents/\(id)")
        #expect(read.json["routing"]?["rule"] == "kabul")
        #expect(read.json["routing"]?["candidates"]?[0]?["gateway"] == "acme")
        let bypass = await api.send(
            .post,
            "/intents",
            #"{\#(payment),"provider":"acme"}"#,
            key: "c"
        )
        #expect(bypass.status == 201)
    }

    @Test
    func `only who may manage gateways changes routes, and only who may choose bypasses them`()
        async throws
    {
        let clerk = try APIFixture(permissions: [.view, .create])
        let put = await clerk.send(.put, "/adapters/routes", #"{"version":0,"rules":[]}"#)
        #expect(put.status == 403)
        #expect(await clerk.send(.get, "/adapters/routes").status == 200)
        let named = await clerk.send(
            .post,
            "/intents",
            #"{"amount":5,"currency":"USD","method":{"kind":"card"},"provider":"acme"}"#,
            key: "k"
        )
        #expect(named.status == 403)
    }
}
