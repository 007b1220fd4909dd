import HTTP
import JSON
import Testing

@testable import Simulators

/// The rules of section 1.
struct StripeIdempotencyTests {
    private var bench = StripeBench()

    @Test mutating func `a repeat gets the stored answer and moves nothing`() throws {
        let first = try bench.post("/v1/customers", ["email": "a@example.com"], key: "k")
        let second = try bench.post("/v1/customers", ["email": "a@example.com"], key: "k")
        #expect(second.json == first.json)
        #expect(first.fields["Idempotent-Replayed"] == nil)
        #expect(second.fields["Idempotent-Replayed"] == "true")
        #expect(second.fields["Request-Id"] != first.fields["Request-Id"])
        #expect(bench.machine.vendor.world.customers.count == 1)
    }

    @Test mutating func `the order of parameters does not matter`() throws {
        let first = try bench.post("/v1/customers", ["email": "a@b.c", "name": "A"], key: "k")
        let second = try bench.post("/v1/customers", ["name": "A", "email": "a@b.c"], key: "k")
        #expect(second.id == first.id)
    }

    @Test mutating func `a stored decline is replayed`() throws {
        let pay: KeyValuePairs = [
            "amount": "1099", "currency": "eur", "payment_method": "pm_card_chargeDeclined",
            "payment_method_types[]": "card", "confirm": "true",
        ]
        let first = try bench.post("/v1/payment_intents", pay, key: "k")
        let second = try bench.post("/v1/payment_intents", pay, key: "k")
        #expect(first.status == 402)
        #expect(second.status == 402)
        #expect(second.json == first.json)
        #expect(second.fields["Idempotent-Replayed"] == "true")
    }

    @Test mutating func `other parameters under the same key are refused`() throws {
        _ = try bench.post("/v1/customers", ["email": "a@example.com"], key: "k")
        let other = try bench.post("/v1/customers", ["email": "b@example.com"], key: "k")
        #expect(other.status == 400)
        #expect(other.error?["type"] == "idempotency_error")
        #expect(
            other.error?["message"]
                == .string(
                    "Keys for idempotent requests can only be used with the same parameters they "
                        + "were first used with."
                )
        )
    }

    @Test mutating func `the same key on another path is refused`() throws {
        _ = try bench.post("/v1/customers", [:], key: "k")
        #expect(try bench.post("/v1/setup_intents", [:], key: "k").status == 400)
    }

    @Test mutating func `a failed validation is not stored`() throws {
        let bad = try bench.post("/v1/payment_intents", ["amount": "x"], key: "k")
        #expect(bad.status == 400)
        let good = try bench.post(
            "/v1/payment_intents",
            ["amount": "100", "currency": "eur"],
            key: "k"
        )
        #expect(good.status == 200)
    }

    @Test mutating func `a refusal of the endpoint is stored`() throws {
        let missing = try bench.post("/v1/payment_intents/pi_none/capture", [:], key: "k")
        #expect(missing.status == 404)
        let again = try bench.post("/v1/payment_intents/pi_none/capture", [:], key: "k")
        #expect(again.fields["Idempotent-Replayed"] == "true")
    }

    @Test mutating func `a repeat while the first runs is told so and not stored`() throws {
        let call = StripeBench.call(.post, "/v1/customers", ["name": "A"], key: "k")
        let first = bench.machine.begin(call, at: bench.now)
        let collision = try bench.send(call)
        #expect(collision.status == 409)
        #expect(collision.code == "idempotency_key_in_use")
        let done = try bench.answer(to: first)
        #expect(done.status == 200)
        #expect(try bench.send(call).id == done.id)
    }

    @Test mutating func `a key runs anew after a day`() throws {
        let first = try bench.post("/v1/customers", ["name": "A"], key: "k")
        try bench.advance(.seconds(24 * 3_600 - 1))
        #expect(try bench.post("/v1/customers", ["name": "A"], key: "k").id == first.id)
        try bench.advance(.seconds(1))
        #expect(try bench.post("/v1/customers", ["name": "A"], key: "k").id != first.id)
    }

    @Test mutating func `reading ignores the key`() throws {
        var call = StripeBench.call(.get, "/v1/account")
        call.fields[.idempotencyKey] = "k"
        #expect(try bench.send(call).status == 200)
        #expect(try bench.send(call).fields["Idempotent-Replayed"] == nil)
        #expect(try bench.post("/v1/customers", [:], key: "k").status == 200)
    }

    @Test mutating func `a key of more than 255 characters is refused`() throws {
        let long = String(repeating: "k", count: 256)
        #expect(try bench.post("/v1/customers", [:], key: long).status == 400)
        #expect(try bench.post("/v1/customers", [:], key: String(long.dropLast())).status == 200)
    }

    @Test mutating func `without a key every call runs`() throws {
        let call = StripeBench.call(.post, "/v1/customers")
        #expect(try bench.send(call).id != bench.send(call).id)
    }
}
