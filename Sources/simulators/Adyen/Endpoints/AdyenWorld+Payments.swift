// `POST /payments` and what follows until the issuer has decided (section 2.2).
extension Adyen.World {
    mutating func pay(_ request: Adyen.PaymentRequest) throws(Adyen.Failure) -> String {
        let order = request.order
        try check(merchant: order.merchant)
        try order.check()
        guard let written = order.amount else { throw .noAmount }
        let card: Adyen.Card
        var type = "scheme"
        var refusal = order.refusal
        var storing: Adyen.Storing?
        if request.isToBeStored {
            guard let shopper = order.shopper, let model = order.model else {
                throw .malformed("Storing needs shopperReference and recurringProcessingModel.")
            }
            storing = Adyen.Storing(shopper: shopper, model: model.rawValue)
        }
        switch request.method {
        case .stored(let id): card = try storedCard(id, order)
        case .encrypted(let kind, let blob, let holder):
            type = kind
            card = Adyen.Card(encrypted: blob)
            refusal = refusal ?? holder.flatMap(Adyen.Refusal.init(trigger:))
        case .elsewhere(let kind):
            guard kind != "scheme" else { throw .malformed("A card is missing.") }
            type = kind
            card = .visa
        }
        let amount = try written.read(least: storing == nil ? 1 : 0)
        let psp = open(order, amount, card, type: type, storing)
        if let refusal {
            refuse(psp, refusal)
        } else {
            begin(psp, order.interaction, isNative: request.challengesNatively)
        }
        return psp
    }

    private func storedCard(
        _ id: String,
        _ order: Adyen.PaymentOrder
    ) throws(Adyen.Failure) -> Adyen.Card {
        guard let shopper = order.shopper else {
            throw .malformed("A stored method needs shopperReference.")
        }
        let method = storedMethods[id]
        guard let method, !method.isDeleted, method.merchant == order.merchant else {
            throw .unknownToken
        }
        guard method.shopper == shopper else { throw .unknownContract }
        return method.card
    }

    /// Writes a payment down.
    mutating func open(
        _ order: Adyen.PaymentOrder,
        _ amount: Adyen.Money,
        _ card: Adyen.Card,
        type: String,
        _ storing: Adyen.Storing?
    ) -> String {
        let psp = nextPSP()
        let reference = order.reference ?? ""
        let payment = Adyen.Payment(
            psp: psp,
            created: now,
            merchant: order.merchant,
            amount: amount,
            reference: reference,
            returnURL: order.returnURL,
            type: type,
            card: card,
            shopper: order.shopper,
            capturing: capturing(of: order),
            isPreAuthorised: order.isPreAuthorised,
            storing: storing,
            metadata: order.metadata,
            status: .pending(resultCode: "Received")
        )
        payments.insert(payment, id: psp)
        references[Self.name(order.merchant, reference)] = psp
        book.open(psp, currency: amount.currency)
        note(psp)
        return psp
    }

    private func capturing(of order: Adyen.PaymentOrder) -> Adyen.Payment.Capturing {
        if order.isManual { return .manual }
        if let hours = order.captureDelayHours { return .automatic(after: .seconds(hours * 3_600)) }
        return settings.capturesByHand ? .manual : .automatic(after: .zero)
    }

    static func name(_ merchant: String, _ reference: String) -> String {
        "\(merchant) \(reference)"
    }

    /// Asks the shopper, if they have to be asked, or else the issuer.
    private mutating func begin(
        _ psp: String,
        _ interaction: Adyen.PaymentOrder.Interaction,
        isNative: Bool
    ) {
        guard let payment = payments[psp] else { return }
        guard payment.type == "scheme" else {
            if ["applepay", "googlepay"].contains(payment.type) { return conclude(psp) }
            return wait(psp, for: .redirect)
        }
        switch (payment.card.challenge, interaction) {
        case (.none, _): conclude(psp)
        case (_, .continuous) where payment.card.isStrict: refuse(psp, .authenticationRequired)
        case (_, .continuous), (_, .moto), (_, .pointOfSale): conclude(psp)
        case (_, .ecommerce): wait(psp, for: isNative ? .fingerprint : .redirect)
        }
    }

    private mutating func wait(_ psp: String, for step: Adyen.Payment.Step) {
        payments[psp]?.status = .waiting(step)
        payments[psp]?.answer = nil
        if step != .challenge { agenda.enter(.closeOffer(psp), at: now + Terms.offer) }
        note(psp)
    }

    // MARK: The shopper

