internal import JSON

// What becomes of an order until it is paid (section 2.2).
extension PayPal.World {
    /// The payer agrees, or their card is entered in the vendor's fields.
    ///
    /// - Returns: where the payer's browser goes.
    mutating func approve(
        _ id: String,
        with funding: PayPal.Funding
    ) throws(PayPal.Failure) -> String? {
        var order = try openOrder(id)
        guard order.status == .created || order.status == .payerActionRequired else {
            throw .issue("ORDER_COMPLETED_OR_VOIDED")
        }
        guard !order.namesWallet || !funding.isCard else {
            throw .issue("PAYMENT_SOURCE_CANNOT_BE_USED")
        }
        order.funding = funding
        order.payer = order.payer ?? makePayer()
        if funding.isCard, funding.needsChallenge || order.alwaysChallenges {
            order.status = .payerActionRequired
            orders[id] = order
            note(id)
            return nil
        }
        orders[id] = order
        becomeApproved(id)
        return returnAddress(of: id)
    }

    /// The holder of the order's card answers the challenge.
    ///
    /// - Returns: where the holder's browser goes.
    mutating func authenticate(
        _ id: String,
        _ result: PayPal.AuthenticationResult
    ) throws(PayPal.Failure) -> String? {
        let order = try openOrder(id)
        guard order.status == .payerActionRequired, order.funding?.isCard == true else {
            throw .issue("ORDER_COMPLETED_OR_VOIDED")
        }
        orders[id]?.authentication = result
        becomeApproved(id)
        return returnAddress(of: id)
    }

    /// The payer turns back: nothing changes.
    func cancelAddress(_ id: String) throws(PayPal.Failure) -> String? {
        let order = try order(id)
        return order.experience?.cancelURL.map { PageReply.address($0, adding: [("token", id)]) }
    }

    private mutating func becomeApproved(_ id: String) {
        orders[id]?.status = .approved
        orders[id]?.approved = now
        orders[id]?.updated = now
        agenda.enter(.reverseApproval(order: id), at: now + Terms.finishing)
        note(id)
        emit(.orderApproved, order: id)
    }

    private func returnAddress(of id: String) -> String? {
        guard let order = orders[id], let url = order.experience?.returnURL else { return nil }
        return PageReply.address(
            url,
            adding: [("token", id), ("PayerID", order.payer?.accountID ?? "")]
        )
    }

    // MARK: Time

    mutating func expireOrder(_ id: String) {
        guard let order = orders[id], order.approved == nil, order.status != .completed else {
            return
        }
        orders[id]?.isExpired = true
        agenda.enter(.forgetOrder(id), at: now + settings.approvalWindow)
    }

    mutating func forgetOrder(_ id: String) {
        orders[id]?.isGone = true
    }

    /// Approved and never paid: the approval is reversed.
    mutating func reverseApproval(_ id: String) {
        guard let order = orders[id], order.status == .approved else { return }
        orders[id]?.status = .voided
        orders[id]?.updated = now
        note(id)
        emit(.approvalReversed, order: order.id)
    }

    // MARK: Changing

    /// `PATCH`: the amount, before anything is paid.
    mutating func patchOrder(_ id: String, _ patch: [PayPal.OrderPatch]) throws(PayPal.Failure) {
        let order = try openOrder(id)
        switch order.status {
        case .created, .payerActionRequired, .approved: break
        case .completed, .voided: throw .issue("ORDER_COMPLETED_OR_VOIDED")
        }
        var units = order.units
        for change in patch {
            guard let index = units.firstIndex(where: { $0.referenceID == change.referenceID })
            else { throw .issue("INVALID_PARAMETER_VALUE", at: "/path") }
            let amount = try change.amount.read(at: "/value")
            guard amount.currency == units[index].amount.currency else {
                throw .issue("MULTI_CURRENCY_ORDER", at: "/value/currency_code")
            }
            units[index].amount = amount
        }
        orders[id]?.units = units
        orders[id]?.updated = now
    }

    /// The order, if something can still be done with it.
    func openOrder(_ id: String) throws(PayPal.Failure) -> PayPal.Order {
        let order = try order(id)
        guard !order.isExpired else { throw .issue("ORDER_EXPIRED") }
        return order
    }

    mutating func makePayer() -> PayPal.Payer {
        PayPal.Payer(
            accountID: identifiers.next(digits: 13, of: .uppercase),
            email: "buyer@example.com"
        )
    }

    /// Brings the book's words for an order up to date.
    mutating func note(_ id: String) {
        guard let order = orders[id] else { return }
        var metadata: [String: String] = [:]
        metadata["custom_id"] = order.customID
        metadata["invoice_id"] = order.units.first?.invoiceID
        book.note(id, status: order.status.rawValue, metadata: metadata)
    }
}

extension PayPal {
    /// One step of a JSON patch on an order.
    struct OrderPatch: Sendable {
        let referenceID: String
        let amount: WrittenAmount
    }

    enum PatchVerb: String, CaseIterable {
        case replace
        case add
    }
}

extension PayPal.OrderPatch {
    /// `/purchase_units/@reference_id=='default'/amount` is all that can be changed here.
    static var reader: JSONReader<Self> {
        .object { fields throws(JSONFieldErrors) in
            let verb = fields.required("op", .oneOf(PayPal.PatchVerb.self))
            let reference = fields.required(
                "path",
                .string.map("Only a purchase unit's amount can be changed.") { path in
                    path.wholeMatch(
                        of: /\/purchase_units\/@reference_id=='([^']{1,256})'\/amount/
                    ).map { String($0.1) }
                }
            )
            let value = fields.required("value", PayPal.WrittenAmount.reader)
            let required = try fields.finish(verb, reference, value)
            return PayPal.OrderPatch(referenceID: required.1, amount: required.2)
        }
    }
}
