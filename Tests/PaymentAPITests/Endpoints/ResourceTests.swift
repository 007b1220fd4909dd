import HTTP
import JSON
import PaymentCore
import Synchronization
import TestKit
import Testing

@testable import PaymentAPI

struct ResourceTests {
    private let api: APIFixture

    init() throws {
        api = try APIFixture()
    }

    @Test
    func `a customer is created, read and changed`() async throws {
        let body = #"{"reference":"g-1","name":"Anna","email":"anna@example.org"}"#
        let created = await api.send(.post, "/customers", body)
        #expect(created.status == 201)
        let id = try #require(created.json["id"]?.stringValue)
        let changed = await api.send(.patch, "/customers/\(id)", #"{"name":"Anna B","email":null}"#)
        #expect(changed.status == 200)
        #expect(changed.json["name"] == "Anna B")
        #expect(changed.json["email"] == .null)
        #expect(changed.json["reference"] == "g-1")
        #expect(await api.send(.get, "/customers/\(id)").json["name"] == "Anna B")
        for bad in [#"{"email":"anna"}"#, #"{"name":7}"#, #"{"id":"x"}"#] {
            #expect(await api.send(.patch, "/customers/\(id)", bad).status == 422)
        }
    }

    @Test
    func `a method is saved, made default and detached without its token being told`() async throws
    {
        let customer = await api.send(.post, "/customers", "{}")
        let owner = try #require(customer.json["id"]?.stringValue)
        let body = #"{"token":"pm_card_visa","customer_id":"\#(owner)"}"#
        let saved = await api.send(.post, "/payment-methods", body)
        #expect(saved.status == 201)
        #expect(saved.json["details"]?["last4"] == "4242")
        #expect(!String(decoding: saved.body, as: UTF8.self).contains("pm_card_visa"))
        let id = try #require(saved.json["id"]?.stringValue)
        let favoured = await api.send(.put, "/payment-methods/\(id)/default")
        #expect(favoured.json["default"] == true)
        #expect(await api.send(.get, "/payment-methods/\(id)").status == 200)
        let detached = await api.send(.delete, "/payment-methods/\(id)")
        #expect(detached.json["status"] == "detached")
    }

    /// No rule says where a card is kept, so whoever keeps one says it; where a payment goes is the
    /// rules' matter.
    @Test
    func `a card is kept where its keeper says, without the choice of a payment's gateway`()
        async throws
    {
        let api = try APIFixture(permissions: [.create, .view])
        let customer = await api.send(.post, "/customers", #"{"reference":"guest-1"}"#)
        let id = try #require(customer.json["id"]?.stringValue)
        let body = #"{"customer_id":"\#(id)","provider":"acme"}"#
        #expect(await api.send(.post, "/payment-methods/sessions", body).status == 201)
        let kept = await api.send(
            .post,
            "/payment-methods",
            #"{"token":"tok_1","customer_id":"\#(id)","provider":"acme"}"#
        )
        #expect(kept.status == 201)
        let payment =
            #"{"amount":1,"currency":"USD","method":{"kind":"card"},"provider":"acme"}"#
        #expect(await api.send(.post, "/intents", payment, key: "p").status == 403)
    }

    @Test
    func `cash is received, and given back when a second person agrees`() async throws {
        let clerk: HTTPFields = ["Gateway-Actor": "clerk"]
        let chief: HTTPFields = ["Gateway-Actor": "chief"]
        let body = #"{"amount":900,"currency":"USD","method":{"kind":"cash"}}"#
        let expected = await api.send(.post, "/intents", body, key: "a", fields: clerk)
        #expect(expected.status == 201)
        #expect(expected.json["status"] == "pending_cash")
        let id = try #require(expected.json["id"]?.stringValue)

        let receipt = #"{"intent_id":"\#(id)","drawer_id":"front-1"}"#
        let paid = await api.send(.post, "/cash/receipts", receipt, key: "b", fields: clerk)
        #expect(paid.status == 201)
        #expect(paid.json["status"] == "captured")

        let request = #"{"intent_id":"\#(id)","amount":400,"reason":"left early"}"#
        let asked = await api.send(.post, "/cash/refunds", request, key: "c", fields: clerk)
        #expect(asked.status == 201)
        #expect(asked.json["amount_refund_pending"] == 400)
        let refund = try #require(asked.json["refunds"]?[0]?["id"]?.stringValue)
        let (intent, movement) = (IntentID(id), RefundID(refund))
        api.queries.rows.withLock { rows in
            if let intent, let movement { rows.movements[movement.uuid] = intent }
        }

        let approve = "/cash/refunds/\(refund)/approve"
        let drawer = #"{"drawer_id":"front-1"}"#
        let alone = await api.send(.post, approve, drawer, key: "d", fields: clerk)
        #expect(alone.status == 403)
        #expect(alone.code == "second_person_required")
        let approved = await api.send(.post, approve, drawer, key: "e", fields: chief)
        #expect(approved.status == 200)
        #expect(approved.json["amount_refunded"] == 400)

        let totals = await api.send(.get, "/cash/drawers/front-1?from=2026-01-01T00:00:00Z")
        #expect(totals.json["totals"]?[0]?["balance"] == 500)
    }

    @Test
    func `a drawer is read by whatever name it may have`() async throws {
        for name in ["lobby/1", String(repeating: "ж", count: 64)] {
            var encoded = ""
            for byte in name.utf8 { encoded += "%" + String(byte, radix: 16) }
            let drawer = await api.send(.get, "/cash/drawers/\(encoded)")
            #expect(drawer.status == 200)
            #expect(drawer.json["id"]?.stringValue == name)
        }
    }

    @Test
    func `a vendor is told of before it is tried`() async {
        let adapters = await api.send(.get, "/adapters")
        #expect(adapters.json["data"]?[0]?["vendor"] == "acme")
        #expect(adapters.json["data"]?[0]?["recovery"] == "repeat_same_key")
        #expect(adapters.json["data"]?[0]?["credential_fields"]?[0]?["secret"] == true)
    }

    @Test
    func `an account is added and changed, and its secrets are never told`() async throws {
        let body = """
            {"vendor":"acme","name":"second","mode":"live","settlement_currency":"EUR",
             "credentials":{"fields":{"secret_key":"sk_quiet","webhook_secret":["w1","w2"]}}}
            """
        let added = await api.send(.post, "/adapters/accounts", body)
        #expect(added.status == 201)
        #expect(added.json["credential_fields"] == ["secret_key", "webhook_secret"])
        let id = try #require(added.json["id"]?.stringValue)
        let change = #"{"active":false,"settlement_currency":null}"#
        let changed = await api.send(.patch, "/adapters/accounts/\(id)", change)
        #expect(changed.json["active"] == false)
        #expect(changed.json["settlement_currency"] == .null)
        let all = await api.send(.get, "/adapters/accounts")
        #expect(all.json["data"]?.arrayValue?.count == 2)
        for answer in [added, changed, all, await api.send(.get, "/adapters/accounts/\(id)")] {
            let text = String(decoding: answer.body, as: UTF8.self)
            #expect(!text.contains("sk_quiet") && !text.contains("w1") && !text.contains("sk_hush"))
        }
    }

    @Test(arguments: [
        (#"{"fields":{"webhook_secret":"w"}}"#, ["/credentials/fields/secret_key"]),
        (
            #"{"fields":{"secret_key":"s","colour":"red"}}"#,
            ["/credentials/fields/colour"]
        ),
        (#"{"fields":{"secret_key":7}}"#, ["/credentials/fields/secret_key"]),
        (#"{"fields":{"secret_key":"two words"}}"#, ["/credentials/fields/secret_key"]),
        (#"{"fields":{"secret_key":["s","t"]}}"#, ["/credentials/fields/secret_key"]),
        (
            #"{"fields":{"secret_key":"s","webhook_secret":["a","b"],"x":"y"}}"#,
            ["/credentials/fields/x"]
        ),
        ("{}", ["/credentials/fields"]),
        (#"{"fields":{"secret_key":"s"},"file":"/x"}"#, ["/credentials/fields"]),
    ])
    func `credentials must be what the vendor needs`(
        credentials: String,
        pointers: [String]
    ) async {
        let body = #"{"vendor":"acme","name":"n","mode":"test","credentials":\#(credentials)}"#
        let refused = await api.send(.post, "/adapters/accounts", body)
        #expect(refused.status == 422)
        #expect(refused.pointers == pointers)
        let change = #"{"credentials":\#(credentials)}"#
        let unchanged = await api.send(.patch, "/adapters/accounts/\(api.account.id)", change)
        #expect(unchanged.pointers == pointers)
    }

    @Test(arguments: [#"{"file":"/etc/shadow"}"#, #"{"environment":{"secret_key":"PGPASSWORD"}}"#])
    func `a tenant cannot name the host's secrets`(credentials: String) async throws {
        let body = #"{"vendor":"acme","name":"n","mode":"test","credentials":\#(credentials)}"#
        #expect(await api.send(.post, "/adapters/accounts", body).status == 403)
        let platform = try APIFixture(isPlatform: true)
        let fields: HTTPFields = ["Tenant-Id": platform.tenant.description]
        #expect(
            await platform.send(.post, "/adapters/accounts", body, fields: fields).status == 201
        )
    }

    @Test
    func `another tenant's account is not found`() async {
        let foreign = MerchantAccount.sample(
            api.identifiers.make(),
            of: api.identifiers.make(),
            at: api.vendor.vendor
        )
        api.control.rows.withLock { $0.accounts[foreign.id] = foreign }
        #expect(await api.send(.get, "/adapters/accounts/\(foreign.id)").status == 404)
        #expect(await api.send(.patch, "/adapters/accounts/\(foreign.id)", "{}").status == 404)
    }

    @Test
    func `event subscriptions are listed page by page`() async throws {
        for number in 1...3 {
            let body = #"{"url":"https://example.com/\#(number)"}"#
            #expect(await api.send(.post, "/event-subscriptions", body).status == 201)
        }
        let first = await api.send(.get, "/event-subscriptions?limit=2")
        #expect(first.json["has_more"] == true)
        let next = try #require(first.json["next"]?.stringValue)
        let rest = await api.send(.get, "/event-subscriptions?limit=2&after=\(next)")
        #expect(rest.json["data"]?.arrayValue?.map { $0["url"] } == ["https://example.com/3"])
        #expect(rest.json["has_more"] == false)
    }

    @Test
    func `a recorded rate is not changed, and the one that would be is named`() async {
        func rate(_ value: String, _ source: String) -> String {
            #"""
            {"base":"USD","quote":"EUR","rate":"\#(value)","source":"\#(source)",
            "quoted_at":"2020-01-01T00:00:00Z"}
            """#
        }
        func put(_ rates: String...) async -> APIFixture.Exchange {
            let body = #"{"rates":[\#(rates.joined(separator: ","))]}"#
            return await api.send(.put, "/adapters/rates", body)
        }
        #expect(await put(rate("0.92", "ecb")).status == 200)
        #expect(await put(rate("0.92", "ecb"), rate("0.93", "desk")).status == 200)
        let changed = await put(rate("0.95", "new"), rate("0.91", "ecb"))
        #expect(changed.status == 422)
        #expect(changed.pointers == ["/rates/1/rate"])
        let twice = await put(rate("1", "other"), rate("2", "other"))
        #expect(twice.pointers == ["/rates/1/rate"])
    }

    @Test
    func `rates are recorded exactly`() async {
        let good = #"{"rates":[{"base":"USD","quote":"EUR","rate":"0.9213","source":"ecb"}]}"#
        let recorded = await api.send(.put, "/adapters/rates", good)
        #expect(recorded.status == 200)
        #expect(recorded.json["data"]?[0]?["rate"] == "0.9213")
        for (rate, pointer) in [
            (#"{"base":"USD","quote":"EUR","rate":0.92,"source":"e"}"#, "/rates/0/rate"),
            (#"{"base":"USD","quote":"EUR","rate":"1e3","source":"e"}"#, "/rates/0/rate"),
            (#"{"base":"USD","quote":"USD","rate":"1","source":"e"}"#, "/rates/0/quote"),
            (
                #"{"base":"USD","quote":"EUR","rate":"1","source":"e","quoted_at":"2126-01-01T00:00:00Z"}"#,
                "/rates/0/quoted_at"
            ),
        ] {
            let refused = await api.send(.put, "/adapters/rates", #"{"rates":[\#(rate)]}"#)
            #expect(refused.status == 422)
            #expect(refused.pointers == [pointer])
        }
    }

    @Test
    func `probes are answered without a key`() async throws {
        #expect(await api.probe(.get, "/health").json == ["status": "ok"])
        #expect(await api.probe(.get, "/openapi.json").json["openapi"] == "3.1.0")
        #expect(await api.probe(.get, "/metrics").status == 200)
        #expect(await api.probe(.get, "/health/ready").status == 200)
        let broken = try APIFixture(readiness: [ReadinessCheck(name: "database", isMet: false)])
        let answer = await broken.probe(.get, "/health/ready")
        #expect(answer.status == 503)
        #expect(answer.json["checks"]?[0]?["name"] == "database")
    }
}
