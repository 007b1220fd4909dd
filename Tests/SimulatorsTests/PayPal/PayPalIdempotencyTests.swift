import HTTP
import JSON
import Testing

@testable import Simulators

/// Repeats under one `PayPal-Request-Id` (section 1).
struct PayPalIdempotencyTests {
    private var bench = PayPalBench()

    @Test mutating func `a repeat shows the order as it now is, with 200`() throws {
        let first = bench.post("/v2/checkout/orders", PayPalBench.order(), key: "k")
        let again = bench.post("/v2/checkout/orders", PayPalBench.order(), key: "k")
        #expect(first.status == 201)
        #expect(again.status == 200)
        #expect(again.json == first.json)
        _ = try bench.control("POST", "orders/\(first.id)/approve")
        let later = bench.post("/v2/checkout/orders", PayPalBench.order("1.00"), key: "k")
        #expect(later.id == first.id)
        #expect(later.state == "APPROVED")
        #expect(bench.world.orders.count == 1)
    }

    @Test mutating func `one key stands for each type of call`() throws {
        let order = try bench.approved()
        let path = "/v2/checkout/orders/\(order)"
        let paid = bench.post("\(path)/authorize", key: "k")
        #expect(bench.post("/v2/checkout/orders", PayPalBench.order(), key: "k").id != order)
        let repeated = bench.post("\(path)/authorize", key: "k")
        #expect(repeated.status == 200)
        #expect(repeated.json == paid.json)
        #expect(bench.world.book[order]?.approvals == 1)
    }

    @Test mutating func `money moves once under one key`() throws {
        let (order, hold) = try bench.held()
        let body: JSONValue = ["amount": PayPalBench.money("4.00")]
        let captures = "/v2/payments/authorizations/\(hold)/capture"
        let first = bench.post(captures, body, key: "k")
        #expect(bench.post(captures, body, key: "k").id == first.id)
        let refunds = "/v2/payments/captures/\(first.id)/refund"
        let refund = bench.post(refunds, ["amount": PayPalBench.money("1.00")], key: "k")
        let repeated = bench.post(refunds, ["amount": PayPalBench.money("1.00")], key: "k")
        #expect(repeated.status == 200)
        #expect(repeated.id == refund.id)
        let voiding = "/v2/payments/authorizations/\(hold)/void"
        #expect(bench.post(voiding, key: "k").status == 200)
        #expect(bench.post(voiding, key: "k").status == 200)
        let entry = try #require(bench.world.book[order])
        #expect(entry.captures == 1)
        #expect(entry.refunds == 1)
        #expect(entry.released == 699)
        #expect(entry.keys.suffix(3) == ["k", "k", "k"])
    }

    @Test mutating func `a refusal is not kept`() throws {
        let id = bench.post("/v2/checkout/orders", PayPalBench.order()).id
        let path = "/v2/checkout/orders/\(id)/authorize"
        #expect(bench.post(path, key: "k").issue == "ORDER_NOT_APPROVED")
        _ = try bench.control("POST", "orders/\(id)/approve")
        #expect(bench.post(path, key: "k").status == 201)
    }

    @Test mutating func `a repeat while the first runs is told so`() {
        let call = bench.call(.post, "/v2/checkout/orders", PayPalBench.order(), key: "k")
        let first = bench.machine.begin(call, at: bench.now)
        let collision = bench.send(call)
        #expect(collision.status == 409)
        #expect(collision.json["name"] == "RESOURCE_CONFLICT")
        #expect(collision.issue == "PREVIOUS_REQUEST_IN_PROGRESS")
        let done = bench.answer(to: first)
        #expect(bench.send(call).id == done.id)
    }

    @Test(arguments: [
        ("orders", Duration.seconds(6 * 3_600)), ("setup-tokens", .seconds(3 * 3_600)),
    ])
    mutating func `a key is forgotten in time`(kind: String, lifetime: Duration) {
        let path = kind == "orders" ? "/v2/checkout/orders" : "/v3/vault/setup-tokens"
        let body: JSONValue =
            kind == "orders"
            ? PayPalBench.order(source: nil) : ["payment_source": ["card": [:]]]
        let first = bench.post(path, body, key: "k").id
        bench.advance(lifetime - .seconds(1))
        #expect(bench.post(path, body, key: "k").id == first)
        bench.advance(.seconds(1))
        #expect(bench.post(path, body, key: "k").id != first)
    }

    @Test mutating func `a payment's key lives for 45 days`() throws {
        let (_, capture) = try bench.paid()
        let path = "/v2/payments/captures/\(capture)/refund"
        let body: JSONValue = ["amount": PayPalBench.money("1.00")]
        let first = bench.post(path, body, key: "k").id
        bench.advance(.seconds(45 * 86_400 - 1))
        #expect(bench.post(path, body, key: "k").id == first)
        bench.advance(.seconds(1))
        #expect(bench.post(path, body, key: "k").id != first)
    }

    @Test mutating func `the vault wants a key and nobody wants a long one`() {
        let setup = bench.call(.post, "/v3/vault/setup-tokens", ["payment_source": ["card": [:]]])
        #expect(bench.send(setup).issue == "PAYPAL_REQUEST_ID_REQUIRED")
        let long = String(repeating: "k", count: 109)
        let refused = bench.post("/v2/checkout/orders", PayPalBench.order(), key: long)
        #expect(refused.issue == "INVALID_STRING_LENGTH")
        let free = bench.send(bench.call(.post, "/v2/checkout/orders", PayPalBench.order()))
        #expect(free.status == 201)
    }

    @Test mutating func `a lost answer is found again`() throws {
        let order = try bench.approved()
        let path = "/v2/checkout/orders/\(order)/authorize"
        for fault in [CallFault.loseReply, .fail(status: 500, afterEffect: true, isKept: true)] {
            _ = bench.machine.callFaults.add(fault, when: FaultTrigger(count: 1))
            _ = bench.post(path, key: "k")
            #expect(bench.world.book[order]?.approvals == 1)
        }
        let found = bench.post(path, key: "k")
        #expect(found.status == 200)
        #expect(found.authorization?["status"] == "CREATED")
        #expect(bench.post(path, key: "other").issue == "ORDER_ALREADY_AUTHORIZED")
    }
}
