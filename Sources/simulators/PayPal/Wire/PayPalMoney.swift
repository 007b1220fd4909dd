internal import JSON

extension PayPal {
    /// A currency that the vendor takes (section 8).
    struct Currency: Hashable, Sendable {
        let code: String

        init?(_ code: String) {
            guard Self.codes.contains(code) else { return nil }
            self.code = code
        }

        var hasDecimals: Bool { !["HUF", "JPY", "TWD"].contains(code) }

        /// Minor units of ISO 4217 in the smallest sum the vendor takes: it lets HUF and TWD have
        /// no decimals, ISO gives them two.
        var step: Int64 { code == "HUF" || code == "TWD" ? 100 : 1 }

        private static let codes: Set<String> = [
            "AUD", "BRL", "CAD", "CNY", "CZK", "DKK", "EUR", "HKD", "HUF", "ILS", "JPY", "MYR",
            "MXN", "TWD", "NZD", "NOK", "PHP", "PLN", "GBP", "SGD", "SEK", "CHF", "THB", "USD",
        ]
    }

    /// An amount as it is kept: minor units of ISO 4217.
    struct Money: Hashable, Sendable {
        let currency: Currency
        let amount: Int64

        func with(_ amount: Int64) -> Money { Money(currency: currency, amount: amount) }

        /// As the vendor writes it.
        var value: String {
            let units = amount / currency.step
            guard currency.hasDecimals else { return "\(units)" }
            let cents = abs(units % 100)
            let sign = units < 0 ? "-" : ""
            return "\(sign)\(abs(units) / 100).\(cents < 10 ? "0" : "")\(cents)"
        }

        func write(to object: inout JSONWriter) {
            object.member("currency_code", currency.code)
            object.member("value", value)
        }
    }

    /// An amount as received.
    struct WrittenMoney: Sendable {
        let currency: String
        let value: String

        enum Least {
            case zero
            case positive
        }

        /// The largest sum of one call, in whole units.
        private static let maximum: Int64 = 9_999_999

        /// - Parameter field: where it stands, as a JSON pointer.
        func read(_ least: Least, at field: String) throws(Failure) -> Money {
            guard let currency = Currency(currency) else {
                throw .issue("INVALID_CURRENCY_CODE", at: "\(field)/currency_code")
            }
            let pattern = /(-?)(\d{1,15})(?:\.(\d{1,15}))?/
            guard let match = value.wholeMatch(of: pattern)?.output, let whole = Int64(match.2)
            else { throw .issue("INVALID_PARAMETER_SYNTAX", at: "\(field)/value") }
            let decimals = match.3.map(String.init) ?? ""
            if !currency.hasDecimals, !decimals.isEmpty {
                throw .issue("DECIMALS_NOT_SUPPORTED", at: "\(field)/value")
            }
            guard decimals.count <= 2 else {
                throw .issue("DECIMAL_PRECISION", at: "\(field)/value")
            }
            guard whole <= Self.maximum else {
                throw .issue("MAX_VALUE_EXCEEDED", at: "\(field)/value")
            }
            let cents = Int64(decimals + String(repeating: "0", count: 2 - decimals.count)) ?? 0
            let units = currency.hasDecimals ? whole * 100 + cents : whole
            switch least {
            case .zero where match.1 == "-":
                throw .issue("CANNOT_BE_NEGATIVE", at: "\(field)/value")
            case .positive where match.1 == "-" || units == 0:
                throw .issue("CANNOT_BE_ZERO_OR_NEGATIVE", at: "\(field)/value")
            case .zero, .positive: return Money(currency: currency, amount: units * currency.step)
            }
        }
    }
}

extension PayPal.WrittenMoney {
    static var reader: JSONReader<Self> {
        .object { fields throws(JSONFieldErrors) in
            let currency = fields.required("currency_code", .string(bytes: 3...3))
            let value = fields.required("value", .string(bytes: 1...32))
            let required = try fields.finish(currency, value)
            return PayPal.WrittenMoney(currency: required.0, value: required.1)
        }
    }
}

extension JSONWriter {
    mutating func member(_ name: String, _ money: PayPal.Money) {
        object(name) { money.write(to: &$0) }
    }
}
