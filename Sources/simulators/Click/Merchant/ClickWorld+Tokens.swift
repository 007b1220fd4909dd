internal import JSON

// Cards behind tokens (section 3.6).
extension Click.World {
    /// A card is entered on a page of the shop's: by its mask, since no number is taken.
    mutating func requestToken(
        _ body: JSONObject,
        _ service: Click.Service
    ) throws(Click.Failure) -> JSONValue {
        let (mask, expiry, isTemporary) = try Self.reading(body) {
            fields throws(JSONFieldErrors) in
            let mask = fields.required("card_number", .string(bytes: 1...40))
            let expiry = fields.required("expire_date", .string(bytes: 4...4))
            let temporary = fields.optional("temporary", .int64(in: 0...1)) ?? 0
            let read = try fields.finish(mask, expiry)
            return (read.0, read.1, temporary == 1)
        }
        guard let card = Click.TestCard.named(mask), card.expiry == expiry else {
            throw .malformed("There is no such card")
        }
        let id = "\(numbers.nextInvoice())-\(numbers.nextTransaction())"
        tokens.insert(
            Click.Token(service: service.id, card: card, isTemporary: isTemporary),
            id: id
        )
        return Self.success([
            "card_token": .string(id), "phone_number": "998*****4567",
            "temporary": .integer(isTemporary ? 1 : 0),
        ])
    }

    mutating func verifyToken(
        _ body: JSONObject,
        _ service: Click.Service
    ) throws(Click.Failure) -> JSONValue {
        let (id, code) = try Self.reading(body) { fields throws(JSONFieldErrors) in
            let id = fields.required("card_token", .string)
            let code = fields.required("sms_code", .int64)
            return try fields.finish(id, code)
        }
        let token = try token(id, service)
        guard code == Click.TestCard.smsCode else { throw .wrongCode }
        tokens[id]?.isVerified = true
        return Self.success(["card_number": .string(token.card.mask)])
    }

    mutating func payByToken(
        _ body: JSONObject,
        _ service: Click.Service
    ) throws(Click.Failure) -> JSONValue {
        let (id, amount, reference) = try Self.reading(body) { fields throws(JSONFieldErrors) in
            let id = fields.required("card_token", .string)
            let amount = fields.required("amount", .hundredths)
            let reference = fields.required("transaction_parameter", .string(bytes: 1...64))
            return try fields.finish(id, amount, reference)
        }
        guard amount.minor > 0 else { throw .malformed("/amount: This must be positive.") }
        let token = try token(id, service)
        guard token.isVerified else { throw .tokenNotVerified }
        if token.isTemporary { tokens[id]?.isDeleted = true }
        let asksShop = service.asksShopAboutTokens && service.prepareURL != nil
        let payment = pay(
            Order(service: service, amount: amount, reference: reference),
            Click.Payment.Plan(card: token.card),
            asksShop: asksShop
        )
        if !asksShop { try charge(payment) }
        return try status(of: self.payment("\(payment)", of: service))
    }

    mutating func deleteToken(
        _ id: String,
        _ service: Click.Service
    ) throws(Click.Failure) -> JSONValue {
        _ = try token(id, service)
        tokens[id]?.isDeleted = true
        return Self.success()
    }

    private func token(
        _ id: String,
        _ service: Click.Service
    ) throws(Click.Failure) -> Click.Token {
        guard let token = tokens[id], token.service == service.id, !token.isDeleted else {
            throw .noSuchToken
        }
        return token
    }

    /// Takes the money of a payment that the shop is not asked about.
    mutating func charge(_ id: Int64) throws(Click.Failure) {
        guard let payment = payment(id) else { throw .noSuchPayment }
        if case .refused(let error, let note) = payment.plan.card.verdict {
            change(id) { $0.failure = .init(error: error, note: note) }
            end(id)
            throw Click.Failure(code: error, note: note, payment: id)
        }
        book.move(.authorized, payment.amount.minor, of: "\(id)", key: nil)
        if payment.isByPass, service(payment.service)?.confirmsPass == true {
            enter(.confirming, id)
            agenda.enter(.endUnconfirmed(payment: id), at: now + Click.confirmationTime)
        } else {
            settle(id)
        }
    }
}
