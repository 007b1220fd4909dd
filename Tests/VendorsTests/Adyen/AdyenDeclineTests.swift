import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Section 4: every row of the table of refusals, told by an answer and by a notification.
@Suite struct AdyenDeclineTests {
    private static let table: [(code: String, reason: String, class: Decline.Class)] = [
        ("2", "Refused", .soft), ("3", "Referral", .soft), ("4", "Acquirer Error", .temporary),
        ("5", "Blocked Card", .hard), ("6", "Expired Card", .hard), ("7", "Invalid Amount", .hard),
        ("8", "Invalid Card Number", .hard), ("9", "Issuer Unavailable", .temporary),
        ("10", "Not supported", .hard), ("11", "3D Not Authenticated", .authenticationRequired),
        ("12", "Not enough balance", .soft), ("14", "Acquirer Fraud", .fraud),
        ("17", "Invalid Pin", .hard), ("18", "Pin tries exceeded", .hard),
        ("19", "Pin validation not possible", .hard), ("20", "FRAUD", .fraud),
        ("21", "Not Submitted", .temporary), ("22", "FRAUD-CANCELLED", .fraud),
        ("23", "Transaction Not Permitted", .hard), ("24", "CVC Declined", .hard),
        ("25", "Restricted Card", .hard), ("26", "Revocation Of Auth", .hard),
        ("27", "Declined Non Generic", .soft), ("28", "Withdrawal amount exceeded", .soft),
        ("29", "Withdrawal count exceeded", .soft), ("31", "Issuer Suspected Fraud", .fraud),
        ("32", "AVS Declined", .hard), ("33", "Card requires online pin", .hard),
        ("34", "No checking account available on Card", .hard),
        ("35", "No savings account available on Card", .hard),
        ("36", "Mobile pin required", .hard), ("37", "Contactless fallback", .hard),
        ("38", "Authentication required", .authenticationRequired),
        ("39", "RReq not received from DS", .authenticationRequired),
        ("40", "Current AID is in Penalty Box", .temporary),
        ("41", "CVM Required Restart Payment", .hard),
        ("42", "3DS Authentication Error", .authenticationRequired),
        ("43", "Online PIN required", .hard), ("44", "Try another interface", .hard),
        ("45", "Chip downgrade mode", .hard),
        ("46", "Transaction blocked by Adyen to prevent excessive retry fees", .hard),
        ("0", "nobody knows this text", .soft),
    ]

