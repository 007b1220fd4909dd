internal import JSON

extension Adyen {
    /// An amount in the vendor's own minor units (section 8).
    struct Money: Hashable, Sendable {
        let currency: String
        let value: Int64

        func with(_ value: Int64) -> Money { Money(currency: currency, value: value) }

        /// In minor units of ISO 4217, as the book keeps it.
        var standard: Int64 {
            switch currency {
            case "CLP", "ISK": value / 100
            case "CVE", "IDR": value * 100
            default: value
            }
        }

        func write(to object: inout JSONWriter) {
            object.member("currency", currency)
            object.member("value", value)
        }

        /// Parts of a peso or króna are written and cannot be paid.
        fileprivate var isPayable: Bool {
            currency != "CLP" && currency != "ISK" || value.isMultiple(of: 100)
        }

        fileprivate static let currencies: Set<String> = Set(
            """
            AED ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BMD BND BOB BRL BSD BWP BYN \
            BZD CAD CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL \
            GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD ISK JMD JOD JPY KES KGS KHR \
            KMF KRW KWD KYD KZT LAK LBP LKR LYD MAD MDL MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR \
            MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR \
            SBD SCR SEK SGD SHP SLE SOS SRD STN SVC SZL THB TND TOP TRY TTD TWD TZS UAH UGX USD \
            UYU UZS VEF VND VUV WST XAF XCD XOF XPF YER ZAR ZMW
            """.split(separator: " ").map(String.init)
        )
    }

    /// An amount as received.
    struct WrittenMoney: Sendable {
        let currency: String
        let value: Int64

        static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                let currency = fields.required("currency", .string(bytes: 3...3))
                let value = fields.required("value", .int64)
                let required = try fields.finish(currency, value)
                return WrittenMoney(currency: required.0, value: required.1)
            }
        }

        /// - Parameter least: zero only where a method is stored or verified.
        func read(least: Int64 = 1) throws(Failure) -> Money {
            guard Money.currencies.contains(currency) else { throw .unsupportedCurrency }
            let money = Money(currency: currency, value: value)
            guard value >= least, value <= 1_000_000_000_000, money.isPayable else {
                throw .invalidAmount
            }
            return money
        }
    }
}

extension JSONWriter {
    mutating func member(_ name: String, _ money: Adyen.Money) {
        object(name) { money.write(to: &$0) }
    }
}
