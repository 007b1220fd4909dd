import HTTP
import JSON
import Testing

@testable import Simulators

/// Transport and validation (sections 1, 4 and 8).
struct StripeRequestTests {
    private var bench = StripeBench()

    struct Unacceptable: Sendable {
        let form: String
        let code: String?
        let name: String

        init(_ form: String, _ code: String?, _ name: String) {
            (self.form, self.code, self.name) = (form, code, name)
        }
    }

    static let unacceptable = [
        Unacceptable("amount=100", "parameter_missing", "currency"),
        Unacceptable("currency=eur", "parameter_missing", "amount"),
        Unacceptable("amount=10.5&currency=eur", "parameter_invalid_integer", "amount"),
        Unacceptable("amount=1e3&currency=eur", "parameter_invalid_integer", "amount"),
        Unacceptable("amount=%2B100&currency=eur", "parameter_invalid_integer", "amount"),
        Unacceptable("amount=-100&currency=eur", "parameter_invalid_integer", "amount"),
        Unacceptable("amount=0&currency=eur", "parameter_invalid_integer", "amount"),
        Unacceptable("amount=49&currency=usd", "amount_too_small", "amount"),
        Unacceptable("amount=29&currency=gbp", "amount_too_small", "amount"),
        Unacceptable("amount=100000000&currency=usd", "amount_too_large", "amount"),
        Unacceptable("amount=100&currency=eur&colour=red", "parameter_unknown", "colour"),
        Unacceptable("amount=100&currency=EUR", nil, "currency"),
        Unacceptable("amount=100&currency=euro", nil, "currency"),
        Unacceptable("amount=5124&currency=kwd", nil, "amount"),
        Unacceptable("amount=550&currency=isk", nil, "amount"),
        Unacceptable("amount=100&currency=eur&confirm=yes", nil, "confirm"),
        Unacceptable(
            "amount=100&currency=eur&confirm=true",
            "parameter_missing",
            "payment_method"
        ),
        Unacceptable("amount=100&currency=eur&off_session=true", nil, "off_session"),
        Unacceptable("amount=100&currency=eur&return_url=https://a.b", nil, "return_url"),
        Unacceptable("amount=100&currency=eur&capture_method=never", nil, "capture_method"),
        Unacceptable(
            "amount=100&currency=eur&statement_descriptor=HOTEL",
            nil,
            "statement_descriptor"
        ),
        Unacceptable(
            "amount=100&currency=eur&card%5Bnumber%5D=x",
            "parameter_unknown",
            "card[number]"
        ),
        Unacceptable(
            "amount=100&currency=eur&payment_method_options[card][x]=1",
            "parameter_unknown",
            "payment_method_options[card][x]"
        ),
    ]

    @Test(arguments: unacceptable)
    mutating func `an unacceptable parameter is named`(
        parameters: Unacceptable
    ) throws {
        var call = StripeBench.call(.post, "/v1/payment_intents")
        call.body = Array(parameters.form.utf8)
        let answer = try bench.send(call)
        #expect(answer.status == 400)
        #expect(answer.error?["type"] == "invalid_request_error")
        #expect(answer.code == parameters.code)
        #expect(answer.parameter == parameters.name)
        #expect(bench.machine.vendor.world.paymentIntents.count == 0)
    }

    @Test(arguments: [
        ("5120", "kwd"), ("50", "jpy"), ("500", "isk"), ("17500", "huf"), ("99999999", "usd"),
        ("100000000", "idr"), ("30", "gbp"),
    ])
    mutating func `an acceptable amount is accepted`(amount: String, currency: String) throws {
        let answer = try bench.post(
            "/v1/payment_intents",
            ["amount": amount, "currency": currency]
        )
        #expect(answer.status == 200)
        #expect(answer.json["currency"]?.stringValue == currency)
    }

    @Test mutating func `automatic methods need a way back`() throws {
        let pay: [(String, String)] = [
            ("amount", "100"), ("currency", "eur"), ("payment_method", "pm_card_visa"),
            ("confirm", "true"),
        ]
        func call(_ more: [(String, String)]) -> SimulatedCall {
            var call = StripeBench.call(.post, "/v1/payment_intents")
            call.body = FormEncoder(pay + more).bytes
            return call
        }
        #expect(try bench.send(call([])).parameter == "return_url")
        let never = [
            ("automatic_payment_methods[enabled]", "true"),
            ("automatic_payment_methods[allow_redirects]", "never"),
        ]
        #expect(try bench.send(call(never)).status == 200)
        #expect(try bench.send(call([("return_url", "https://a.example")])).status == 200)
        let both = never + [("payment_method_types[]", "card")]
        #expect(try bench.send(call(both)).parameter == "payment_method_types")
    }

    @Test mutating func `metadata has its limits`() throws {
        func create(_ name: String, _ value: String) throws -> StripeBench.Answer {
            try bench.post("/v1/customers", [name: value])
        }
        let key = String(repeating: "k", count: 40)
        let value = String(repeating: "v", count: 500)
        #expect(try create("metadata[\(key)]", value).json["metadata"]?[key] == .string(value))
        #expect(try create("metadata[\(key)k]", "v").status == 400)
        #expect(try create("metadata[k]", value + "v").status == 400)
        let many = (0...50).map { ("metadata[k\($0)]", "v") }
        var call = StripeBench.call(.post, "/v1/customers")
        call.body = FormEncoder(many).bytes
        #expect(try bench.send(call).status == 400)
    }

