import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// What the processor and the networks say about a card, inside a `201` (section 4).
@Suite struct PayPalDeclineTests {
    private func decline(
        _ code: String,
        advice: String? = nil,
        brand: String = "VISA"
    ) throws -> Decline? {
        let advised = advice.map { #","payment_advice_code":"\#($0)""# } ?? ""
        let response = #","processor_response":{"response_code":"\#(code)"\#(advised)}"#
        let order = PayPalFixture.order(
            source: #"{"card":{"last_digits":"4949","brand":"\#(brand)","expiry":"2027-02"}}"#,
            payments: "{\(PayPalFixture.authorizations("DENIED", more: response))}"
        )
        let answer = PayPalFixture.answer(201, order)
        // Codes of the life cycle make us read the order once.
        let stored = VendorOperation.authorize(.sample(token: VendorToken("8kk8451t")))
        guard case .finished(let outcome) = try PayPalFixture.step(stored, [answer]) else {
            return try PayPalFixture.outcome(stored, after: answer, answer).decline
        }
        return outcome.decline
    }

    @Test func `the reference's card, word by word`() throws {
        let body = """
            {"id":"7XS70547FW3652617","intent":"AUTHORIZE","status":"COMPLETED",
            "payment_source":{"card":{"last_digits":"4949","brand":"VISA","expiry":"2027-02"}},
            "purchase_units":[{"reference_id":"default","payments":{"authorizations":[{
            "id":"3C679366HH908993F","status":"DENIED",
            "amount":{"currency_code":"USD","value":"40.00"},
            "processor_response":{"avs_code":"Y","cvv_code":"M","response_code":"5120",
            "payment_advice_code":"02"}}]}}]}
            """
        let outcome = try PayPalFixture.outcome(
            .authorize(.sample(Money(4_000, .usd), token: VendorToken("8kk8451t"))),
            after: PayPalFixture.answer(201, body)
        )
        // Visa: the holder stopped this payment.
        #expect(outcome.decline == Decline(.hard, code: "5120", adviceCode: "02"))
        let receipt = try #require(outcome.receipt)
        #expect(
            receipt.method
                == MethodDetails(brand: "visa", last4: "4949", expiryMonth: 2, expiryYear: 2_027)
        )
        #expect(
            receipt.details == """
                {"order":"7XS70547FW3652617","status":"COMPLETED","intent":"AUTHORIZE",\
                "payment_source":"card","card_brand":"VISA","card_last4":"4949",\
                "card_expiry":"2027-02","authorization":"3C679366HH908993F",\
                "authorization_status":"DENIED","response_code":"5120",\
                "payment_advice_code":"02","avs_code":"Y","cvv_code":"M",\
                "debug_id":"f7a1b2c3d4e5f"}
                """
        )
    }

    @Test(arguments: [
        ("5120 0500 5100 0100 PPAX", Decline.Class.soft),
        ("9100 5920 8110 0960 8000 8220 0800 PPER PPNT PPIF", .temporary),
        ("5650 7700 7710 PPD3 0880 PPTE PPTR PPTV", .authenticationRequired),
        ("9500 9510 9520 5150 9530 9540 PPSC", .fraud),
        ("1000 5400 PPEX PPEF 1380 5110 00N7 1382 PCVV PPC2 5170 5190 PPAD PPAV", .hard),
        ("5130 5135 5500 0890 7900 0390 1330 1335 5140 6300 PP06 PPAB 5930 1352", .hard),
        ("5950 5180 5160 0580 PPFR PPFI PPUA 5700 10BR 0R00 PPRN 5910 8100", .hard),
        ("PPMC PPAE PPSE PPCT PPTT PPPM PPVT PPQC PPAG PPBG PPDI PPCO PPUI PPUP PPDC", .hard),
        ("1300 1310 1312 1317 1320 1340 1350 1360 1370 1390 5210 5900 7800 8010 8020", .hard),
        ("8030 9600 PPAI PPAU PPAR PPCR PPCU PPUC PPVC PPFE PPFV PPVE PPII PPIM PPIT", .hard),
        ("PPTF PPTI PPH1 PPLS PPMB PPNC PPNM PPPH PPPI PPRR PPSD PPUE PPGR PPCE PPDV", .hard),
        ("PCNR PPMD", .hard),
        ("PPS0 PPS1 PPS2 PPS3 PPS4 PPS5 PPS6 PPLR PPUR 5800 1384 1393 PPRF PPRE 5200", .hard),
        ("ZZZZ", .soft),
    ])
    func `the processor's codes`(codes: String, kind: Decline.Class) throws {
        for code in codes.split(separator: " ") {
            #expect(try decline(String(code)) == Decline(kind, code: String(code)))
        }
    }

    @Test(arguments: ["5710", "PPEL", "PPNL", "PPDT"])
    func `a limit of a day ends with the day`(code: String) throws {
        #expect(try decline(code) == Decline(.soft, code: code, retryAfter: .seconds(86_400)))
    }

    @Test(arguments: [
        ("01", Decline.Class.hard, nil), ("02", .soft, 72), ("03", .hard, nil), ("04", .hard, nil),
        ("21", .hard, nil), ("22", .hard, nil), ("24", .soft, 1), ("25", .soft, 24),
        ("26", .soft, 48), ("27", .soft, 96), ("28", .soft, 144), ("29", .soft, 192),
        ("30", .soft, 240),
    ])
    func `Mastercard's advice wins over the processor's code`(
        advice: String,
        kind: Decline.Class,
        hours: Int?
    ) throws {
        // A code that is of another class by itself.
        let code = kind == .hard ? "5120" : "5400"
        #expect(
            try decline(code, advice: advice, brand: "MASTERCARD")
                == Decline(
                    kind,
                    code: code,
                    adviceCode: advice,
                    retryAfter: hours.map { .seconds($0 * 3_600) }
                )
        )
    }

    @Test(arguments: ["02", "03", "21"])
    func `Visa's advice says never`(advice: String) throws {
        #expect(
            try decline("5120", advice: advice, brand: "VISA")
                == Decline(.hard, code: "5120", adviceCode: advice)
        )
    }

    @Test(arguments: [("77", "VISA"), ("24", "VISA"), ("77", "MASTERCARD")])
    func `advice that means nothing leaves the code its say`(
        advice: String,
        brand: String
    ) throws {
        #expect(
            try decline("9500", advice: advice, brand: brand)
                == Decline(.fraud, code: "9500", adviceCode: advice)
        )
    }

    @Test func `a hold that the risk filters deny is fraud`() throws {
        let reason = #","status_details":{"reason":"DECLINED_BY_RISK_FRAUD_FILTERS"}"#
        let order = PayPalFixture.order(
            payments: "{\(PayPalFixture.authorizations("DENIED", more: reason))}"
        )
        let outcome = try PayPalFixture.outcome(
            .authorize(.sample(token: VendorToken("8kk8451t"))),
            after: PayPalFixture.answer(201, order)
        )
        #expect(outcome.decline == Decline(.fraud, code: "DECLINED_BY_RISK_FRAUD_FILTERS"))
    }

    @Test(arguments: ["0000", "1000", "7600"])
    func `codes of an approval decline nothing`(code: String) throws {
        let response = #","processor_response":{"response_code":"\#(code)"}"#
        let order = PayPalFixture.order(
            payments: "{\(PayPalFixture.authorizations("CREATED", value: "5.00", more: response))}"
        )
        let outcome = try PayPalFixture.outcome(
            .authorize(.sample(token: VendorToken("8kk8451t"))),
            after: PayPalFixture.answer(201, order)
        )
        // A partial approval is told as what it is: less than was asked.
        #expect(outcome.shortForm == "succeeded")
        #expect(outcome.receipt?.amount == 500)
    }
}
