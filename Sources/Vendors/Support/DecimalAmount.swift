package import JSON
package import PaymentCore

/// Amounts as vendors write them, decimal numbers of major units, from and to our minor units:
/// exact, by digits, never through a floating point.
package enum DecimalAmount {
    /// `150000.00` for 15 000 000 tiyin: always with all digits of the currency's exponent.
    package static func text(_ money: Money) -> String {
        text(money.minorUnits, digits: money.currency.exponent)
    }

    /// The digits of `minorUnits` with a point before the last `digits` of them.
    package static func text(_ minorUnits: Int64, digits: Int) -> String {
        guard digits > 0 else { return String(minorUnits) }
        let magnitude = String(minorUnits.magnitude)
        let padded =
            String(repeating: "0", count: max(0, digits + 1 - magnitude.utf8.count)) + magnitude
        let sign = minorUnits < 0 ? "-" : ""
        return "\(sign)\(padded.dropLast(digits)).\(padded.suffix(digits))"
    }

    /// The same as a JSON number, in exactly these digits.
    package static func json(_ money: Money) -> JSONValue { .number(text(money)) }

    /// Minor units of a decimal number as it stood on the wire: `150000`, `150000.0` and
    /// `150000.00` are equal. Nil when it is not a plain decimal number, when it has digits beyond
    /// the currency's exponent that are not zero, or does not fit.
    package static func minorUnits(_ text: some StringProtocol, of currency: Currency) -> Int64? {
        minorUnits(text, digits: currency.exponent)
    }

    package static func minorUnits(_ text: some StringProtocol, digits: Int) -> Int64? {
        var rest = Substring(text)
        let isNegative = rest.hasPrefix("-")
        if isNegative { rest.removeFirst() }
        let parts = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty, isDigits(whole) else { return nil }
        var fraction = parts.count == 2 ? parts[1] : ""
        guard parts.count == 1 || !fraction.isEmpty, isDigits(fraction) else { return nil }
        while fraction.utf8.count > digits {
            guard fraction.removeLast() == "0" else { return nil }
        }
        let padding = String(repeating: "0", count: digits - fraction.utf8.count)
        return Int64("\(isNegative ? "-" : "")\(whole)\(fraction)\(padding)")
    }

    /// Minor units of a JSON number, or of a string that holds one.
    package static func minorUnits(_ value: JSONValue?, of currency: Currency) -> Int64? {
        switch value {
        case .integer(let whole): minorUnits(String(whole), of: currency)
        case .number(let text), .string(let text): minorUnits(text, of: currency)
        case .null, .bool, .array, .object, nil: nil
        }
    }

    private static func isDigits(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
