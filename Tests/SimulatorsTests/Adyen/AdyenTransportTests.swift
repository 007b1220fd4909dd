import HTTP
import JSON
import Testing

@testable import Simulators

/// Access, forms, keys and errors (sections 1, 4 and 8).
struct AdyenTransportTests {
    private var bench = AdyenBench()

    @Test mutating func `a key or a login lets in`() {
        var call = AdyenBench.call(.post, "/payments", AdyenBench.payment())
        call.fields["X-API-Key"] = nil
        #expect(bench.send(call).status == 401)
        call.fields[.authorization] = "Basic d3NAQ29tcGFueTpzZWNyZXQ="
        #expect(bench.send(call).status == 200)
        bench = AdyenBench { $0.settings.apiKeys = ["right"] }
        for (key, status) in [("right", 200), ("wrong", 401), ("", 401)] {
            call.fields["X-API-Key"] = key
            let answer = bench.send(call)
            #expect(answer.status == status)
            #expect(answer.error == (status == 401 ? "000" : nil))
        }
    }

    @Test mutating func `an account that is not ours is refused`() {
        bench = AdyenBench { $0.settings.merchantAccounts = ["Mine"] }
        let refused = bench.pay()
        #expect(refused.status == 403)
        #expect(refused.error == "901")
        #expect(refused.json["errorType"] == "security")
        let path = "/storedPaymentMethods?merchantAccount=Other&shopperReference=abc"
        #expect(bench.get(path).error == "901")
        #expect(bench.get("/storedPaymentMethods").error == "702")
    }

    @Test(arguments: [
        ("reference", "130"), ("amount", "100"), ("paymentMethod", "702"), ("returnUrl", "702"),
        ("merchantAccount", "702"),
    ])
    mutating func `what is missing is named`(field: String, code: String) throws {
        var body = try #require(AdyenBench.payment().objectValue)
        body[field] = nil
        let refused = bench.post("/payments", .object(body))
        #expect(refused.error == code)
        #expect(refused.status == (code == "702" ? 400 : 422))
        #expect(refused.fields["transient-error"] == "false")
    }

    @Test(arguments: [
        (Int64(0), "EUR", "137"), (-1, "EUR", "137"), (100, "XXX", "138"), (150, "CLP", "137"),
        (150, "ISK", "137"),
    ])
    mutating func `an impossible amount is refused`(value: Int64, currency: String, code: String) {
        #expect(bench.pay(value: value, currency: currency).error == code)
    }

    @Test(arguments: [
        ("CLP", Int64(100_000), Int64(1_000)), ("ISK", 100, 1), ("CVE", 5, 500), ("IDR", 5, 500),
        ("JPY", 500, 500), ("KWD", 5_124, 5_124), ("EUR", 1_099, 1_099),
    ])
    mutating func `the vendor's minor units are not always those of ISO 4217`(
        currency: String,
        value: Int64,
        standard: Int64
    ) {
        let paid = bench.pay(value: value, currency: currency)
        #expect(paid.json["amount"]?["value"] == .integer(value))
        #expect(bench.world.book[paid.psp]?.authorized == standard)
    }

    @Test mutating func `a field that is not documented is refused`() {
        let odd = bench.pay("test_visa", ["colour": "red"])
        #expect(odd.error == "702")
        #expect(odd.json["message"]?.stringValue?.hasPrefix("/colour") == true)
        #expect(bench.pay("test_visa", ["additionalData": ["manualCapture": "yes"]]).error == "702")
        #expect(bench.pay("test_visa", ["captureDelayHours": 673]).error == "702")
        let long = String(repeating: "x", count: 81)
        #expect(bench.pay("test_visa", ["metadata": ["a": .string(long)]]).error == "177")
        #expect(bench.pay(reference: long).error == "702")
        var call = AdyenBench.call(.post, "/payments", AdyenBench.payment())
        call.body.removeLast()
        #expect(bench.send(call).error == "702")
        call.fields[.contentType] = "text/plain"
        #expect(bench.send(call).error == "702")
    }

    @Test(arguments: [
        "/v72/nothing", "/v72/payments/X/nothing", "/v72/payments/X", "/v70/payments",
    ])
    mutating func `an unknown address is a 404`(path: String) {
        #expect(bench.send(SimulatedCall(.post, path)).status == 404)
    }

    @Test mutating func `live addresses have one part more`() {
        var call = AdyenBench.call(.post, "/payments", AdyenBench.payment())
        call.path = "/checkout/v72/payments"
        #expect(bench.send(call).status == 200)
        call.path = "/v71/payments"
        #expect(bench.send(call).status == 200)
    }

    // MARK: Keys

