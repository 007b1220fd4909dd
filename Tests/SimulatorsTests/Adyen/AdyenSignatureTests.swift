import Testing

@testable import Simulators

/// The vectors of section 5.2.
struct AdyenSignatureTests {
    struct Vector: Sendable {
        let item: Adyen.Item
        let message: String
        let code: String

        init(
            _ psp: String,
            of original: String? = nil,
            _ merchant: String,
            _ reference: String,
            _ value: Int64,
            _ currency: String,
            _ event: String,
            _ isSuccess: Bool,
            message: String,
            code: String
        ) {
            item = Adyen.Item(
                psp: psp,
                original: original,
                merchant: merchant,
                reference: reference,
                amount: Adyen.Money(currency: currency, value: value),
                code: event,
                isSuccess: isSuccess,
                date: "2025-01-01T01:00:00+01:00"
            )
            self.message = message
            self.code = code
        }
    }

    static let vectors = [
        Vector(
            "7914073381342284",
            "TestMerchant",
            "TestPayment-1407325143704",
            1_130,
            "EUR",
            "AUTHORISATION",
            true,
            message: "7914073381342284::TestMerchant:TestPayment-1407325143704:1130:EUR:"
                + "AUTHORISATION:true",
            code: "coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0="
        ),
        Vector(
            "QFQTPCQ8HXSKGK82",
            "AcmeECOM",
            "order-1001",
            1_099,
            "EUR",
            "AUTHORISATION",
            true,
            message: "QFQTPCQ8HXSKGK82::AcmeECOM:order-1001:1099:EUR:AUTHORISATION:true",
            code: "yg8xp3eZ006jyvappa9WFaYdWoFRTaCWrph8tYfH8Ho="
        ),
        Vector(
            "KHQC5N7G84BLNK43",
            of: "QFQTPCQ8HXSKGK82",
            "AcmeECOM",
            "order-1001",
            500,
            "EUR",
            "CAPTURE",
            true,
            message: "KHQC5N7G84BLNK43:QFQTPCQ8HXSKGK82:AcmeECOM:order-1001:500:EUR:CAPTURE:true",
            code: "HBhVRBC3JV7cZ5jUl8fwdJ1RX9U5cEQiwrr1vyu//C0="
        ),
        Vector(
            "QFQTPCQ8HXSKGK99",
            "AcmeECOM",
            #"inv:2025\07"#,
            0,
            "JPY",
            "AUTHORISATION",
            false,
            message: #"QFQTPCQ8HXSKGK99::AcmeECOM:inv:2025\07:0:JPY:AUTHORISATION:false"#,
            code: "JFqtbaoMHRzhwzmyYeoQi+nj9VE9Tyoy/prcoK+O3SA="
        ),
    ]

    @Test(arguments: vectors)
    func `an item is signed as documented`(vector: Vector) {
        #expect(vector.item.message == vector.message)
        #expect(Adyen.Signature.code(vector.item, key: AdyenFixture.key) == vector.code)
    }

    @Test func `every signed value counts`() {
        let item = Self.vectors[1].item
        let code = Adyen.Signature.code(item, key: AdyenFixture.key)
        var others = Array(repeating: item, count: 8)
        others[0].isSuccess = false
        others[1].amount = Adyen.Money(currency: "EUR", value: 1_098)
        others[2].amount = Adyen.Money(currency: "USD", value: 1_099)
        others[3].psp += "X"
        others[4].original = "X"
        others[5].merchant += "X"
        others[6].reference += "X"
        others[7].code = "CAPTURE"
        for other in others {
            #expect(Adyen.Signature.code(other, key: AdyenFixture.key) != code)
        }
        #expect(Adyen.Signature.code(item, key: "not hexadecimal") == nil)
    }

    @Test func `a newer webhook is signed as a whole`() {
        let body = Array(AdyenFixture.tokenCreated.utf8)
        #expect(body.count == 165)
        #expect(
            Adyen.Signature.code(body, key: AdyenFixture.key)
                == "NW0FXWnBQZZe8IIcTkTuJ6BEGambTgIGqO17iDZmXYc="
        )
    }
}
