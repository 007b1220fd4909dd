import HTTP
import JSON
import Testing

@testable import Simulators

/// Captures, voids and reauthorizations (sections 2.3 and 2.4).
struct PayPalAuthorizationTests {
    private var bench = PayPalBench()

    private mutating func capture(
        _ id: String,
        _ value: String? = nil,
        final isFinal: Bool = false,
        currency: String = "EUR",
        invoice: String? = nil
    ) -> PayPalBench.Answer {
        var body = JSONObject([("final_capture", .bool(isFinal))])
        if let value { body["amount"] = PayPalBench.money(value, currency) }
        if let invoice { body["invoice_id"] = .string(invoice) }
        return bench.post("/v2/payments/authorizations/\(id)/capture", .object(body))
    }

    private mutating func reauthorize(_ id: String) -> PayPalBench.Answer {
        bench.post("/v2/payments/authorizations/\(id)/reauthorize")
    }

    private mutating func state(_ id: String) -> String? {
        bench.get("/v2/payments/authorizations/\(id)").state
    }

    @Test mutating func `a partial capture leaves the rest`() throws {
        let (order, hold) = try bench.held(invoice: "ord-1001")
        let first = capture(hold, "5.00", invoice: "ord-1001-1")
        #expect(first.status == 201)
        try expect(first.json, shows: PayPalFixture.partlyCaptured)
        #expect(first.link("up")?.hasSuffix("/v2/payments/authorizations/\(hold)") == true)
        #expect(state(hold) == "PARTIALLY_CAPTURED")
        #expect(bench.world.book[order]?.held == 599)
        #expect(capture(hold).json["amount"]?["value"] == "5.99")
        #expect(state(hold) == "CAPTURED")
        #expect(bench.world.book[order]?.captured == 1_099)
        #expect(bench.world.book[order]?.captures == 2)
        let more = capture(hold)
        #expect(more.status == 422)
        try expect(more.json, shows: PayPalFixture.alreadyCaptured)
    }

    @Test mutating func `a final capture lets the rest go`() throws {
        let (order, hold) = try bench.held()
        #expect(capture(hold, "5.00", final: true).json["final_capture"] == true)
        #expect(state(hold) == "CAPTURED")
        #expect(bench.world.book[order]?.released == 599)
        #expect(capture(hold, "1.00").issue == "AUTHORIZATION_ALREADY_CAPTURED")
    }

    @Test(arguments: [("115.00", true), ("115.01", false), ("100.00", true)])
    mutating func `more than was held is taken within limits`(
        value: String,
        isTaken: Bool
    ) throws {
        let (order, hold) = try bench.held("100.00")
        let answer = capture(hold, value)
        #expect(answer.issue == (isTaken ? nil : "MAX_CAPTURE_AMOUNT_EXCEEDED"))
        #expect(bench.world.book[order]?.held == (isTaken ? 0 : 10_000))
    }

    @Test mutating func `at most 75 more is taken`() throws {
        let (_, hold) = try bench.held("1000.00")
        #expect(capture(hold, "1075.01").issue == "MAX_CAPTURE_AMOUNT_EXCEEDED")
        #expect(capture(hold, "1075.00").status == 201)
        bench = PayPalBench { $0.settings.allowsOverCapture = false }
        let (_, other) = try bench.held("1000.00")
        #expect(capture(other, "1000.01").issue == "MAX_CAPTURE_AMOUNT_EXCEEDED")
    }

