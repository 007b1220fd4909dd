import PaymentCore

extension MethodDetails {
    /// Of a masked number such as `860006******6311` and an expiry as `MMYY` or `MM/YY`: what
    /// Uzbekistan's vendors show of a card. What is not given in this form is nil.
    init(mask: String?, expiry: String?) {
        let last4 = mask.map { String($0.suffix(4)) }.flatMap { $0.isDecimal(4) ? $0 : nil }
        let digits = expiry.map { $0.filter { $0 != "/" } }.flatMap { $0.isDecimal(4) ? $0 : nil }
        self.init(
            brand: mask.flatMap(Self.brand(ofMask:)),
            last4: last4,
            expiryMonth: digits.flatMap { Int($0.prefix(2)) },
            expiryYear: digits.flatMap { Int($0.suffix(2)) }.map { 2_000 + $0 }
        )
    }

    private static func brand(ofMask mask: String) -> String? {
        switch mask.prefix(4) {
        case "8600", "5614": "uzcard"
        case "9860": "humo"
        default: nil
        }
    }
}

extension String {
    /// Whether it is so many decimal digits.
    func isDecimal(_ count: Int) -> Bool {
        utf8.count == count && utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
