import HTTP
import JSON
import Testing

@testable import Simulators

/// Payments until the issuer has decided (sections 2.2 and 4).
struct AdyenPaymentTests {
    private var bench = AdyenBench()

    private static let native: KeyValuePairs<String, JSONValue> = [
        "channel": "Web", "origin": "https://pay.example.com", "browserInfo": ["userAgent": "x"],
        "authenticationData": ["threeDSRequestData": ["nativeThreeDS": "preferred"]],
    ]

    private mutating func submit(_ name: String, _ result: String) -> AdyenBench.Answer {
        let details = JSONObject([(name, .string(result))])
        return bench.post("/payments/details", ["details": .object(details)])
    }

    /// What the browser brings back after the shopper's answer.
    private mutating func answer(_ psp: String, _ outcome: String) throws -> String {
        let json = try bench.control(
            "POST",
            "payments/\(psp)/answer",
            ["outcome": .string(outcome)]
        )
        let details = json["details"]
        return (details?["redirectResult"] ?? details?["threeDSResult"])?.stringValue ?? ""
    }

    @Test mutating func `a good card is authorised and said so twice`() throws {
        let paid = bench.pay("test_visa", ["metadata": ["attempt": "att_1"]])
        #expect(paid.status == 200)
        try expect(paid.json, shows: AdyenFixture.authorised)
        #expect(paid.psp.wholeMatch(of: /[0-9A-Z]{16}/) != nil)
        let item = try #require(bench.takeItems().first)
        #expect(item.code == "AUTHORISATION")
        #expect(item.psp == paid.psp)
        #expect(item.original == nil)
        let code = paid.json["additionalData"]?["authCode"]?.stringValue ?? ""
        #expect(item.reason == "\(code):1111:03/2030")
        #expect(item.operations == ["CANCEL", "CAPTURE", "REFUND"])
        #expect(item.date == "2025-01-01T01:00:00+01:00")
        let entry = try #require(bench.world.book[paid.psp])
        #expect(entry.held == 1_099)
        #expect(entry.metadata == ["attempt": "att_1", "reference": "att_01JGF7"])
    }

    @Test(arguments: Adyen.Refusal.triggers.sorted { $0.key < $1.key })
    mutating func `a word in the request or the holder's name refuses`(
        word: String,
        code: Int
    ) {
        let method: JSONValue = [
            "type": "scheme", "encryptedCardNumber": "test_visa", "holderName": .string(word),
        ]
        let named = bench.pay("", ["paymentMethod": method])
        #expect(named.refusal == "\(code)")
        for value in [word, "\(code)"] {
            let data: JSONValue = ["RequestedTestAcquirerResponseCode": .string(value)]
            #expect(bench.pay("test_visa", ["additionalData": data]).refusal == "\(code)")
        }
        #expect(bench.takeItems().allSatisfy { !$0.isSuccess })
        #expect(bench.world.book.totals["EUR"]?.authorized == 0)
    }

    @Test(arguments: Adyen.Refusal.codes)
    mutating func `every reason can be had`(code: Int) throws {
        let refused = bench.pay("test_refused_\(code)")
        #expect(refused.status == 200)
        #expect(refused.refusal == "\(code)")
        let reason = refused.json["refusalReason"]?.stringValue
        #expect(bench.takeItems().map(\.reason) == [reason])
        if code == 12 { try expect(refused.json, shows: AdyenFixture.refused) }
        let word = [4: "Error", 21: "Error", 15: "Cancelled", 16: "Cancelled"][code]
        #expect(refused.result == word ?? "Refused")
    }

    @Test mutating func `raw answers and advice come along`() {
        let lost = bench.pay("test_lost")
        #expect(lost.json["additionalData"]?["refusalReasonRaw"] == "41 : Lost card")
        let advised = bench.pay("test_advice_24")
        #expect(advised.json["additionalData"]?["merchantAdviceCode"] == "24")
        bench = AdyenBench { $0.settings.showsAdditionalData = false }
        #expect(bench.pay("test_lost").json["additionalData"] == nil)
        #expect(bench.pay().json["additionalData"] == nil)
        #expect(bench.takeItems().allSatisfy { $0.additional.isEmpty })
    }

    @Test mutating func `a part may be authorised`() {
        let paid = bench.pay("test_partial", value: 1_000)
        #expect(paid.result == "PartiallyAuthorised")
        #expect(paid.json["amount"]?["value"] == 500)
        #expect(bench.world.book[paid.psp]?.held == 500)
        #expect(bench.takeItems().first?.amount.value == 500)
    }

    @Test(arguments: [
        ("test_pending", "Pending", "true"), ("test_received", "Received", "true"),
        ("test_pending_fails", "Pending", "false"),
    ])
    mutating func `a bank may take its time`(card: String, result: String, success: String) {
        let paid = bench.pay(card)
        #expect(paid.result == result)
        #expect(bench.takeItems().isEmpty)
        bench.letPass(.seconds(60))
        #expect(bench.settle() == ["AUTHORISATION \(success)"])
        #expect(bench.world.book[paid.psp]?.held == (success == "true" ? 1_099 : 0))
    }

    // MARK: Challenges

