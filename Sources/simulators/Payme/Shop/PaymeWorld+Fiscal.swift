internal import JSON

// Fiscal receipts, as the tax office's operator makes them (section 3.10).
extension Payme.World {
    /// Tells the shop of a transaction's fiscal receipt: of the sale, or of the refund after it.
    mutating func sendFiscalData(of id: String) {
        guard let transaction = transactions[id] else { return }
        let type = transaction.stage == .refunded ? "CANCEL" : "PERFORM"
        let number = questionCount + 1_000
        ask(
            Payme.Method.fiscal.rawValue,
            [
                "id": .string(id), "type": .string(type),
                "fiscal_data": [
                    "receipt_id": .integer(number), "status_code": 0, "message": "accepted",
                    "terminal_id": "EP000000000117", "fiscal_sign": "812345678901",
                    "qr_code_url": .string(
                        "https://ofd.soliq.uz/epi?t=EP000000000117&r=\(number)&s=812345678901"
                    ),
                    "date": .string(now.dateAndTime(offset: 300).filter(\.isWholeNumber)),
                ],
            ],
            of: transaction.link.merchant,
            for: .transaction(id)
        )
    }
}
