internal import JSON

extension PayPal {
    /// An order's amount as received, perhaps with its parts.
    struct WrittenAmount: Sendable {
        private struct Part: Sendable {
            let name: String
            let amount: WrittenMoney
            /// It makes the amount smaller.
            let isDiscount: Bool
        }

        private let total: WrittenMoney
        private let parts: [Part]

        /// The amount, if its parts add up.
        ///
        /// - Parameter field: where it stands, as a JSON pointer.
        func read(at field: String) throws(Failure) -> Money {
            let amount = try total.read(.positive, at: field)
            guard !parts.isEmpty else { return amount }
            var sum: Int64 = 0
            for part in parts {
                let money = try part.amount.read(.zero, at: "\(field)/breakdown/\(part.name)")
                guard money.currency == amount.currency else {
                    throw .issue("MULTI_CURRENCY_ORDER", at: "\(field)/breakdown/\(part.name)")
                }
                sum += part.isDiscount ? -money.amount : money.amount
            }
            guard sum == amount.amount else {
                throw .issue("AMOUNT_MISMATCH", at: "\(field)/value")
            }
            return amount
        }

        static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                let currency = fields.required("currency_code", .string(bytes: 3...3))
                let value = fields.required("value", .string(bytes: 1...32))
                let parts = fields.optional("breakdown", partsReader) ?? []
                let required = try fields.finish(currency, value)
                return WrittenAmount(
                    total: WrittenMoney(currency: required.0, value: required.1),
                    parts: parts
                )
            }
        }

        private static var partsReader: JSONReader<[Part]> {
            .object { fields throws(JSONFieldErrors) in
                var parts: [Part] = []
                for (name, isDiscount) in [
                    ("item_total", false), ("shipping", false), ("handling", false),
                    ("tax_total", false), ("insurance", false), ("shipping_discount", true),
                    ("discount", true),
                ] {
                    guard let amount = fields.optional(name, WrittenMoney.reader) else { continue }
                    parts.append(Part(name: name, amount: amount, isDiscount: isDiscount))
                }
                try fields.finish()
                return parts
            }
        }
    }
}
