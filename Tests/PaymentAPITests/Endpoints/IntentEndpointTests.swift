import HTTP
import JSON
import PaymentCore
import TestKit
import Testing

struct IntentEndpointTests {
    private let api: APIFixture

    init() throws {
        api = try APIFixture()
    }

    private static let card = #"{"amount":12500,"currency":"USD","method":{"kind":"card"}}"#

    @Test
    func `a payment is authorized, captured in part and refunded`() async throws {
        let created = await api.send(.post, "/intents", Self.card, key: "a")
        #expect(created.status == 201)
        #expect(created.json["status"] == "authorized")
        #expect(created.json["billing_status"] == "pending")
        #expect(created.json["amount_capturable"] == 12500)
        #expect(created.json["last_attempt"]?["outcome"] == "succeeded")
        let id = try #require(created.json["id"]?.stringValue)
        #expect(created.fields[.location] == "/api/v1/payments/intents/\(id)")

        let body = #"{"amount":5000,"final":false}"#
        let captured = await api.send(.post, "/intents/\(id)/capture", body, key: "b")
        #expect(captured.status == 200)
        #expect(captured.json["status"] == "partially_captured")
        #expect(captured.json["captures"]?[0]?["amount"] == 5000)

        let refund = #"{"amount":2000,"reason":"requested_by_customer"}"#
        let refunded = await api.send(.post, "/intents/\(id)/refunds", refund, key: "c")
        #expect(refunded.status == 201)
        #expect(refunded.json["amount_refunded"] == 2000)

        let read = await api.send(.get, "/transactions/\(id)")
        #expect(read.status == 200)
        let events = read.json["timeline"]?.arrayValue?.compactMap { $0["event"]?.stringValue }
        #expect(
            events == [
                "created", "authorize.asked", "authorize.succeeded", "capture.asked",
                "capture.succeeded", "refund.asked", "refund.succeeded",
            ]
        )
    }

    @Test
    func `a hold is voided`() async throws {
        let created = await api.send(.post, "/intents", Self.card, key: "a")
        let id = try #require(created.json["id"]?.stringValue)
        let voided = await api.send(
            .post,
            "/intents/\(id)/void",
            #"{"reason":"cancelled"}"#,
            key: "v"
        )
        #expect(voided.status == 200)
        #expect(voided.json["status"] == "voided")
        let again = await api.send(.post, "/intents/\(id)/void", nil, key: "w")
        #expect(again.status == 409)
        #expect(again.code == "state_conflict")
    }

    @Test
    func `a decline is 402 with its intent and its reason`() async throws {
        api.vendor.failNext(
            .decline(
                Decline(
                    .soft,
                    code: "insufficient_funds",
                    networkCode: "51",
                    retryAfter: .seconds(3_600)
                )
            )
        )
        let declined = await api.send(.post, "/intents", Self.card, key: "a")
        #expect(declined.status == 402)
        #expect(declined.fields[.contentType] == "application/problem+json")
        #expect(declined.code == "payment_declined")
        #expect(declined.json["decline"]?["class"] == "soft")
        #expect(declined.json["decline"]?["network_code"] == "51")
        #expect(declined.json["decline"]?["retry_after"]?.stringValue?.hasSuffix("Z") == true)
        #expect(declined.json["intent"]?["status"] == "requires_payment_method")

        let replayed = await api.send(.post, "/intents", Self.card, key: "a")
        #expect(replayed.status == 402)
        #expect(replayed.fields[.idempotentReplayed] == "true")
        #expect(replayed.body == declined.body)
    }

    @Test
    func `an answer that was lost is 202 and unknown, never success or failure`() async throws {
        api.vendor.failNext(.answerLost)
        let accepted = await api.send(.post, "/intents", Self.card, key: "a")
        #expect(accepted.status == 202)
        #expect(accepted.json["status"] == "processing")
        #expect(accepted.json["last_attempt"]?["outcome"] == "unknown")
    }

    @Test
    func `a vendor that cannot be reached is 503 and the key may be used again`() async throws {
        api.vendor.failNext(.unreachable)
        let failed = await api.send(.post, "/intents", Self.card, key: "a")
        #expect(failed.status == 503)
        #expect(failed.code == "vendor_unavailable")
        #expect(failed.fields[.retryAfter] == "5")
        let retried = await api.send(.post, "/intents", Self.card, key: "a")
        #expect(retried.status == 201)
    }

    @Test
    func `a payer who must act is told where`() async throws {
        api.vendor.failNext(.requireAction)
        let created = await api.send(.post, "/intents", Self.card, key: "a")
        #expect(created.status == 201)
        #expect(created.json["status"] == "requires_action")
        #expect(created.json["next_action"]?["type"] == "redirect")
        #expect(created.json["next_action"]?["url"] == "https://vendor.example/3ds")
    }

    @Test
    func `only creating asks nobody, and authorizing later does`() async throws {
        let body = #"{"amount":700,"currency":"EUR","method":{"kind":"card"},"confirm":false}"#
        let created = await api.send(.post, "/intents", body, key: "a")
        #expect(created.status == 201)
        #expect(created.json["status"] == "requires_payment_method")
        #expect(created.json["last_attempt"] == .null)
        #expect(api.vendor.calls == 0)
        let id = try #require(created.json["id"]?.stringValue)
        let changed = await api.send(.put, "/intents/\(id)/method", #"{"kind":"redirect"}"#)
        #expect(changed.status == 200)
        #expect(changed.json["method"]?["kind"] == "redirect")
        let authorized = await api.send(.post, "/intents/\(id)/authorize", "{}", key: "b")
        #expect(authorized.status == 200)
        #expect(authorized.json["status"] == "authorized")
    }

    @Test
    func `an order comes along, new or known`() async throws {
        let body = """
            {"amount":12500,"currency":"USD","method":{"kind":"card"},"property_id":"kabul-1",
             "order":{"reference":"BK-1001","items":[
               {"description":"Double room","quantity":2,"unit_amount":6250}]},
             "metadata":{"booking":"BK-1001"}}
            """
        let created = await api.send(.post, "/intents", body, key: "a")
        #expect(created.status == 201)
        #expect(created.json["metadata"]?["booking"] == "BK-1001")
        let order = try #require(created.json["order_id"]?.stringValue)
        let read = await api.send(.get, "/orders/\(order)")
        #expect(read.json["amount"] == 12500)
        let next = """
            {"amount":100,"currency":"USD","method":{"kind":"card"},"order":{"id":"\(order)"}}
            """
        #expect(
            await api.send(.post, "/intents", next, key: "b").json["order_id"]?.stringValue == order
        )
    }

    @Test
    func `what does not exist is not found, and neither is what is no identifier`() async {
        for id in [IntentID(api.identifiers.next()).description, "pay_1", "nonsense"] {
            let read = await api.send(.get, "/intents/\(id)")
            #expect(read.status == 404)
            #expect(read.code == "not_found")
        }
        let missing = IntentID(api.identifiers.next())
        let captured = await api.send(.post, "/intents/\(missing)/capture", "{}", key: "k")
        #expect(captured.status == 404)
    }

    @Test
    func `naming the vendor takes a permission of its own`() async throws {
        let body = #"{"amount":1,"currency":"USD","method":{"kind":"card"},"provider":"acme"}"#
        let limited = try APIFixture(permissions: [.create])
        let refused = await limited.send(.post, "/intents", body, key: "a")
        #expect(refused.status == 403)
        #expect(refused.code == "permission_denied")
        #expect(await api.send(.post, "/intents", body, key: "a").status == 201)
    }

    @Test
    func `what was captured cannot be captured beyond the hold`() async throws {
        let created = await api.send(.post, "/intents", Self.card, key: "a")
        let id = try #require(created.json["id"]?.stringValue)
        let refused = await api.send(
            .post,
            "/intents/\(id)/capture",
            #"{"amount":12501}"#,
            key: "b"
        )
        #expect(refused.status == 422)
        #expect(refused.code == "amount_exceeds_limit")
        #expect(refused.pointers == ["/amount"])
    }
    @Test
    func `a token of one use is refused where no vendor takes it, and never echoed`() async {
        let code = "CP-code-of-the-payer"
        let body =
            #"{"amount":1,"currency":"USD","provider":"acme","method":{"kind":"card","one_time_token":"\#(code)"}}"#
        let refused = await api.send(.post, "/intents", body, key: "a")
        #expect(refused.status == 422)
        #expect(refused.code == "not_supported")
        #expect(refused.json["detail"]?.stringValue?.contains("one_time_token") == true)
        #expect(!String(decoding: refused.body, as: UTF8.self).contains(code))
        #expect(api.vendor.calls == 0)
    }

    @Test(arguments: [
        (#""method":{"kind":"cash","drawer_id":"d","one_time_token":"t"}"#, "conflict"),
        (#""method":{"kind":"wallet","one_time_token":"t"},"confirm":false"#, "conflict"),
        (#""method":{"kind":"wallet","one_time_token":"t"},"off_session":true"#, "conflict"),
        (#""method":{"kind":"wallet","one_time_token":"two words"}"#, "malformed"),
    ])
    func `a token of one use is the payer's, here and now`(members: String, code: String) async {
        let body = #"{"amount":1,"currency":"USD",\#(members)}"#
        let refused = await api.send(.post, "/intents", body, key: "a")
        #expect(refused.status == 422)
        #expect(refused.pointers == ["/method/one_time_token"])
        #expect(refused.json["errors"]?[0]?["code"]?.stringValue == code)
        #expect(api.vendor.calls == 0)
    }

    @Test
    func `an order in another currency is refused`() async throws {
        let order =
            #"{"reference":"B-1","currency":"UZS","items":[{"description":"Room","quantity":2,"unit_amount":6250}]}"#
        let made = await api.send(.post, "/orders", order, key: "o")
        let id = try #require(made.json["id"]?.stringValue)
        func pay(_ currency: String) async -> APIFixture.Exchange {
            let body =
                #"{"amount":12500,"currency":"\#(currency)","method":{"kind":"card"},"order":{"id":"\#(id)"}}"#
            return await api.send(.post, "/intents", body, key: currency)
        }
        let refused = await pay("USD")
        #expect(refused.status == 422)
        #expect(refused.pointers == ["/order/id"])
        #expect(refused.json["errors"]?[0]?["code"] == "conflict")
        #expect(api.vendor.calls == 0)
        #expect(await pay("UZS").status == 201)
    }

    @Test
    func `no token of one use is attached for later`() async throws {
        let body = #"{"amount":1,"currency":"USD","method":{"kind":"card"},"confirm":false}"#
        let created = await api.send(.post, "/intents", body, key: "a")
        let id = try #require(created.json["id"]?.stringValue)
        let attached = await api.send(
            .put,
            "/intents/\(id)/method",
            #"{"kind":"card","one_time_token":"t"}"#
        )
        #expect(attached.status == 422)
        #expect(attached.pointers == ["/one_time_token"])
    }

    @Test
    func `a method that cannot be is refused where the request names it`() async throws {
        let unknown = "\(api.identifiers.make() as PaymentMethodID)"
        let guaranteed = await api.send(
            .post,
            "/intents",
            #"""
            {"amount":1,"currency":"USD","method":{"kind":"cash"},
            "guarantee_method_id":"\#(unknown)"}
            """#,
            key: "a"
        )
        #expect(guaranteed.pointers == ["/guarantee_method_id"])
        let charged = await api.send(
            .post,
            "/intents",
            #"{"amount":1,"currency":"USD","method":{"kind":"card","id":"\#(unknown)"}}"#,
            key: "b"
        )
        #expect(charged.pointers == ["/method/id"])
        let created = await api.send(
            .post,
            "/intents",
            #"{"amount":1,"currency":"USD","method":{"kind":"card"},"confirm":false}"#,
            key: "c"
        )
        let id = try #require(created.json["id"]?.stringValue)
        for (method, pointer) in [
            (#"{"kind":"card","id":"\#(unknown)"}"#, "/id"),
            (#"{"kind":"cash","id":"\#(unknown)"}"#, "/id"),
            (#"{"kind":"card","drawer_id":"front-1"}"#, "/drawer_id"),
            (#"{"kind":"card","one_time_token":"t"}"#, "/one_time_token"),
        ] {
            let refused = await api.send(.put, "/intents/\(id)/method", method)
            #expect(refused.status == 422)
            #expect(refused.pointers == [pointer])
        }
    }
}
