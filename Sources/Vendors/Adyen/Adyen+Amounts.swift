import JSON
import PaymentCore

extension Adyen {
    /// Between our minor units (ISO 4217) and Adyen's own exponents (section 8).
    enum Amounts {
        /// The integer to send. Throws `.amountNotAccepted` for what the wire cannot say.
        static func onWire(_ money: Money) throws(VendorRejection) -> Int64 {
            switch Scale(money.currency) {
            case .same: return money.minorUnits
            case .wireHundredfold:
                let (product, overflow) = money.minorUnits.multipliedReportingOverflow(by: 100)
                guard !overflow else {
                    throw .amount("amount_too_large", "the amount is too large")
                }
                return product
            case .wireHundredth:
                guard money.minorUnits.isMultiple(of: 100) else {
                    throw .amount("amount_indivisible", "whole units of this currency only")
                }
                return money.minorUnits / 100
            }
        }

        /// Our minor units of a received integer; nil when they cannot say it.
        static func minorUnits(_ wire: Int64, of currency: Currency) -> Int64? {
            switch Scale(currency) {
            case .same: return wire
            case .wireHundredfold: return wire.isMultiple(of: 100) ? wire / 100 : nil
            case .wireHundredth:
                let (product, overflow) = wire.multipliedReportingOverflow(by: 100)
                return overflow ? nil : product
            }
        }

        /// An `amount` object; nil when it is not one that we can hold.
        static func money(_ json: JSONValue?) -> Money? {
            guard let currency = json?["currency"]?.stringValue.flatMap({ Currency($0) }),
                let wire = json?["value"]?.integerValue, wire >= 0,
                let amount = minorUnits(wire, of: currency)
            else { return nil }
            return Money(amount, currency)
        }

        private enum Scale {
            case same
            /// No decimals in ISO 4217, two on the wire: 5 CLP is `500`.
            case wireHundredfold
            /// Two decimals in ISO 4217, none on the wire.
            case wireHundredth

            init(_ currency: Currency) {
                self =
                    switch currency.code {
                    case "CLP", "ISK": .wireHundredfold
                    case "CVE", "IDR": .wireHundredth
                    default: .same
                    }
            }
        }
    }
}

extension JSONWriter {
    /// The member `amount`.
    mutating func amount(_ money: Money) throws(VendorRejection) {
        let wire = try Adyen.Amounts.onWire(money)
        object("amount") {
            $0.member("currency", money.currency.code)
            $0.member("value", wire)
        }
    }
}
