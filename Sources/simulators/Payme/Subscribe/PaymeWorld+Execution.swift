internal import JSON

// The methods of the Subscribe API (section 4).
extension Payme.World {
    /// - Returns: the `result`.
    mutating func execute(
        _ operation: Payme.Operation,
        _ params: JSONObject,
        for cashbox: Payme.Cashbox
    ) throws(Payme.Failure) -> JSONValue {
        switch operation {
        case .createCard, .sendCode, .verifyCard, .checkCard, .removeCard:
            return try executeCards(operation, params, cashbox.id)
        case .createReceipt, .payReceipt, .sendReceipt, .cancelReceipt, .confirmHold,
            .setFiscalData:
            return try executeReceipts(operation, params, cashbox)
        case .checkReceipt:
            let id = try Self.id(in: params)
            return ["state": .integer(try receipt(id, of: cashbox.id).state.rawValue)]
        case .getReceipt:
            let id = try Self.id(in: params)
            return ["receipt": render(try receipt(id, of: cashbox.id))]
        case .listReceipts: return try listReceipts(params, cashbox.id)
        }
    }

    private mutating func executeCards(
        _ operation: Payme.Operation,
        _ params: JSONObject,
        _ cashbox: String
    ) throws(Payme.Failure) -> JSONValue {
        guard operation != .createCard else { return try createCard(params, cashbox) }
        let (token, code) = try Payme.Failure.reading(params) { fields throws(JSONFieldErrors) in
            let token = fields.required("token", .string(bytes: 1...200))
            let code =
                operation == .verifyCard ? fields.required("code", .string(bytes: 1...10)) : ""
            return try fields.finish(token, code)
        }
        switch operation {
        case .sendCode:
            guard try card(token, of: cashbox).card.hasSMS else {
                throw .card("SMS notification is not connected")
            }
            return ["sent": true, "phone": "99890*****31", "wait": 60_000]
        case .verifyCard:
            let newToken = try verifyCard(token, code: code, cashbox: cashbox)
            return render(try card(newToken, of: cashbox), token: newToken)
        case .removeCard:
            try removeCard(token, cashbox: cashbox)
            return ["success": true]
        default:  // Only cards.check is left.
            return render(try card(token, of: cashbox), token: token)
        }
    }

    private mutating func createCard(
        _ params: JSONObject,
        _ cashbox: String
    ) throws(Payme.Failure) -> JSONValue {
        let (number, expiry, save) = try Payme.Failure.reading(params) {
            fields throws(JSONFieldErrors) in
            let card = fields.required(
                "card",
                .object { card throws(JSONFieldErrors) in
                    let number = card.required("number", .string(bytes: 1...40))
                    let expiry = card.required("expire", .string(bytes: 4...4))
                    return try card.finish(number, expiry)
                }
            )
            let save = fields.optional("save", .bool) ?? false
            _ = fields.optional("account", .any)
            _ = fields.optional("customer", .any)
            let read = try fields.finish(card)
            return (read.0, read.1, save)
        }
        let token = try createCard(
            number: number,
            expiry: expiry,
            isRecurrent: save,
            cashbox: cashbox
        )
        return render(try card(token, of: cashbox), token: token)
    }

    private mutating func executeReceipts(
        _ operation: Payme.Operation,
        _ params: JSONObject,
        _ cashbox: Payme.Cashbox
    ) throws(Payme.Failure) -> JSONValue {
        var id = ""
        switch operation {
        case .createReceipt:
            let order = try Payme.ReceiptOrder(params)
            id = try createReceipt(order, cashbox)
        case .payReceipt:
            let order = try Payme.PayOrder(params)
            id = order.id
            try payReceipt(order, cashbox)
        case .confirmHold:
            let amount: Int64?
            (id, amount) = try Payme.Failure.reading(params) { fields throws(JSONFieldErrors) in
                let id = fields.required("id", .string)
                let amount = fields.optional("amount", .int64)
                return (try fields.finish(id), amount)
            }
            try confirmHold(id, amount: amount, cashbox: cashbox.id)
        case .sendReceipt:
            (id, _) = try Payme.Failure.reading(params) { fields throws(JSONFieldErrors) in
                let id = fields.required("id", .string)
                let phone = fields.required("phone", .string(bytes: 12...13))
                return try fields.finish(id, phone)
            }
            guard try receipt(id, of: cashbox.id).state == .created else { throw .noSuchReceipt }
            return ["success": true]
        case .setFiscalData:
            let data: JSONValue
            (id, data) = try Payme.Failure.reading(params) { fields throws(JSONFieldErrors) in
                let id = fields.required("id", .string)
                let data = fields.required("fiscal_data", .any)
                return try fields.finish(id, data)
            }
            _ = try receipt(id, of: cashbox.id)
            receipts[id]?.fiscalData = data
            return ["success": true]
        default:  // Only receipts.cancel is left.
            id = try Self.id(in: params)
            try cancelReceipt(id, cashbox: cashbox.id)
        }
        return ["receipt": render(try receipt(id, of: cashbox.id))]
    }

    private func listReceipts(
        _ params: JSONObject,
        _ cashbox: String
    ) throws(Payme.Failure) -> JSONValue {
        let (count, from, to, offset) = try Payme.Failure.reading(params) {
            fields throws(JSONFieldErrors) in
            let count = fields.required("count", .int64(in: 1...50))
            let from = fields.required("from", .int64(in: 0...))
            let to = fields.required("to", .int64(in: 0...))
            let offset = fields.optional("offset", .int64(in: 0...1_000_000)) ?? 0
            let read = try fields.finish(count, from, to)
            return (read.0, read.1, read.2, offset)
        }
        let matches = receipts.newestFirst.reversed().filter {
            $0.cashbox == cashbox && from <= $0.created.milliseconds
                && $0.created.milliseconds <= to
        }
        return .array(matches.dropFirst(Int(offset)).prefix(Int(count)).map { render($0) })
    }

    private static func id(in params: JSONObject) throws(Payme.Failure) -> String {
        try Payme.Failure.reading(params) { fields throws(JSONFieldErrors) in
            let id = fields.required("id", .string)
            return try fields.finish(id)
        }
    }
}
