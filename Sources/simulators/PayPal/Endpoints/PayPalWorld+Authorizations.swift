internal import JSON

// Holds: taking from them, letting them go, keeping them alive (sections 2.3 and 2.4).
extension PayPal.World {
    /// `POST …/authorizations/{id}/capture`.
    mutating func captureAuthorization(
        _ id: String,
        _ request: PayPal.CaptureRequest
    ) throws(PayPal.Failure) -> String {
        let authorization = try authorization(id)
        try checkOpen(authorization)
        let written = try request.amount.map { written throws(PayPal.Failure) in
            try written.read(.positive, at: "/amount")
        }
        let amount = written ?? authorization.amount.with(authorization.left)
        guard amount.currency == authorization.amount.currency else {
            throw .issue("AUTH_CAPTURE_CURRENCY_MISMATCH", at: "/amount/currency_code")
        }
        guard authorization.captured + amount.amount <= ceiling(of: authorization) else {
            throw .issue("MAX_CAPTURE_AMOUNT_EXCEEDED", at: "/amount/value")
        }
        guard authorization.captures < Terms.captures else {
            throw .issue("MAX_CAPTURE_COUNT_EXCEEDED")
        }
        if let invoice = request.invoiceID { try checkInvoice(invoice, at: "/invoice_id") }
        let order = orders[authorization.order]
        let taking = order?.funding?.taking ?? .completes
        if case .refuses(let issue) = taking { throw .issue(issue) }
        if case .needsHonor = taking, now > authorization.honoredUntil {
            throw .issue("INSTRUMENT_DECLINED")
        }
        let takesAll = authorization.captured + amount.amount >= authorization.amount.amount
        var capture = PayPal.Capture(
            id: nextID(),
            order: authorization.order,
            unit: authorization.unit,
            authorization: id,
            created: now,
            amount: amount,
            isFinal: request.isFinal,
            invoiceID: request.invoiceID ?? order?.units[authorization.unit].invoiceID,
            status: .completed,
            updated: now
        )
        capture.processorResponse = authorization.processorResponse
        if case .waits(let reason, let completes) = taking {
            wait(&capture, reason, completes: completes)
        }
        captures.insert(capture, id: capture.id)
        orders[authorization.order]?.units[authorization.unit].captures.append(capture.id)
        if let invoice = request.invoiceID { usedInvoices.insert(invoice) }
        let excess = authorization.captured + amount.amount - authorization.amount.amount
        let raise = min(amount.amount, excess)
        if raise > 0 { book.move(.raised, raise, of: authorization.order, key: nil) }
        authorizations[id]?.captured += amount.amount
        authorizations[id]?.captures += 1
        authorizations[id]?.updated = now
        authorizations[id]?.status = .partiallyCaptured
        if request.isFinal || takesAll { close(id) }
        finish(capture.id)
        return capture.id
    }

    /// No more is taken: what is left goes back to the payer.
    private mutating func close(_ id: String) {
        guard let authorization = authorizations[id] else { return }
        authorizations[id]?.status = .captured
        release(authorization)
    }

    private mutating func release(_ authorization: PayPal.Authorization) {
        guard authorization.left > 0 else { return }
        book.move(.released, authorization.left, of: authorization.order, key: key)
    }

    /// At most 115 %, and at most 75.00 more.
    private func ceiling(of authorization: PayPal.Authorization) -> Int64 {
        let amount = authorization.amount.amount
        let step = authorization.amount.currency.step
        guard settings.allowsOverCapture else { return amount }
        let most = authorization.amount.currency.hasDecimals ? 7_500 : 75 * step
        return amount + min(amount * 15 / 100 / step * step, most)
    }

    private func checkOpen(_ authorization: PayPal.Authorization) throws(PayPal.Failure) {
        switch authorization.status {
        case .denied: throw .issue("AUTHORIZATION_DENIED")
        // Nothing is documented for a hold that is still reviewed.
        case .pending: throw .issue("TRANSACTION_REFUSED")
        case .captured: throw .issue("AUTHORIZATION_ALREADY_CAPTURED")
        case .voided:
            throw .issue(
                authorization.isExpired ? "AUTHORIZATION_EXPIRED" : "AUTHORIZATION_VOIDED"
            )
        case .created, .partiallyCaptured:
            guard authorization.successor == nil else { throw .issue("AUTHORIZATION_VOIDED") }
        }
    }

    // MARK: Void