    @Test mutating func `ten captures are made of one hold`() throws {
        let (_, hold) = try bench.held("20.00")
        for _ in 0..<10 { #expect(capture(hold, "1.00").status == 201) }
        #expect(capture(hold, "1.00").issue == "MAX_CAPTURE_COUNT_EXCEEDED")
    }

    @Test mutating func `a capture keeps to the currency and its own order number`() throws {
        let (_, hold) = try bench.held(invoice: "ord-1")
        #expect(capture(hold, "1.00", currency: "USD").issue == "AUTH_CAPTURE_CURRENCY_MISMATCH")
        #expect(capture(hold, "1.00", invoice: "ord-1").issue == "DUPLICATE_INVOICE_ID")
        let plain = capture(hold, "1.00")
        #expect(plain.json["invoice_id"] == "ord-1")
        #expect(plain.json["custom_id"] == "att_01JGF7")
    }

    @Test mutating func `what waits is taken or comes back`() throws {
        let (order, hold) = try bench.held(funding: "wallet_pending_ECHECK")
        let waiting = capture(hold, "5.00")
        #expect(waiting.state == "PENDING")
        #expect(waiting.json["status_details"]?["reason"] == "ECHECK")
        #expect(waiting.json["seller_receivable_breakdown"] == nil)
        #expect(bench.world.book[order]?.captured == 0)
        bench.advance(.seconds(60))
        #expect(bench.get("/v2/payments/captures/\(waiting.id)").state == "COMPLETED")
        #expect(bench.world.book[order]?.captured == 500)

        let (other, second) = try bench.held(funding: "wallet_pending_ECHECK_fails")
        let failing = capture(second, "5.00")
        bench.advance(.seconds(60))
        #expect(bench.get("/v2/payments/captures/\(failing.id)").state == "DECLINED")
        #expect(state(second) == "CREATED")
        #expect(bench.world.book[other]?.held == 1_099)
        #expect(try bench.takeEventTypes().last == "PAYMENT.CAPTURE.DENIED")
        let final = capture(second, final: true)
        _ = try bench.control("POST", "captures/\(final.id)", ["status": "failed"])
        #expect(bench.world.book[other]?.held == 0)
        #expect(bench.world.book[other]?.released == 1_099)
    }

    @Test mutating func `a capture can meet any obstacle`() throws {
        let (order, hold) = try bench.held(funding: "wallet_capture_issue_AUTH_CAPTURE_NOT_ENABLED")
        #expect(capture(hold).issue == "AUTH_CAPTURE_NOT_ENABLED")
        #expect(bench.world.book[order]?.held == 1_099)
    }

    // MARK: Void

    @Test mutating func `a void lets go what was not taken`() throws {
        let (order, hold) = try bench.held()
        _ = capture(hold, "5.00")
        let path = "/v2/payments/authorizations/\(hold)/void"
        let silent = bench.send(bench.call(.post, path, key: "k", prefer: nil))
        #expect(silent.status == 204)
        #expect(bench.world.book[order]?.released == 599)
        #expect(state(hold) == "VOIDED")
        #expect(bench.post(path).issue == "PREVIOUSLY_VOIDED")
        #expect(capture(hold, "1.00").issue == "AUTHORIZATION_VOIDED")
        #expect(try bench.takeEventTypes().last == "PAYMENT.AUTHORIZATION.VOIDED")
        let (_, other) = try bench.held()
        let whole = bench.post("/v2/payments/authorizations/\(other)/void")
        #expect(whole.status == 200)
        #expect(whole.state == "VOIDED")
    }

    @Test mutating func `what is taken cannot be let go`() throws {
        let (_, hold) = try bench.held()
        _ = capture(hold)
        let refused = bench.post("/v2/payments/authorizations/\(hold)/void")
        #expect(refused.issue == "PREVIOUSLY_CAPTURED")
    }

    // MARK: Time

    @Test mutating func `a hold ends after 29 days`() throws {
        let (order, hold) = try bench.held()
        bench.advance(.seconds(29 * 86_400 - 1))
        #expect(state(hold) == "CREATED")
        bench.advance(.seconds(1))
        #expect(state(hold) == "VOIDED")
        #expect(capture(hold).issue == "AUTHORIZATION_EXPIRED")
        #expect(bench.world.book[order]?.released == 1_099)
        #expect(try bench.takeEventTypes().last == "PAYMENT.AUTHORIZATION.VOIDED")
    }

    @Test mutating func `a hold is renewed after its honor period, once`() throws {
        let (order, hold) = try bench.held(funding: "wallet_honor")
        #expect(reauthorize(hold).issue == "REAUTHORIZATION_NOT_SUPPORTED")
        bench.advance(.seconds(3 * 86_400 + 1))
        #expect(capture(hold).issue == "INSTRUMENT_DECLINED")
        let renewed = reauthorize(hold)
        #expect(renewed.status == 201)
        #expect(renewed.id != hold)
        #expect(renewed.json["expiration_time"] == "2025-01-30T00:00:00Z")
        #expect(reauthorize(renewed.id).issue == "REAUTHORIZATION_NOT_SUPPORTED")
        let voided = bench.post("/v2/payments/authorizations/\(renewed.id)/void")
        #expect(voided.issue == "CANNOT_BE_VOIDED")
        #expect(bench.world.book[order]?.held == 1_099)
        #expect(capture(renewed.id).status == 201)
        #expect(bench.world.book[order]?.captured == 1_099)
    }

    @Test mutating func `voiding the original lets go the renewed hold`() throws {
        let (order, hold) = try bench.held()
        bench.advance(.seconds(4 * 86_400))
        let renewed = reauthorize(hold).id
        #expect(bench.post("/v2/payments/authorizations/\(hold)/void").status == 200)
        #expect(state(renewed) == "VOIDED")
        #expect(bench.world.book[order]?.held == 0)
    }

    @Test mutating func `a card's hold cannot be renewed`() throws {
        let (_, hold) = try bench.held(funding: "card_visa")
        bench.advance(.seconds(4 * 86_400))
        #expect(reauthorize(hold).issue == "REAUTHORIZATION_NOT_SUPPORTED")
    }
}
