internal import JSON

// Saved cards, and the payer's code on a screen of the shop's own (section 3.6).
extension Octo.World {
    /// The card behind a token: one that was saved, or `test_<name>`.
    private func card(_ token: String) throws(Octo.Failure) -> Octo.TestCard {
        if let saved = tokens[token] {
            guard let card = saved else { throw .noToken }
            return card
        }
        guard token.hasPrefix("test_"),
            let card = Octo.TestCard.named(String(token.dropFirst("test_".count)))
        else { throw .noToken }
        return card
    }

    /// A payer has let their card be saved.
    mutating func save(_ card: Octo.TestCard) -> String {
        let token = uuid()
        tokens[token] = card
        return token
    }

    mutating func blockToken(_ body: JSONObject) throws(Octo.Failure) -> JSONValue {
        let token = try Self.reading(body) { fields throws(JSONFieldErrors) in
            _ = fields.optional("octo_shop_id", .int64)
            let token = fields.required("card_token", .string)
            return try fields.finish(token)
        }
        _ = try card(token)
        tokens[token] = .some(nil)
        return ["card_token": .string(token), "status": "blocked"]
    }

    /// Charges a saved card for a payment that was prepared. A card number is never taken.
    mutating func payByToken(
        _ uuid: String,
        _ body: JSONObject,
        _ shop: Octo.Shop?
    ) throws(Octo.Failure) -> JSONValue {
        let (token, email) = try Self.reading(body) { fields throws(JSONFieldErrors) in
            _ = fields.optional("octo_shop_id", .int64)
            let token = fields.required("card_token", .string)
            _ = fields.required("method", .string)
            let email = fields.optional("email", .string)
            return (try fields.finish(token), email)
        }
        guard let payment = payment(uuid), shop?.id ?? payment.order.shop == payment.order.shop
        else { throw .noPayment }
        guard payment.isUnpaid else { throw .wrongStatus }
        if payment.order.hasUserData, email?.isEmpty != false { throw .blank(["email"]) }
        let card = try card(token)
        if card.needsCode {
            payments[uuid]?.card = card
            open(uuid)
        } else {
            pay(uuid, with: card)
        }
        guard let after = payments[uuid] else { throw .noPayment }
        return [
            "id": .integer(after.number), "uuid": .string(uuid),
            "status": .string(after.status.rawValue), "redirectUrl": .string(pageURL(after)),
            "totalSum": after.order.total.json,
            "details": [
                "cardInfo": [
                    "first6": .string(card.first6), "last4": .string(card.last4),
                    "issuerCountryCode": .string(card.country),
                ]
            ],
        ]
    }

    func verificationInfo(_ uuid: String) throws(Octo.Failure) -> JSONValue {
        guard let payment = payment(uuid), payment.status == .waitsForUser else {
            throw .noPayment
        }
        return [
            "verifyId": .integer(payment.number + 1), "phone": "99890*****67",
            "secondsLeft": 120,
        ]
    }

    /// Three wrong codes end the payment.
    mutating func checkCode(_ body: JSONObject) throws(Octo.Failure) -> JSONValue {
        let (code, number, verification) = try Self.reading(body) {
            fields throws(JSONFieldErrors) in
            let code = fields.required("smsKey", .string)
            let number = fields.required("paymentId", .int64)
            let verification = fields.required("verifyId", .int64)
            return try fields.finish(code, number, verification)
        }
        let found = payments.newestFirst.first { $0.number == number }
        guard let payment = found, verification == number + 1, let card = payment.card,
            payment.status == .waitsForUser
        else { throw .noPayment }
        if code == Octo.TestCard.smsCode {
            pay(payment.uuid, with: card)
        } else {
            payments[payment.uuid]?.wrongCodes += 1
            guard payment.wrongCodes >= 2 else { throw .format("Wrong sms key") }
            cancel(payment.uuid)
        }
        return [
            "uuid": .string(payment.uuid),
            "status": .string(payments[payment.uuid]?.status.rawValue ?? ""),
        ]
    }
}
