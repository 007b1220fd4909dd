extension JSONParser {
    /// Reads the number whose sign or first digit is the next byte. Never goes through a floating
    /// point: an integer that fits is exact, everything else keeps its digits.
    mutating func parseNumber(_ text: borrowing Span<UInt8>) throws(JSONError) -> JSONValue {
        let start = position
        let isNegative = take(UInt8(ascii: "-"), text)
        let firstDigit = position
        try skipDigits(text)
        if text[firstDigit] == UInt8(ascii: "0"), position > firstDigit + 1 {
            throw failure(.invalidNumber, at: start)  // A leading zero.
        }
        let endOfInteger = position
        if take(UInt8(ascii: "."), text) { try skipDigits(text) }
        if take(UInt8(ascii: "e"), text) || take(UInt8(ascii: "E"), text) {
            if !take(UInt8(ascii: "+"), text) { _ = take(UInt8(ascii: "-"), text) }
            try skipDigits(text)
        }
        guard position - start <= limits.numberByteCount else {
            throw failure(.numberTooLong, at: start)
        }
        if position == endOfInteger,
            let value = integer(text, firstDigit..<endOfInteger, isNegative: isNegative)
        {
            return .integer(value)
        }
        return .number(string(text, start..<position))
    }

    /// Steps over one or more digits.
    private mutating func skipDigits(_ text: borrowing Span<UInt8>) throws(JSONError) {
        let start = position
        while position < text.count, 0x30...0x39 ~= text[position] { position += 1 }
        if position == start {
            throw failure(position == text.count ? .unexpectedEnd : .invalidNumber)
        }
    }

    /// The value of the digits, or nil when it does not fit or is `-0`, which no integer is.
    private func integer(
        _ text: borrowing Span<UInt8>,
        _ digits: Range<Int>,
        isNegative: Bool
    ) -> Int64? {
        var value: Int64 = 0
        for index in digits {
            let digit = Int64(text[index] - 0x30)
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) =
                isNegative
                ? product.subtractingReportingOverflow(digit)
                : product.addingReportingOverflow(digit)
            if overflow || carry { return nil }
            value = sum
        }
        return isNegative && value == 0 ? nil : value
    }
}