    @Test mutating func `a repeat gets the first answer, refusals and errors included`() {
        for card in ["test_visa", "test_refused_12"] {
            let body = AdyenBench.payment(card)
            let first = bench.post("/payments", body, key: "k-\(card)")
            let again = bench.post("/payments", AdyenBench.payment("test_mc"), key: "k-\(card)")
            #expect(again.json == first.json)
            #expect(again.fields[.idempotencyKey] == "k-\(card)")
        }
        #expect(bench.world.payments.count == 2)
        let wrong = AdyenBench.payment(value: 0)
        let first = bench.post("/payments", wrong, key: "e")
        #expect(bench.post("/payments", AdyenBench.payment(), key: "e").json == first.json)
        #expect(bench.world.payments.count == 2)
    }

    @Test mutating func `a modification is made once under one key`() {
        let psp = bench.pay().psp
        let body: JSONValue = [
            "merchantAccount": "AcmeECOM", "amount": ["currency": "EUR", "value": 500],
        ]
        let first = bench.post("/payments/\(psp)/captures", body, key: "k")
        #expect(bench.post("/payments/\(psp)/captures", body, key: "k").psp == first.psp)
        #expect(bench.settle() == ["AUTHORISATION true", "CAPTURE true"])
        #expect(bench.world.book[psp]?.captures == 1)
        #expect(bench.world.book[psp]?.keys.last == "k")
    }

    @Test mutating func `a key lives for seven days and has 64 characters`() {
        let first = bench.post("/payments", AdyenBench.payment(), key: "k").psp
        bench.letPass(.seconds(7 * 86_400 - 1))
        #expect(bench.post("/payments", AdyenBench.payment(), key: "k").psp == first)
        bench.letPass(.seconds(1))
        #expect(bench.post("/payments", AdyenBench.payment(), key: "k").psp != first)
        let long = String(repeating: "k", count: 65)
        #expect(bench.post("/payments", AdyenBench.payment(), key: long).error == "702")
    }

    @Test mutating func `a repeat while the first runs may be made again`() {
        let call = AdyenBench.call(.post, "/payments", AdyenBench.payment(), key: "k")
        let first = bench.machine.begin(call, at: bench.now)
        let collision = bench.send(call)
        #expect(collision.status == 422)
        #expect(collision.error == "704")
        #expect(collision.fields["transient-error"] == "true")
        let done = bench.answer(to: first)
        #expect(bench.send(call).psp == done.psp)
    }

    // MARK: Faults

    @Test(arguments: [
        ("000", 401), ("010", 403), ("901", 403), ("702", 400), ("703", 500), ("903", 500),
        ("704", 422), ("800", 422), ("802", 422), ("803", 422), ("902", 422), ("905", 422),
        ("906", 422), ("907", 422), ("14_0416", 422), ("177", 422),
    ])
    mutating func `every documented error can be asked for`(code: String, status: Int) {
        _ = bench.machine.callFaults.add(.error(code: code), when: FaultTrigger(count: 1))
        let call = AdyenBench.call(.post, "/payments", AdyenBench.payment(), key: "k")
        let refused = bench.send(call)
        #expect(refused.status == status)
        #expect(refused.error == code)
        #expect(bench.world.payments.count == 0)
        #expect(bench.send(call).result == "Authorised")
    }

    @Test mutating func `a lost answer is found again and an error without effect is not`() {
        let call = AdyenBench.call(.post, "/payments", AdyenBench.payment(), key: "k")
        _ = bench.machine.callFaults.add(.loseReply, when: FaultTrigger(count: 1))
        #expect(bench.send(call).status == 0)
        #expect(bench.world.payments.count == 1)
        #expect(bench.send(call).result == "Authorised")
        #expect(bench.world.payments.count == 1)
        let kept = CallFault.fail(status: 500, afterEffect: true, isKept: true)
        _ = bench.machine.callFaults.add(kept, when: FaultTrigger(count: 1))
        let other = AdyenBench.call(.post, "/payments", AdyenBench.payment(), key: "l")
        #expect(bench.send(other).status == 500)
        #expect(bench.send(other).status == 500)
        #expect(bench.world.payments.count == 2)
        _ = bench.machine.callFaults.add(.rateLimit, when: FaultTrigger(count: 1))
        #expect(bench.send(AdyenBench.call(.get, "/sessions/X")).status == 429)
    }

    @Test(arguments: [
        ("test_visa", true), ("test_3ds_refused_12", true), ("test_refused_99", false),
        ("test_refused", false), ("test_", false), ("visa", false), ("test_3ds_3ds", true),
    ])
    func `a card means something or is any good card`(name: String, isKnown: Bool) {
        #expect((Adyen.Card(name) != nil) == isKnown)
        if !isKnown { #expect(Adyen.Card(encrypted: name) == .visa) }
    }
}
