// `POST /v2/checkout/orders` (section 2.2).
extension PayPal.World {
    /// - Parameter hasKey: the call can be repeated.
    mutating func createOrder(
        _ request: PayPal.OrderRequest,
        hasKey: Bool
    ) throws(PayPal.Failure) -> String {
        var order = PayPal.Order(
            id: nextID(),
            created: now,
            intent: request.intent,
            status: .created,
            units: try Self.units(of: request),
            updated: now
        )
        var isChargedAtOnce = false
        switch request.source {
        case nil: break
        case .token: throw .issue("TOKEN_ID_NOT_FOUND", at: "/payment_source/token/id")
        case .wallet(let source):
            order.namesWallet = true
            isChargedAtOnce = try use(source, isCard: false, for: &order, hasKey: hasKey)
        case .card(let source):
            isChargedAtOnce = try use(source, isCard: true, for: &order, hasKey: hasKey)
        }
        if isChargedAtOnce { try checkPayment(of: order) }
        orders.insert(order, id: order.id)
        book.open(order.id, currency: order.units[0].amount.currency.code)
        if isChargedAtOnce {
            pay(order.id)
        } else {
            agenda.enter(.expireOrder(order.id), at: now + settings.approvalWindow)
        }
        note(order.id)
        return order.id
    }

    /// Reads an order's source.
    ///
    /// - Returns: whether it is charged without the payer.
    private mutating func use(
        _ source: PayPal.SourceRequest.Source,
        isCard: Bool,
        for order: inout PayPal.Order,
        hasKey: Bool
    ) throws(PayPal.Failure) -> Bool {
        let field = isCard ? "/payment_source/card" : "/payment_source/paypal"
        order.experience = source.experience
        order.alwaysChallenges = source.alwaysChallenges
        if source.isToBeStored { order.storing = .wanted(customer: source.customer) }
        let isMerchants = source.credential?.initiator == .merchant
        if let credential = source.credential, !credential.isConsistent {
            throw .issue("INVALID_PARAMETER_VALUE", at: "\(field)/stored_credential")
        }
        if isMerchants, order.units.count > 1 {
            throw .issue("MERCHANT_INITIATED_WITH_MULTIPLE_PURCHASE_UNITS", at: "/purchase_units")
        }
        guard let vaultID = source.vaultID else {
            if !isCard { order.status = .payerActionRequired }
            return false
        }
        guard hasKey else { throw .issue("PAYPAL_REQUEST_ID_REQUIRED") }
        guard let token = paymentTokens[vaultID], !token.isDeleted else {
            throw .issue("TOKEN_ID_NOT_FOUND", at: "\(field)/vault_id")
        }
        guard token.funding.isCard == isCard else {
            throw .issue("MISMATCHED_VAULT_ID_TO_PAYMENT_SOURCE", at: "\(field)/vault_id")
        }
        order.funding = token.funding
        order.payer = token.payer
        let isChallenged =
            token.funding.needsChallengeAlways
            || (!isMerchants && (token.funding.needsChallenge || source.alwaysChallenges))
        if isCard, isChallenged {
            order.status = .payerActionRequired
            return false
        }
        return true
    }

    // MARK: Amounts

    private static func units(
        of request: PayPal.OrderRequest
    ) throws(PayPal.Failure) -> [PayPal.Order.Unit] {
        var units: [PayPal.Order.Unit] = []
        for (index, unit) in request.units.enumerated() {
            let field = "/purchase_units/\(index)/amount"
            let amount = try unit.amount.read(at: field)
            let reference = unit.referenceID ?? "default"
            if units.contains(where: { $0.referenceID == reference }) {
                throw .issue("INVALID_PARAMETER_VALUE", at: "/purchase_units/\(index)/reference_id")
            }
            if let first = units.first, first.amount.currency != amount.currency {
                throw .issue("MULTI_CURRENCY_ORDER", at: "\(field)/currency_code")
            }
            units.append(
                PayPal.Order.Unit(
                    referenceID: reference,
                    amount: amount,
                    customID: unit.customID,
                    invoiceID: unit.invoiceID,
                    description: unit.description,
                    softDescriptor: unit.softDescriptor
                )
            )
        }
        return units
    }
}
