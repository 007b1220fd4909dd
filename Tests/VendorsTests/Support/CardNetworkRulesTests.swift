import PaymentCore
import Testing
import Vendors

@Suite struct CardNetworkRulesTests {
    @Test(arguments: [
        "04", "07", "12", "14", "15", "41", "43", "46", "57", "R0", "R1", "R3",
    ])
    func `what Visa forbids is hard, for Visa`(code: String) {
        let decline = Decline(.soft, code: "x", networkCode: code)
        #expect(CardNetworkRules.applied(to: decline, brand: "visa").class == .hard)
        #expect(CardNetworkRules.applied(to: decline, brand: "mastercard").class == .soft)
        #expect(CardNetworkRules.applied(to: decline, brand: nil).class == .soft)
    }

    @Test(arguments: [
        ("02", 72), ("24", 1), ("25", 24), ("26", 48), ("27", 96), ("28", 144), ("29", 192),
        ("30", 240),
    ])
    func `the network's advice says when`(advice: String, hours: Int) {
        let decline = Decline(.soft, code: "x", adviceCode: advice)
        let ruled = CardNetworkRules.applied(to: decline, brand: "mastercard")
        #expect(ruled.retryAfter == .seconds(hours * 3_600))
        #expect(ruled.class == .soft)
    }

    @Test(arguments: ["03", "21", "42", "99"])
    func `the network's advice says never`(advice: String) {
        let decline = Decline(.temporary, code: "x", adviceCode: advice)
        let ruled = CardNetworkRules.applied(to: decline, brand: nil)
        #expect(ruled.class == .hard)
        #expect(ruled.retryAfter == nil)
    }

    @Test(arguments: ["02", "03", "21"])
    func `Visa's advice says never, whatever the digits mean elsewhere`(advice: String) {
        let decline = Decline(.soft, code: "x", adviceCode: advice)
        let ruled = CardNetworkRules.applied(to: decline, brand: "visa")
        #expect(ruled.class == .hard)
        #expect(ruled.retryAfter == nil)
    }

    @Test func `Mastercard's advice is not Visa's`() {
        let decline = Decline(.soft, code: "x", adviceCode: "24")
        #expect(CardNetworkRules.applied(to: decline, brand: "visa") == decline)
    }

    @Test(arguments: ["01", "04", "40", "41", "do_not_try_again", "77"])
    func `other advice changes nothing here`(advice: String) {
        let decline = Decline(.soft, code: "x", adviceCode: advice)
        #expect(CardNetworkRules.applied(to: decline, brand: "mastercard") == decline)
    }

    @Test(arguments: [Decline.Class.fraud, .authenticationRequired, .hard])
    func `a graver class keeps its meaning`(kind: Decline.Class) {
        let decline = Decline(kind, code: "x", networkCode: "57", adviceCode: "03")
        #expect(CardNetworkRules.applied(to: decline, brand: "visa").class == kind)
    }
}