    private func decline(
        _ code: String,
        result: String = "Refused",
        brand: String? = nil,
        raw: String? = nil,
        advice: String? = nil
    ) throws -> Decline {
        let method = brand.map { #""paymentMethod":{"brand":"\#($0)","type":"scheme"},"# } ?? ""
        let additional = [("refusalReasonRaw", raw), ("merchantAdviceCode", advice)]
            .compactMap { name, value in value.map { #""\#(name)":"\#($0)""# } }
        let outcome = try AdyenFixture.result(
            """
            {"resultCode":"\(result)",\(method)"refusalReasonCode":"\(code)",\
            "additionalData":{\(additional.joined(separator: ","))}}
            """
        )
        return try #require(outcome.decline)
    }

    @Test(arguments: table, ["Refused", "Error"])
    func `a refusal of the table`(
        row: (code: String, reason: String, class: Decline.Class),
        result: String
    ) throws {
        let decline = try decline(row.code, result: result)
        #expect(decline.class == row.class)
        #expect(decline.code == row.code)
    }

    @Test(arguments: table)
    func `a notification tells the same by its text`(
        row: (code: String, reason: String, class: Decline.Class)
    ) throws {
        let notices = try Adyen.Dialect.notices(
            in: AdyenWebhook.delivery("AUTHORISATION", success: false, reason: row.reason)
        )
        guard case .snapshot(.payment(let payment)) = notices.first?.content,
            case .declined(let decline) = payment.status
        else {
            Issue.record("\(notices)")
            return
        }
        #expect(decline.class == row.class)
        #expect(decline.code == row.code)
    }

    @Test func `a code that nobody knows is soft`() throws {
        #expect(try decline("4711").class == .soft)
        #expect(try decline("4711").code == "4711")
        #expect(try AdyenFixture.result(#"{"resultCode":"Refused"}"#).decline?.class == .soft)
    }

    @Test(arguments: [
        ("41 : Lost card", Decline.Class.fraud), ("43 : Stolen card", .fraud),
        ("62 : Restricted", .hard),
    ])
    func `a blocked card that was lost or stolen is fraud`(
        raw: String,
        expected: Decline.Class
    ) throws {
        let decline = try decline("5", raw: raw)
        #expect(decline.class == expected)
        #expect(decline.networkCode == String(raw.prefix(2)))
    }

    @Test(arguments: [
        ("01", Decline.Class.hard, nil), ("02", .soft, Duration.seconds(72 * 3_600)),
        ("02 : Try again later", .soft, .seconds(72 * 3_600)), ("03", .hard, nil),
        ("04 : Token requirements", .hard, nil), ("21", .hard, nil),
        ("24", .soft, .seconds(3_600)), ("25", .soft, .seconds(24 * 3_600)),
        ("26", .soft, .seconds(2 * 86_400)), ("27", .soft, .seconds(4 * 86_400)),
        ("28", .soft, .seconds(6 * 86_400)), ("29", .soft, .seconds(8 * 86_400)),
        ("30", .soft, .seconds(10 * 86_400)),
    ])
    func `the network's advice wins`(
        advice: String,
        expected: Decline.Class,
        wait: Duration?
    ) throws {
        for code in ["2", "6", "9"] {
            let decline = try decline(code, brand: "mc", advice: advice)
            #expect(decline.class == expected)
            #expect(decline.retryAfter == wait)
            #expect(decline.adviceCode == String(advice.prefix(2)))
        }
    }

    @Test func `what is suspected stays so, whatever the advice`() throws {
        #expect(try decline("20", brand: "mc", advice: "02").class == .fraud)
        #expect(try decline("5", brand: "mc", raw: "43 : Stolen", advice: "03").class == .fraud)
    }

    @Test(arguments: ["40", "42", "99", "1", "123", "xx"])
    func `other advice leaves the class to the rules of the networks`(advice: String) throws {
        let decline = try decline("2", brand: "mc", advice: advice)
        let isNever = advice == "42" || advice == "99"
        #expect(decline.class == (isNever ? .hard : .soft))
    }

    @Test(arguments: ["04", "07", "14", "41", "57", "R0", "R1", "R3"])
    func `what Visa forbids is never tried again, whatever the class`(raw: String) throws {
        #expect(try decline("2", brand: "visa", raw: "\(raw) : Text").class == .hard)
        #expect(try decline("2", brand: "mc", raw: "\(raw) : Text").class == .soft)
    }

    @Test(arguments: ["Insufficient funds", "5 : short", "051 : long", "", ": x", "51x : y"])
    func `a raw text without a code at its beginning tells none`(raw: String) throws {
        #expect(try decline("12", raw: raw).networkCode == nil)
    }

    @Test func `a refusal keeps its words`() throws {
        let outcome = try AdyenFixture.outcome("declined")
        #expect(outcome.decline?.code == "12")
        #expect(outcome.decline?.networkCode == "51")
        #expect(outcome.decline?.adviceCode == "02")
        #expect(
            outcome.receipt?.details == """
                {"psp_reference":"QFQTPCQ8HXSKGK83","result_code":"Refused",\
                "merchant_reference":"att_01JGF8",\
                "refusal_reason_raw":"51 : Insufficient funds/over credit limit",\
                "merchant_advice_code":"02 : Try again later",\
                "refusal_reason":"Not enough balance","refusal_reason_code":"12"}
                """
        )
    }
}
