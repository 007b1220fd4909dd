import PaymentCore

extension Stripe {
    /// Between our minor units (ISO 4217) and the integers on Stripe's wire.
    enum Amounts {
        /// Eight digits, whatever the currency.
        static let maximumOnWire: Int64 = 99_999_999
        /// IDR may have more digits than others.
        static let maximumRupiah: Int64 = 999_999_999_999

        /// What eight digits on the wire are in the minor units of the exceptions.
        static let exceptionalMaxima: [String: Int64] = [
            "IDR": maximumRupiah,
            "ISK": maximumOnWire / 100,
            "UGX": maximumOnWire / 100,
            "MGA": maximumOnWire * 100,
        ]

        /// The integer to send. Throws `.amountNotAccepted` for what Stripe would refuse or, worse,
        /// read as another amount.
        static func onWire(_ money: Money) throws(VendorRejection) -> Int64 {
            let wire: Int64
            switch Scale(money.currency) {
            case .same: wire = money.minorUnits
            case .wireHundredfold:
                let (product, overflow) = money.minorUnits.multipliedReportingOverflow(by: 100)
                wire = overflow ? .max : product
            case .wireHundredth:
                guard money.minorUnits.isMultiple(of: 100) else {
                    throw .amount("amount_indivisible", "whole units of this currency only")
                }
                wire = money.minorUnits / 100
            case .lastDigitZero:
                guard money.minorUnits.isMultiple(of: 10) else {
                    throw .amount("amount_indivisible", "the last digit must be 0")
                }
                wire = money.minorUnits
            }
            let maximum = money.currency.code == "IDR" ? maximumRupiah : maximumOnWire
            guard wire <= maximum else {
                throw .amount("amount_too_large", "the amount is too large")
            }
            return wire
        }

        /// Our minor units of a received integer; nil when they cannot say it.
        static func minorUnits(_ wire: Int64, of currency: Currency) -> Int64? {
            switch Scale(currency) {
            case .same, .lastDigitZero: return wire
            case .wireHundredfold: return wire.isMultiple(of: 100) ? wire / 100 : nil
            case .wireHundredth:
                let (product, overflow) = wire.multipliedReportingOverflow(by: 100)
                return overflow ? nil : product
            }
        }

        private enum Scale {
            case same
            /// ISK and UGX have no decimals but two on the wire: 5 ISK is `500`.
            case wireHundredfold
            /// MGA has two decimals in ISO 4217 and none on the wire.
            case wireHundredth
            /// Three decimals, the last of which must be 0.
            case lastDigitZero

            init(_ currency: Currency) {
                self =
                    switch (currency.code, currency.exponent) {
                    case ("ISK", _), ("UGX", _): .wireHundredfold
                    case ("MGA", _): .wireHundredth
                    case (_, 3): .lastDigitZero
                    default: .same
                    }
            }
        }
    }
}
