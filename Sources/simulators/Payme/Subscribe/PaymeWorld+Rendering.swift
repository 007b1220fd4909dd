internal import JSON

extension Payme.World {
    /// A card as section 4.1 shows it: its mask, never its number.
    func render(_ card: Payme.Card, token: String) -> JSONValue {
        let expiry = card.card.expiry
        return [
            "card": [
                "number": .string(card.card.mask),
                "expire": .string("\(expiry.prefix(2))/\(expiry.suffix(2))"),
                "token": .string(token), "recurrent": .bool(card.isRecurrent),
                "verify": .bool(card.isVerified),
            ]
        ]
    }

    /// A receipt as section 4.2 shows it.
    func render(_ receipt: Payme.Receipt) -> JSONValue {
        func time(_ moment: SimulatedTime?) -> JSONValue { .integer(moment?.milliseconds ?? 0) }
        func text(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
        return [
            "_id": .string(receipt.id), "create_time": time(receipt.created),
            "pay_time": time(receipt.paid), "cancel_time": time(receipt.cancelled),
            "state": .integer(receipt.state.rawValue), "type": 1, "external": false,
            "operation": -1, "category": .null,
            "error": receipt.failure.map { failure in
                ["code": .integer(failure.code), "message": .string(failure.message.en)]
            } ?? .null,
            "description": text(receipt.description), "detail": receipt.detail ?? .null,
            "amount": .integer(receipt.amount), "currency": .integer(Payme.currencyNumber),
            "commission": .integer(receipt.commission),
            "account": .array(
                receipt.account.members.enumerated().map { index, field in
                    [
                        "name": .string(field.name), "title": .string(field.name),
                        "value": .string(field.value.stringValue ?? field.value.text),
                        "main": .bool(index == 0),
                    ]
                }
            ),
            "card": receipt.card.map { card in
                ["number": .string(card.mask), "expire": .string(card.expiry)]
            } ?? .null,
            "merchant": ["_id": .string(receipt.cashbox)], "meta": .null,
            "processing_id": .null,
        ]
    }
}
