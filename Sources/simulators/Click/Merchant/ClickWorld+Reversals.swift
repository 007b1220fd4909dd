internal import JSON

// What became of payments, and how they are given back (section 3.6).
extension Click.World {
    func status(of payment: Click.Payment) -> JSONValue {
        var answer = JSONObject([
            ("error_code", 0), ("error_note", .string(payment.statusNote)),
            ("payment_id", .integer(payment.id)),
        ])
        answer["payment_status"] = .integer(payment.status)
        return .object(answer)
    }

    /// The latest payment of a reference that was made on a day in Tashkent.
    func statusByReference(
        _ reference: String,
        on date: String,
        _ service: Click.Service
    ) throws(Click.Failure) -> JSONValue {
        guard date.wholeMatch(of: /\d{4}-\d\d-\d\d/) != nil else {
            throw .malformed("The date is no YYYY-MM-DD")
        }
        let matches = payments.newestFirst.filter { payment in
            payment.service == service.id && payment.reference == reference
                && payment.created.dateAndTime(offset: Click.zone).hasPrefix(date)
        }
        // One that was paid says more than the attempts around it.
        guard let payment = matches.first(where: { $0.status == 2 }) ?? matches.first else {
            throw .noSuchPayment
        }
        // Here, as in the reference's sample, the number is a text.
        var answer = JSONObject([
            ("error_code", 0), ("error_note", "Success"), ("payment_id", .string("\(payment.id)")),
            ("merchant_trans_id", .string(reference)),
        ])
        if settings.tellsStatusByReference { answer["payment_status"] = .integer(payment.status) }
        return .object(answer)
    }

    mutating func reverse(_ payment: Click.Payment) throws(Click.Failure) -> JSONValue {
        try checkReversal(of: payment)
        giveBack(payment)
        return Self.success(["payment_id": .integer(payment.id)])
    }

    /// Returns to the payer what partial reversals have left of a payment.
    mutating func giveBack(_ payment: Click.Payment) {
        let amount = payment.amount.minor - payment.reversed
        book.move(.refunded, amount, of: "\(payment.id)", key: nil)
        change(payment.id) { $0.reversed += amount }
        enter(.reversed, payment.id)
    }

    mutating func reversePartially(
        _ payment: Click.Payment,
        _ amount: String,
        _ service: Click.Service
    ) throws(Click.Failure) -> JSONValue {
        guard service.reversesPartially else { throw .notOffered }
        guard let amount = Hundredths(amount), amount.minor > 0 else {
            throw .malformed("The amount is no amount in soum")
        }
        try checkReversal(of: payment)
        guard payment.reversed + amount.minor <= payment.amount.minor else {
            throw .notReversible("Amount is greater than what is left", payment.id)
        }
        book.move(.refunded, amount.minor, of: "\(payment.id)", key: nil)
        change(payment.id) { $0.reversed += amount.minor }
        if payment.reversed + amount.minor == payment.amount.minor {
            enter(.reversed, payment.id)
        }
        return Self.success()
    }

    private func checkReversal(of payment: Click.Payment) throws(Click.Failure) {
        guard payment.stage == .paid else {
            let note =
                payment.stage == .reversed
                ? "Payment is already reversed" : "Payment was not successful"
            throw .notReversible(note, payment.id)
        }
        guard isOpen(payment.created) else {
            throw .notReversible("Reporting month is closed", payment.id)
        }
        guard payment.plan.card.isReversible else { throw .refusedByProcessor(payment.id) }
    }

    /// The payment's month is still running, or ended yesterday.
    private func isOpen(_ created: SimulatedTime) -> Bool {
        func month(_ time: SimulatedTime) -> Substring {
            time.dateAndTime(offset: Click.zone).prefix(7)
        }
        let today = now.dateAndTime(offset: Click.zone).prefix(10)
        if month(created) == today.prefix(7) { return true }
        return today.hasSuffix("-01") && month(now + .seconds(-86_400)) == month(created)
    }
}

extension Click.Payment {
    /// `payment_status`: below 0 an error, 0 created, 1 in progress, 2 successful.
    fileprivate var status: Int64 {
        switch stage {
        case .preparing, .prepared: 0
        case .completing, .hanging, .confirming: 1
        case .paid: 2
        case .refused, .cancelled: failure?.error ?? -1
        case .reversed: -99
        }
    }

    fileprivate var statusNote: String {
        switch stage {
        case .preparing, .prepared, .completing, .hanging, .confirming, .paid: "Success"
        case .refused, .cancelled: failure?.note ?? "Cancelled"
        case .reversed: "Payment is reversed"
        }
    }
}
