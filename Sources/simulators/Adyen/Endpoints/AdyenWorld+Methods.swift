// Cards that are kept (section 3).
extension Adyen.World {
    /// Keeps a card for a shopper; the same card a second time is the one that is known.
    mutating func store(
        _ card: Adyen.Card,
        of merchant: String,
        _ storing: Adyen.Storing
    ) -> Adyen.StoredToken {
        let known = methods(of: merchant, storing.shopper).first { $0.card == card }
        if let known {
            if !known.models.contains(storing.model) {
                storedMethods[known.id]?.models.append(storing.model)
            }
            return Adyen.StoredToken(id: known.id, operation: "alreadyStored")
        }
        let method = Adyen.StoredMethod(
            id: nextPSP(),
            merchant: merchant,
            shopper: storing.shopper,
            card: card,
            models: [storing.model]
        )
        storedMethods.insert(method, id: method.id)
        return Adyen.StoredToken(id: method.id, operation: "created")
    }

    /// `POST /storedPaymentMethods`: without a payment.
    mutating func storeMethod(_ request: Adyen.StoreRequest) throws(Adyen.Failure) -> String {
        try check(merchant: request.merchant)
        let storing = Adyen.Storing(shopper: request.shopper, model: request.model.rawValue)
        let token = store(Adyen.Card(encrypted: request.blob), of: request.merchant, storing)
        tell(token, storing, merchant: request.merchant)
        return token.id
    }

    /// A shopper's cards, the latest first.
    func methods(of merchant: String, _ shopper: String) -> [Adyen.StoredMethod] {
        storedMethods.newestFirst.filter {
            $0.merchant == merchant && $0.shopper == shopper && !$0.isDeleted
        }
    }

    mutating func deleteMethod(
        _ id: String,
        of merchant: String,
        _ shopper: String
    ) throws(Adyen.Failure) {
        try check(merchant: merchant)
        guard let method = storedMethods[id], !method.isDeleted, method.merchant == merchant,
            method.shopper == shopper
        else { throw .unknownToken }
        storedMethods[id]?.isDeleted = true
        tellDisabled(method)
    }
}