    /// The shopper answers the open step.
    ///
    /// - Returns: what `details` must carry.
    mutating func answer(
        _ psp: String,
        _ outcome: Adyen.ShopperAnswer.Outcome
    ) throws(Adyen.Failure) -> Adyen.ShopperAnswer {
        guard let payment = payments[psp], case .waiting(let step) = payment.status,
            payment.answer == nil
        else { throw .unknownOriginal }
        let answer = Adyen.ShopperAnswer(
            secret: "\(psp).\(identifiers.secret())",
            outcome: outcome,
            step: step
        )
        payments[psp]?.answer = answer
        return answer
    }

    /// `POST /payments/details`: what the browser brought back.
    ///
    /// - Returns: the payment; a result that was already used shows it as it then is.
    mutating func submitDetails(_ secret: String) throws(Adyen.Failure) -> String {
        let psp = String(secret.prefix { $0 != "." })
        guard let payment = payments[psp], let answer = payment.answer, answer.secret == secret
        else { throw .refused("167", "The result of the redirect is invalid or was used up") }
        guard payment.status == .waiting(answer.step) else { return psp }
        switch (answer.outcome, answer.step, payment.card.challenge) {
        case (.succeeded, .fingerprint, .question): wait(psp, for: .challenge)
        case (.succeeded, _, _): conclude(psp)
        case (.failed, _, _): refuse(psp, .notAuthenticated)
        case (.cancelled, _, _): refuse(psp, .shopperCancelled)
        case (.error, _, _): refuse(psp, .authenticationError)
        case (.unanswered, _, _): refuse(psp, .noAnswer)
        }
        return psp
    }

    mutating func closeOffer(_ psp: String) {
        guard let payment = payments[psp], case .waiting = payment.status else { return }
        payments[psp]?.status = .refused(.shopperCancelled)
        note(psp)
        tell(.offerClosed, of: psp, success: true)
    }

    // MARK: The issuer

    /// The issuer decides, or takes its time.
    mutating func conclude(_ psp: String) {
        guard let payment = payments[psp] else { return }
        switch payment.card.verdict {
        case .approves: approve(psp, payment.amount.value)
        case .approvesPart(let percent): approve(psp, payment.amount.value * percent / 100)
        case .refuses(let refusal):
            // A card that is refused can still be verified and kept.
            if payment.amount.value == 0 { approve(psp, 0) } else { refuse(psp, refusal) }
        case .waits(let resultCode, let approves):
            payments[psp]?.status = .pending(resultCode: resultCode)
            note(psp)
            agenda.enter(.decidePayment(psp, approves: approves), at: now + Terms.waiting)
        }
    }

    mutating func decide(_ psp: String, approves: Bool) {
        guard let payment = payments[psp], case .pending = payment.status else { return }
        if approves {
            approve(psp, payment.amount.value)
        } else if let refusal = Adyen.Refusal(code: 2) {
            refuse(psp, refusal)
        }
    }

    private mutating func approve(_ psp: String, _ value: Int64) {
        guard let payment = payments[psp] else { return }
        payments[psp]?.status = .authorised
        payments[psp]?.authorised = value
        let authCode = identifiers.next(digits: 6, of: .decimal)
        payments[psp]?.authCode = authCode
        let token = payment.storing.map { store(payment.card, of: payment.merchant, $0) }
        payments[psp]?.token = token
        note(psp)
        if value > 0 {
            book.move(.authorized, payment.amount.with(value).standard, of: psp, key: key)
            agenda.enter(.expire(psp), at: now + Terms.validity)
        }
        tell(.authorisation, of: psp, amount: payment.amount.with(value), success: true)
        if let storing = payment.storing, let token {
            tell(token, storing, of: psp)
        }
        guard value > 0, case .automatic(let delay) = payment.capturing else { return }
        if delay == .zero {
            captureByItself(psp)
        } else {
            agenda.enter(.captureByItself(psp), at: now + delay)
        }
    }

    mutating func refuse(_ psp: String, _ refusal: Adyen.Refusal) {
        payments[psp]?.status = .refused(refusal)
        note(psp)
        tell(.authorisation, of: psp, success: false, reason: refusal.reason)
    }

    /// What was not taken in time goes back to the shopper.
    mutating func expire(_ psp: String) {
        guard let payment = payments[psp], payment.status == .authorised, payment.left > 0 else {
            return
        }
        release(psp)
        payments[psp]?.status = .expired
        note(psp)
        tell(.expire, of: psp, amount: payment.amount.with(payment.left), success: true)
    }

    /// Lets go what was not taken.
    mutating func release(_ psp: String) {
        guard let payment = payments[psp], payment.left > 0 else { return }
        payments[psp]?.released += payment.left
        book.move(.released, payment.amount.with(payment.left).standard, of: psp, key: key)
    }
}