    /// `POST …/authorizations/{id}/void`: lets go what was not taken.
    mutating func voidAuthorization(_ id: String) throws(PayPal.Failure) {
        let authorization = try authorization(id)
        guard authorization.original == nil else { throw .issue("CANNOT_BE_VOIDED") }
        switch authorization.status {
        case .captured: throw .issue("PREVIOUSLY_CAPTURED")
        case .voided: throw .issue("PREVIOUSLY_VOIDED")
        case .denied: throw .issue("AUTHORIZATION_DENIED")
        case .pending, .created, .partiallyCaptured: break
        }
        if let successor = authorization.successor.flatMap({ authorizations[$0] }) {
            switch successor.status {
            case .captured: throw .issue("PREVIOUSLY_CAPTURED")
            case .created, .partiallyCaptured, .pending: becomeVoid(successor.id)
            case .voided, .denied: break
            }
        }
        becomeVoid(id)
    }

    private mutating func becomeVoid(_ id: String, isExpired: Bool = false) {
        guard let authorization = authorizations[id] else { return }
        // A hold that is reviewed, or goes on as another, holds nothing itself.
        if authorization.status != .pending, authorization.successor == nil {
            release(authorization)
        }
        authorizations[id]?.status = .voided
        authorizations[id]?.isExpired = isExpired
        authorizations[id]?.updated = now
        emit(.authorizationVoided, authorization: id)
    }

    mutating func expireAuthorization(_ id: String) {
        switch authorizations[id]?.status {
        case .created, .partiallyCaptured: becomeVoid(id, isExpired: true)
        case .pending, .captured, .voided, .denied, nil: break
        }
    }

    // MARK: Reauthorization and review

    /// `POST …/authorizations/{id}/reauthorize`: a new honor period under a new identifier.
    mutating func reauthorize(
        _ id: String,
        _ request: PayPal.ReauthorizeRequest
    ) throws(PayPal.Failure) -> String {
        let authorization = try authorization(id)
        try checkOpen(authorization)
        guard authorization.original == nil, authorization.captures == 0,
            orders[authorization.order]?.funding?.isCard == false,
            now > authorization.honoredUntil
        else { throw .issue("REAUTHORIZATION_NOT_SUPPORTED") }
        let amount = try request.amount.map { written throws(PayPal.Failure) in
            try written.read(.positive, at: "/amount")
        }
        let money = amount ?? authorization.amount
        guard money.currency == authorization.amount.currency else {
            throw .issue("AUTH_CAPTURE_CURRENCY_MISMATCH", at: "/amount/currency_code")
        }
        guard money.amount <= ceiling(of: authorization) else {
            throw .issue("MAX_CAPTURE_AMOUNT_EXCEEDED", at: "/amount/value")
        }
        let next = PayPal.Authorization(
            id: nextID(),
            order: authorization.order,
            unit: authorization.unit,
            created: now,
            honoredUntil: now + Terms.honor,
            expires: authorization.expires,
            amount: money,
            status: .created,
            original: id,
            updated: now
        )
        release(authorization)
        authorizations[id]?.successor = next.id
        authorizations.insert(next, id: next.id)
        orders[next.order]?.units[next.unit].authorizations.append(next.id)
        begin(next)
        return next.id
    }

    /// The review of a hold ends.
    mutating func reviewAuthorization(_ id: String, accepted: Bool) {
        guard let authorization = authorizations[id], authorization.status == .pending else {
            return
        }
        authorizations[id]?.status = accepted ? .created : .denied
        authorizations[id]?.reason = accepted ? nil : "DECLINED_BY_RISK_FRAUD_FILTERS"
        authorizations[id]?.updated = now
        if accepted, let authorization = authorizations[id] { begin(authorization) }
    }
}

extension PayPal {
    /// The body of a capture (section 2.3).
    struct CaptureRequest: Sendable {
        let amount: WrittenMoney?
        let isFinal: Bool
        let invoiceID: String?
    }
}

extension PayPal.CaptureRequest {
    static var reader: JSONReader<Self> {
        .object { fields throws(JSONFieldErrors) in
            let amount = fields.optional("amount", PayPal.WrittenMoney.reader)
            let isFinal = fields.optional("final_capture", .bool) ?? false
            let invoice = fields.optional("invoice_id", .string(bytes: 1...127))
            _ = fields.optional("note_to_payer", .string(bytes: 1...255))
            _ = fields.optional("soft_descriptor", .string(bytes: 1...22))
            try fields.finish()
            return PayPal.CaptureRequest(amount: amount, isFinal: isFinal, invoiceID: invoice)
        }
    }
}

extension PayPal {
    /// The body of a reauthorization.
    struct ReauthorizeRequest: Sendable {
        let amount: WrittenMoney?

        static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                let amount = fields.optional("amount", WrittenMoney.reader)
                try fields.finish()
                return ReauthorizeRequest(amount: amount)
            }
        }
    }
}