    @Test mutating func `a shopper is sent away and comes back`() throws {
        let waiting = bench.pay("test_3ds")
        try expect(waiting.json, shows: AdyenFixture.redirect)
        #expect(waiting.json["paymentMethod"] == nil)
        #expect(bench.takeItems().isEmpty)
        let json = try bench.control(
            "POST",
            "payments/\(waiting.psp)/answer",
            ["outcome": "succeeded"]
        )
        let result = json["details"]?["redirectResult"]?.stringValue ?? ""
        let back = JSONValue.string("https://pay.example.com/r?redirectResult=\(result)")
        #expect(json["return_url"] == back)
        #expect(bench.world.book[waiting.psp]?.held == 0)
        let paid = submit("redirectResult", result)
        #expect(paid.result == "Authorised")
        #expect(submit("redirectResult", result).psp == paid.psp)
        #expect(bench.world.book[paid.psp]?.approvals == 1)
        #expect(submit("redirectResult", "\(paid.psp).wrong").status == 422)
        #expect(submit("redirectResult", "").status == 400)
    }

    @Test(arguments: [
        ("failed", "11"), ("cancelled", "16"), ("error", "42"), ("unanswered", "39"),
    ])
    mutating func `a challenge that goes wrong refuses`(outcome: String, code: String) throws {
        let waiting = bench.pay("test_3ds")
        let paid = submit("redirectResult", try answer(waiting.psp, outcome))
        #expect(paid.refusal == code)
        #expect(bench.takeItems().map(\.isSuccess) == [false])
    }

    @Test mutating func `a front end does the challenge itself`() throws {
        let waiting = bench.pay("test_3ds", Self.native)
        try expect(waiting.json, shows: AdyenFixture.native)
        let psp = waiting.psp
        let asked = submit("threeDSResult", try answer(psp, "succeeded"))
        #expect(asked.result == "ChallengeShopper")
        #expect(asked.json["action"]?["subtype"] == "challenge")
        let paid = submit("threeDSResult", try answer(psp, "succeeded"))
        #expect(paid.result == "Authorised")
        let known = bench.pay("test_3ds_frictionless", Self.native).psp
        #expect(submit("threeDSResult", try answer(known, "succeeded")).result == "Authorised")
        let declined = bench.pay("test_3ds_refused_12", Self.native).psp
        _ = submit("threeDSResult", try answer(declined, "succeeded"))
        let last = submit("threeDSResult", try answer(declined, "succeeded"))
        #expect(last.refusal == "12")
    }

    @Test mutating func `a shopper who never comes back is given up`() {
        let waiting = bench.pay("test_3ds")
        bench.letPass(.seconds(12 * 3_600))
        #expect(bench.settle() == ["OFFER_CLOSED true"])
        #expect(throws: ControlRefusal.self) {
            try bench.control(
                "POST",
                "payments/\(waiting.psp)/answer",
                ["outcome": "succeeded"]
            )
        }
    }

    @Test mutating func `without the shopper there is no challenge`() {
        let merchant: KeyValuePairs<String, JSONValue> = ["shopperInteraction": "ContAuth"]
        #expect(bench.pay("test_3ds", merchant).result == "Authorised")
        #expect(bench.pay("test_3ds_always", merchant).refusal == "38")
        #expect(bench.pay("test_3ds_always").result == "RedirectShopper")
    }

    @Test mutating func `other methods send the shopper away, wallets do not`() throws {
        let bank: KeyValuePairs<String, JSONValue> = ["paymentMethod": ["type": "ideal"]]
        let waiting = bench.pay("", bank)
        #expect(waiting.json["action"]?["paymentMethodType"] == "ideal")
        let paid = submit("redirectResult", try answer(waiting.psp, "succeeded"))
        #expect(paid.result == "Authorised")
        let wallet: JSONValue = ["type": "applepay", "applePayToken": "test_3ds"]
        #expect(bench.pay("", ["paymentMethod": wallet]).result == "Authorised")
    }

    // MARK: What is taken for good

    @Test mutating func `money is taken at once, later or when asked`() {
        bench = AdyenBench { $0.settings.capturesByHand = false }
        let paid = bench.pay()
        #expect(bench.settle() == ["AUTHORISATION true", "CAPTURE true"])
        #expect(bench.world.book[paid.psp]?.captured == 1_099)
        let late = bench.pay("test_visa", ["captureDelayHours": 2])
        #expect(bench.settle() == ["AUTHORISATION true"])
        bench.letPass(.seconds(2 * 3_600))
        #expect(bench.settle() == ["CAPTURE true"])
        #expect(bench.world.book[late.psp]?.captured == 1_099)
        let manual = bench.pay("test_visa", ["additionalData": ["manualCapture": "true"]])
        #expect(bench.world.book[manual.psp]?.held == 1_099)
        #expect(bench.settle() == ["AUTHORISATION true"])
    }

    @Test mutating func `a hold ends after 28 days`() {
        let paid = bench.pay()
        bench.letPass(.seconds(28 * 86_400 - 1))
        #expect(bench.world.book[paid.psp]?.held == 1_099)
        bench.letPass(.seconds(1))
        #expect(bench.settle() == ["AUTHORISATION true", "EXPIRE true"])
        #expect(bench.world.book[paid.psp]?.released == 1_099)
        bench = AdyenBench { $0.settings.sendsOptionalEvents = false }
        _ = bench.pay()
        bench.letPass(.seconds(28 * 86_400))
        #expect(bench.settle() == ["AUTHORISATION true"])
    }
}