    @Test mutating func `an empty value unsets metadata`() throws {
        let id = try bench.post("/v1/customers", ["metadata[a]": "1", "metadata[b]": "2"]).id
        let some = try bench.post("/v1/customers/\(id)", ["metadata[a]": ""])
        #expect(some.json["metadata"] == ["b": "2"])
        #expect(try bench.post("/v1/customers/\(id)", ["metadata": ""]).json["metadata"] == [:])
    }

    @Test mutating func `only test keys get in`() throws {
        func status(_ authorization: String?) throws -> Int {
            var call = StripeBench.call(.get, "/v1/account")
            call.fields[.authorization] = authorization
            let answer = try bench.send(call)
            if answer.status == 401 {
                #expect(answer.error?["type"] == "authentication_error")
            }
            return answer.status
        }
        #expect(try status("Bearer sk_test_a") == 200)
        #expect(try status("Bearer rk_test_a") == 200)
        #expect(try status("Basic c2tfdGVzdF9hOg==") == 200)
        #expect(try status("Bearer sk_live_a") == 401)
        #expect(try status("sk_test_a") == 401)
        #expect(try status(nil) == 401)
    }

    @Test mutating func `a configured key is the only one`() throws {
        bench = StripeBench { $0.settings.secretKeys = ["sk_test_mine"] }
        #expect(try bench.get("/v1/account").status == 401)
    }

    @Test mutating func `a body must be a form`() throws {
        var call = StripeBench.call(.post, "/v1/customers")
        call.fields[.contentType] = "application/json"
        call.body = Array(#"{"name":"A"}"#.utf8)
        #expect(try bench.send(call).status == 400)
        call.fields[.contentType] = FormEncoder.contentType
        call.body = Array("name=%ZZ".utf8)
        #expect(try bench.send(call).status == 400)
    }

    @Test mutating func `a parameter given twice is refused`() throws {
        var call = StripeBench.call(.post, "/v1/customers")
        call.body = Array("name=A&name=B".utf8)
        #expect(try bench.send(call).parameter == "name")
    }

    @Test(arguments: [
        "/v1/nothing", "/v2/customers", "/v1", "/v1/payment_intents/pi_1/explode", "/v1/customers/",
        "/v1/payment_intents/pi_1/capture/now",
    ])
    mutating func `an unknown address is a 404`(path: String) throws {
        let answer = try bench.post(path)
        #expect(answer.status == 404)
        #expect(answer.error?["type"] == "invalid_request_error")
    }

    @Test(arguments: [
        "payment_intents", "refunds", "customers", "setup_intents", "payment_methods", "charges",
        "events", "balance_transactions",
    ])
    mutating func `an unknown identifier is a 404`(resource: String) throws {
        let answer = try bench.get("/v1/\(resource)/none")
        #expect(answer.status == 404)
        #expect(answer.code == "resource_missing")
    }

    @Test mutating func `versions are looked at`() throws {
        var call = StripeBench.call(.get, "/v1/account")
        for version in ["2022-11-15", "2026-10-28.endive"] {
            call.fields["Stripe-Version"] = version
            #expect(try bench.send(call).status == 200)
        }
        call.fields["Stripe-Version"] = "endive"
        #expect(try bench.send(call).status == 400)
        call.fields["Stripe-Version"] = nil
        #expect(try bench.send(call).status == 200)
    }

    @Test mutating func `every answer has its own request id`() throws {
        let one = try bench.get("/v1/account").fields["Request-Id"]
        let other = try bench.get("/v1/nothing").fields["Request-Id"]
        #expect(one?.hasPrefix("req_") == true)
        #expect(other?.hasPrefix("req_") == true)
        #expect(one != other)
    }

    @Test mutating func `expansion goes four levels down and no further`() throws {
        let paid = try bench.pay(capture: "automatic")
        let path = "/v1/payment_intents/\(paid.id)"
        let plain = try bench.get(path)
        #expect(plain.json["latest_charge"]?.stringValue?.hasPrefix("ch_") == true)
        let deep = try bench.get(path, ["expand[0]": "latest_charge.balance_transaction.source"])
        #expect(
            deep.json["latest_charge"]?["balance_transaction"]?["source"]?["id"]
                == plain.json["latest_charge"]
        )
        for bad in ["status", "latest_charge.amount", "a.b.c.d.e", ""] {
            let refused = try bench.get(path, ["expand[]": bad])
            #expect(refused.status == 400, "\(bad)")
            #expect(refused.parameter == "expand")
        }
    }

    @Test mutating func `over the limit is a 429`() throws {
        bench = StripeBench { $0.callsPerSecond = 2 }
        #expect(try bench.get("/v1/account").status == 200)
        #expect(try bench.get("/v1/account").status == 200)
        let limited = try bench.get("/v1/account")
        #expect(limited.status == 429)
        #expect(limited.code == "rate_limit")
        #expect(limited.fields["Stripe-Rate-Limited-Reason"] == "global-rate")
        try bench.advance(.seconds(1))
        #expect(try bench.get("/v1/account").status == 200)
    }
}
