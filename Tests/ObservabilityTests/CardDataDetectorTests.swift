import Observability
import Testing

@Suite struct CardDataDetectorTests {
    /// Test numbers of the networks, none of them anybody's card.
    static let numbers = [
        "4242424242424242", "4222222222222", "4000000000000000006",  // Visa of 16, 13 and 19
        "5555555555554444", "2223003122003222",  // Mastercard, both series
        "378282246310005", "30569309025904", "6011111111111117", "3566002020360505",
        "6200000000000005", "6205500000000000004",  // UnionPay
        "2200000000000004", "2204123412341239",  // Mir
        "8600000000000000", "5614000000000007", "9860000000000009",  // Uzcard, Humo
    ].map(withCheckDigit)

    @Test(arguments: numbers)
    func `a card number is found wherever it stands`(number: String) {
        #expect(CardDataDetector.containsCardNumber(number))
        #expect(CardDataDetector.containsCardNumber("card: \(number), thanks"))
        #expect(CardDataDetector.containsCardNumber("{\"pan\":\"\(number)\"}"))
        #expect(CardDataDetector.containsCardNumber("карта\(number)."))
        #expect(CardDataDetector.containsCardNumber("order 17 \(number) 12/27 123"))
    }

    @Test(arguments: numbers)
    func `groups may be parted by single spaces or dashes`(number: String) {
        for separator in [" ", "-"] {
            let grouped = number.enumerated().map { index, digit in
                index > 0 && index.isMultiple(of: 4) ? separator + String(digit) : String(digit)
            }.joined()
            #expect(CardDataDetector.containsCardNumber(grouped))
            let doubled = grouped.split(separator: separator).joined(
                separator: separator + separator
            )
            #expect(!CardDataDetector.containsCardNumber(doubled))
        }
    }

    @Test(arguments: numbers)
    func `an alphanumeric neighbour makes it part of something else`(number: String) {
        for text in ["a\(number)", "\(number)Z", "x\(number)y", "7\(number)\(number)"] {
            #expect(!CardDataDetector.containsCardNumber(text))
        }
    }

    @Test(arguments: numbers)
    func `a wrong check digit is no card number`(number: String) {
        let last = Int(number.suffix(1)) ?? 0
        #expect(!CardDataDetector.containsCardNumber("\(number.dropLast())\((last + 1) % 10)"))
    }

    @Test(arguments: [
        "", "0", "424242424242", "1763700000000", "0000000000000000", "79927398713",
        "2026-11-21 05:03:29", "+998 90 123 45 67", "1111111111111117", "9999999999999995",
        "018f6b2a-7c3e-7d10-8a5b-3f2c1d0e9b8a",
    ])
    func `what is no card number passes`(text: String) {
        #expect(!CardDataDetector.containsCardNumber(text))
        #expect(!CardDataDetector.containsCardNumber(Array(text.utf8)))
    }

    @Test func `a run of twenty digits is no card number even when a part of it is`() {
        #expect(!CardDataDetector.containsCardNumber("42424242424242420000"))
        #expect(CardDataDetector.containsCardNumber("4242424242424242 0000"))
    }

    @Test func `the range found spans the separators`() {
        let text = "a 4242 4242-4242 4242 b"
        let range = CardDataDetector.firstCardNumber(in: text.utf8Span.span, from: 0)
        #expect(range == 2..<21)
    }

    /// `number` with its last digit replaced by the one that passes the Luhn check.
    private static func withCheckDigit(_ number: String) -> String {
        let body = number.dropLast().reversed().compactMap(\.wholeNumberValue)
        let sum = body.enumerated().reduce(0) { sum, item in
            let value = item.offset.isMultiple(of: 2) ? item.element * 2 : item.element
            return sum + (value > 9 ? value - 9 : value)
        }
        return "\(number.dropLast())\((10 - sum % 10) % 10)"
    }
}
