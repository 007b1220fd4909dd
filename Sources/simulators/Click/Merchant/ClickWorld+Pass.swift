internal import JSON

// CLICK Pass: payers show codes at a till (section 3.6).
extension Click.World {
    /// A payer's app shows a code.
    mutating func showPass(_ card: Click.TestCard) -> String {
        // Letters before the digits: alone they could be taken for a card's.
        let code = "CP\(numbers.nextTransaction())"
        passes = passes.filter { $0.value.end > now }
        passes[code] = Click.Pass(card: card, end: now + Click.passLifetime)
        return code
    }

    mutating func payByPass(
        _ body: JSONObject,
        _ service: Click.Service
    ) throws(Click.Failure) -> JSONValue {
        let (code, amount, reference) = try Self.reading(body) { fields throws(JSONFieldErrors) in
            let code = fields.required("otp_data", .string(bytes: 1...40))
            let amount = fields.required("amount", .hundredths)
            _ = fields.optional("cashbox_code", .string(bytes: 1...64))
            let reference = fields.optional("transaction_id", .string(bytes: 1...64))
            let read = try fields.finish(code, amount)
            return (read.0, read.1, reference)
        }
        guard amount.minor > 0 else { throw .malformed("/amount: This must be positive.") }
        let card = try scan(code)
        let id = pay(
            Order(service: service, amount: amount, reference: reference, isByPass: true),
            Click.Payment.Plan(card: card),
            asksShop: false
        )
        try charge(id)
        let isConfirmed = payment(id)?.stage == .paid
        return Self.success([
            "payment_id": .integer(id), "payment_status": isConfirmed ? 2 : 1,
            "confirm_mode": isConfirmed ? 0 : 1, "card_type": "private",
            "processing_type": .string(card.processing), "card_number": .string(card.mask),
            "phone_number": "998*****4567",
        ])
    }

    /// What is behind a code is the payer's. The name of a test card is a code that never ends.
    private mutating func scan(_ code: String) throws(Click.Failure) -> Click.TestCard {
        if let card = Click.TestCard.named(code) { return card }
        guard let pass = passes.removeValue(forKey: code), pass.end > now else {
            throw .noSuchPass
        }
        return pass.card
    }

    mutating func confirmPass(
        _ body: JSONObject,
        _ service: Click.Service
    ) throws(Click.Failure) -> JSONValue {
        let id = try Self.reading(body) { fields throws(JSONFieldErrors) in
            let id = fields.required("payment_id", .int64)
            return try fields.finish(id)
        }
        let payment = try payment("\(id)", of: service)
        guard payment.stage == .confirming else { throw .nothingToConfirm }
        settle(id)
        return Self.success(["payment_id": .integer(id)])
    }

    mutating func confirmPasses(of service: Click.Service, _ confirms: Bool) -> JSONValue {
        for index in services.indices where services[index].id == service.id {
            services[index].confirmsPass = confirms
        }
        return Self.success()
    }

    /// Nobody confirmed in time.
    mutating func endUnconfirmed(_ id: Int64) {
        guard payment(id)?.stage == .confirming else { return }
        change(id) { $0.failure = .init(error: -1, note: "Not confirmed in time") }
        end(id)
    }
}
