/// An amount in minor units of one currency. Arithmetic is checked; there is no floating point.
package struct Money: Hashable, Sendable {
    package let minorUnits: Int64
    package let currency: Currency

    package init(_ minorUnits: Int64, _ currency: Currency) {
        self.minorUnits = minorUnits
        self.currency = currency
    }

    package static func zero(_ currency: Currency) -> Money { Money(0, currency) }

    package var isPositive: Bool { minorUnits > 0 }
    package var isZero: Bool { minorUnits == 0 }

    /// The sum. Throws ``MoneyError`` on overflow or when the currencies differ.
    package func adding(_ other: Money) throws(MoneyError) -> Money {
        guard currency == other.currency else {
            throw .currenciesDiffer(currency, other.currency)
        }
        let (sum, overflow) = minorUnits.addingReportingOverflow(other.minorUnits)
        guard !overflow else { throw .overflow }
        return Money(sum, currency)
    }

    /// The difference. Throws ``MoneyError`` on overflow or when the currencies differ.
    package func subtracting(_ other: Money) throws(MoneyError) -> Money {
        guard currency == other.currency else {
            throw .currenciesDiffer(currency, other.currency)
        }
        let (difference, overflow) = minorUnits.subtractingReportingOverflow(other.minorUnits)
        guard !overflow else { throw .overflow }
        return Money(difference, currency)
    }
}

/// Why two amounts could not be combined.
package enum MoneyError: Error, Hashable, Sendable {
    case overflow
    case currenciesDiffer(Currency, Currency)
}

extension Int64 {
    /// The largest amount that a caller may ask for and that a vendor is believed about, in minor
    /// units: beyond it JSON readers may take a number for its neighbour (RFC 8259, section 6).
    package static let largestAmount: Int64 = 9_007_199_254_740_991
}
