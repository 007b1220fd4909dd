/// A positive decimal rate kept exactly: `mantissa × 10^-scale` units of the quote currency for one
/// unit of the base currency, both in major units.
package struct ExchangeRate: Hashable, Sendable {
    package let mantissa: Int64
    package let scale: Int

    /// Reads a plain decimal such as `0.9213`: no sign, no exponent, at most 18 digits of which at
    /// most 12 are after the point; nil otherwise and for zero.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), !parts.contains(where: \.isEmpty),
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            parts.map(\.utf8.count).reduce(0, +) <= 18
        else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard fraction.utf8.count <= 12, let mantissa = Int64(parts[0] + fraction), mantissa > 0
        else { return nil }
        self.mantissa = mantissa
        self.scale = fraction.utf8.count
    }

    /// The decimal text this was read from, without loss.
    package var text: String {
        let digits = String(mantissa)
        guard scale > 0 else { return digits }
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.utf8.count)) + digits
        return "\(padded.dropLast(scale)).\(padded.suffix(scale))"
    }

    /// The amount in the quote currency, rounded half to even; nil when it is more than an amount
    /// may be, ``Swift/Int64/largestAmount``.
    package func convert(_ amount: Money, to quote: Currency) -> Money? {
        let shift = quote.exponent - amount.currency.exponent - scale
        let (product, overflow) = amount.minorUnits.magnitude.multipliedReportingOverflow(
            by: mantissa.magnitude
        )
        guard !overflow, let scaled = Self.scale(product, by: shift), scaled <= Int64.largestAmount
        else { return nil }
        return Money(amount.minorUnits < 0 ? -Int64(scaled) : Int64(scaled), quote)
    }

    private static func scale(_ value: UInt64, by power: Int) -> UInt64? {
        var factor: UInt64 = 1
        for _ in 0..<abs(power) {
            let (next, overflow) = factor.multipliedReportingOverflow(by: 10)
            // Dividing by more than the value can hold leaves nothing.
            guard !overflow else { return power < 0 ? 0 : nil }
            factor = next
        }
        if power >= 0 {
            let (product, overflow) = value.multipliedReportingOverflow(by: factor)
            return overflow ? nil : product
        }
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: factor)
        let (twice, overflow) = remainder.multipliedReportingOverflow(by: 2)
        let roundsUp =
            overflow || twice > factor || (twice == factor && !quotient.isMultiple(of: 2))
        return roundsUp ? quotient + 1 : quotient
    }
}

/// A rate of a tenant's table: where it comes from and when it was quoted.
package struct QuotedRate: Hashable, Sendable {
    package let base: Currency
    package let quote: Currency
    package let rate: ExchangeRate
    package let source: String
    package let quotedAt: Timestamp

    package init(
        base: Currency,
        quote: Currency,
        rate: ExchangeRate,
        source: String,
        quotedAt: Timestamp
    ) {
        self.base = base
        self.quote = quote
        self.rate = rate
        self.source = source
        self.quotedAt = quotedAt
    }
}

/// The rate under which a payment was authorized, frozen with it: what the settlement is compared
/// with later.
package struct FXContext: Hashable, Sendable {
    package let rate: QuotedRate
    package let provider: VendorID
    /// What the amount is worth in the settlement currency at that rate.
    package let settlementAmount: Money

    package init(rate: QuotedRate, provider: VendorID, settlementAmount: Money) {
        self.rate = rate
        self.provider = provider
        self.settlementAmount = settlementAmount
    }
}
