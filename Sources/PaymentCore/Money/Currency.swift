/// An ISO 4217 currency with its number of minor-unit digits.
///
/// Only currencies of the table are representable, so an amount can never be in a unit that
/// nobody knows how to print or compare.
package struct Currency: Hashable, Sendable {
    /// The upper-case alphabetic code, for example `USD`.
    package let code: String

    /// Digits after the decimal point in major units: 0, 2 or 3.
    package let exponent: Int

    /// The currency of an upper-case ISO 4217 code, or nil when the code is not in the table.
    package init?(_ code: String) {
        guard let exponent = Self.exponents[code] else { return nil }
        self.code = code
        self.exponent = exponent
    }

    init(known code: String, exponent: Int) {
        self.code = code
        self.exponent = exponent
    }
}

extension Currency: CustomStringConvertible {
    package var description: String { code }
}

extension Currency {
    package static let usd = Currency(known: "USD", exponent: 2)
    package static let eur = Currency(known: "EUR", exponent: 2)
    package static let jpy = Currency(known: "JPY", exponent: 0)

    /// Every code that can be used, sorted.
    package static let allCodes: [String] = exponents.keys.sorted()

    // ISO 4217 list one, active codes; exponents 0 and 3 named, all others 2. Funds codes, precious
    // metals and the four-digit unit of account UYW are left out: no vendor charges in them.
    private static let exponents: [String: Int] = {
        let zero = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
        let three = "BHD IQD JOD KWD LYD OMR TND"
        let two = """
            AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN \
            BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL \
            GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK \
            LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO \
            NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE \
            SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES \
            WST XCD YER ZAR ZMW ZWG
            """
        var table: [String: Int] = [:]
        for (codes, exponent) in [(zero, 0), (two, 2), (three, 3)] {
            for code in codes.split(separator: " ") { table[String(code)] = exponent }
        }
        return table
    }()
}
