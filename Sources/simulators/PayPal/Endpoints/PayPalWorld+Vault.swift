// Cards and wallets that are kept (section 3).
extension PayPal.World {
    /// `POST /v3/vault/setup-tokens`.
    mutating func createSetupToken(_ request: PayPal.SetupRequest) -> String {
        let token = PayPal.SetupToken(
            id: identifiers.next(digits: 17, of: .uppercase),
            created: now,
            expires: now + Terms.setupToken,
            customer: request.customer ?? identifiers.next(digits: 10, of: .mixed),
            isCard: request.isCard,
            alwaysChallenges: request.alwaysChallenges,
            experience: request.experience,
            status: request.isCard ? .created : .payerActionRequired
        )
        setupTokens.insert(token, id: token.id)
        return token.id
    }

    /// The payer agrees to their wallet being kept, or enters a card in the vendor's fields.
    ///
    /// - Returns: where the payer's browser goes; nil, too, while a challenge is to come.
    mutating func approve(
        setupToken id: String,
        with funding: PayPal.Funding
    ) throws(PayPal.Failure) -> String? {
        let token = try openSetupToken(id)
        guard token.status == .created || token.status == .payerActionRequired else {
            throw .issue("TOKEN_EXPIRED")
        }
        guard funding.isCard == token.isCard else {
            throw .issue("PAYMENT_SOURCE_CANNOT_BE_USED")
        }
        if let issue = funding.storing { throw .issue(issue) }
        setupTokens[id]?.funding = funding
        let payer = makePayer()
        setupTokens[id]?.payer = payer
        guard token.isCard, funding.needsChallenge || token.alwaysChallenges else {
            return becomeApproved(setupToken: id)
        }
        setupTokens[id]?.status = .payerActionRequired
        return nil
    }

    /// The holder of a card that is to be kept answers the challenge.
    mutating func authenticate(
        setupToken id: String,
        _ result: PayPal.AuthenticationResult
    ) throws(PayPal.Failure) -> String? {
        let token = try openSetupToken(id)
        guard token.status == .payerActionRequired, token.funding?.isCard == true else {
            throw .issue("TOKEN_EXPIRED")
        }
        guard result.isPassed else {
            // Another card, or another try.
            setupTokens[id]?.funding = nil
            setupTokens[id]?.status = .created
            return cancelAddress(setupToken: id)
        }
        return becomeApproved(setupToken: id)
    }

    func cancelAddress(setupToken id: String) -> String? {
        setupTokens[id]?.experience?.cancelURL.map {
            PageReply.address($0, adding: [("token", id)])
        }
    }

    private mutating func becomeApproved(setupToken id: String) -> String? {
        setupTokens[id]?.status = .approved
        return setupTokens[id]?.experience?.returnURL.map {
            PageReply.address($0, adding: [("token", id)])
        }
    }

    private func openSetupToken(_ id: String) throws(PayPal.Failure) -> PayPal.SetupToken {
        let token = try setupToken(id)
        guard now < token.expires else { throw .issue("TOKEN_EXPIRED") }
        return token
    }

    /// `POST /v3/vault/payment-tokens`: a setup token becomes permanent.
    mutating func createPaymentToken(_ setup: String) throws(PayPal.Failure) -> String {
        guard let token = setupTokens[setup] else {
            throw .issue("TOKEN_ID_NOT_FOUND", at: "/payment_source/token/id")
        }
        guard now < token.expires, token.status != .vaulted else {
            throw .issue("TOKEN_EXPIRED", at: "/payment_source/token/id")
        }
        guard token.status == .approved, let funding = token.funding, let payer = token.payer
        else { throw .issue("PAYER_ACTION_REQUIRED", at: "/payment_source/token/id") }
        setupTokens[setup]?.status = .vaulted
        return addPaymentToken(funding, payer, customer: token.customer, order: nil)
    }

    private mutating func addPaymentToken(
        _ funding: PayPal.Funding,
        _ payer: PayPal.Payer,
        customer: String,
        order: String?
    ) -> String {
        let token = PayPal.PaymentToken(
            id: identifiers.next(digits: 8, of: .lowercase),
            created: now,
            customer: customer,
            funding: funding,
            payer: payer,
            order: order
        )
        paymentTokens.insert(token, id: token.id)
        emit(.tokenCreated, paymentToken: token.id)
        return token.id
    }

    // MARK: While paying

    /// Stores an order's source if that was asked for.
    mutating func store(for id: String) {
        guard let order = orders[id], let funding = order.funding, let payer = order.payer,
            case .wanted(let wish) = order.storing, funding.storing == nil
        else { return }
        let customer = wish ?? identifiers.next(digits: 10, of: .mixed)
        if funding.isStoredLate {
            orders[id]?.storing = .approved(customer: customer)
            agenda.enter(.deliverToken(order: id), at: now + Terms.waiting)
        } else {
            let token = addPaymentToken(funding, payer, customer: customer, order: id)
            orders[id]?.storing = .vaulted(token: token, customer: customer)
        }
    }

    mutating func deliverToken(of id: String) {
        guard let order = orders[id], let funding = order.funding, let payer = order.payer,
            case .approved(let customer) = order.storing
        else { return }
        let token = addPaymentToken(funding, payer, customer: customer, order: id)
        orders[id]?.storing = .vaulted(token: token, customer: customer)
    }

    // MARK: Afterwards

    /// By us or by the payer.
    mutating func deletePaymentToken(_ id: String) throws(PayPal.Failure) {
        _ = try paymentToken(id)
        paymentTokens[id]?.isDeleted = true
        emit(.tokenDeleted, paymentToken: id)
    }

    /// A customer's tokens, the latest first.
    func paymentTokens(of customer: String) -> [PayPal.PaymentToken] {
        paymentTokens.newestFirst.filter { $0.customer == customer && !$0.isDeleted }
    }
}
