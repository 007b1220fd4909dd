/// Finds payment card numbers in text; pure, so that the API's gate and the log's mask agree.
///
/// A card number is a run of 13 to 19 ASCII digits, in which single spaces or dashes may separate
/// groups, with no ASCII letter or digit next to it, that passes the Luhn check and lies in an
/// issuer range. A longer line of groups is searched group by group, so a number followed by its
/// expiry date is found as well.
package enum CardDataDetector {
    /// Digits a card number may have (ISO/IEC 7812-1 allows 19, old Visa cards have 13).
    package static let lengths = 13...19

    /// Whether `text` holds a card number.
    package static func containsCardNumber(_ text: String) -> Bool {
        firstCardNumber(in: text.utf8Span.span, from: 0) != nil
    }

    /// Whether `bytes`, read as ASCII or UTF-8, hold a card number.
    package static func containsCardNumber(_ bytes: [UInt8]) -> Bool {
        firstCardNumber(in: bytes.span, from: 0) != nil
    }

    /// The byte range, separators included, of the first card number at or after `start`.
    package static func firstCardNumber(
        in bytes: borrowing Span<UInt8>,
        from start: Int
    ) -> Range<Int>? {
        var position = start
        while position < bytes.count {
            guard bytes[position].isDigit else {
                position += 1
                continue
            }
            if position == 0 || !bytes[position - 1].isAlphanumeric,
                let end = endOfCardNumber(in: bytes, at: position)
            {
                return position..<end
            }
            position = endOfDigits(in: bytes, at: position)
        }
        return nil
    }

    /// The end of the longest card number whose first group begins at `start`.
    private static func endOfCardNumber(in bytes: borrowing Span<UInt8>, at start: Int) -> Int? {
        var number = CardNumberCheck()
        var found: Int?
        var position = start
        while position < bytes.count {
            let byte = bytes[position]
            if byte.isDigit {
                guard number.count < lengths.upperBound else { break }
                number.append(byte)
                position += 1
                continue
            }
            if byte.isLetter { break }
            // A group has ended where an alphanumeric neighbour cannot follow.
            if lengths.contains(number.count), number.isCardNumber { found = position }
            guard byte == UInt8(ascii: " ") || byte == UInt8(ascii: "-") else { return found }
            guard position + 1 < bytes.count, bytes[position + 1].isDigit else { return found }
            position += 1
        }
        if position == bytes.count, lengths.contains(number.count), number.isCardNumber {
            found = position
        }
        return found
    }

    private static func endOfDigits(in bytes: borrowing Span<UInt8>, at start: Int) -> Int {
        var position = start
        while position < bytes.count, bytes[position].isDigit { position += 1 }
        return position
    }
}

/// The running Luhn sums and leading digits of a candidate, fed digit by digit.
private struct CardNumberCheck {
    private(set) var count = 0
    /// The first six digits, as far as they have come.
    private var prefix = 0
    // Which digits are doubled depends on the number's length, so both sums are kept.
    private var sumDoublingEven = 0
    private var sumDoublingOdd = 0

    mutating func append(_ byte: UInt8) {
        let digit = Int(byte - UInt8(ascii: "0"))
        let doubled = digit < 5 ? digit * 2 : digit * 2 - 9
        sumDoublingEven += count.isMultiple(of: 2) ? doubled : digit
        sumDoublingOdd += count.isMultiple(of: 2) ? digit : doubled
        if count < 6 { prefix = prefix * 10 + digit }
        count += 1
    }

    /// The last digit is never doubled, so an even length doubles the even positions.
    var isCardNumber: Bool {
        (count.isMultiple(of: 2) ? sumDoublingEven : sumDoublingOdd).isMultiple(of: 10)
            && IssuerRange.contains(prefix)
    }
}

extension UInt8 {
    var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }

    /// An ASCII letter of either case.
    var isLetter: Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= (self | 0x20) }

    var isUppercase: Bool { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self }

    var isAlphanumeric: Bool { isDigit || isLetter }
}
