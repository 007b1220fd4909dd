import JSON
import PaymentCore

extension PayPal {
    /// Between our minor units (ISO 4217) and the decimal strings on PayPal's wire (section 8).
    enum Amounts {
        /// BRL, CNY and MYR for accounts of their own countries alone.
        static let currencies: Set<String> = [
            "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS",
            "JPY", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN", "SEK", "SGD", "THB", "TWD", "USD",
        ]

        /// Without decimals on the wire. HUF and TWD have two in ISO 4217.
        private static let whole: Set<String> = ["HUF", "JPY", "TWD"]

        /// The decimal string to send. Throws `.amountNotAccepted` for an amount that it cannot say.
        static func onWire(_ money: Money) throws(VendorRejection) -> String {
            let currency = money.currency
            guard currencies.contains(currency.code) else {
                throw .amount("currency_not_supported", "PayPal does not take this currency")
            }
            guard whole.contains(currency.code), currency.exponent > 0 else {
                return DecimalAmount.text(money)
            }
            guard money.minorUnits.isMultiple(of: 100) else {
                throw .amount("amount_indivisible", "whole units of this currency only")
            }
            return String(money.minorUnits / 100)
        }

        /// A money object; nil when our types cannot hold it. PayPal may write more digits than it
        /// was sent, as long as they are zero.
        static func money(_ json: JSONValue?) -> Money? {
            guard let currency = json?["currency_code"]?.stringValue.flatMap({ Currency($0) }),
                let text = json?["value"]?.stringValue,
                let amount = DecimalAmount.minorUnits(text, of: currency), amount >= 0
            else { return nil }
            return Money(amount, currency)
        }
    }
}

extension JSONWriter {
    /// A money object; see ``PayPal/Amounts/onWire(_:)``.
    mutating func money(_ name: String, _ money: Money) throws(VendorRejection) {
        let value = try PayPal.Amounts.onWire(money)
        object(name) {
            $0.member("currency_code", money.currency.code)
            $0.member("value", value)
        }
    }
}
