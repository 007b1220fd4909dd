// Payments that the vendor's own library makes in the browser (sections 2.2 and 3).
extension Adyen.World {
    mutating func createSession(
        _ request: Adyen.SessionRequest
    ) throws(Adyen.Failure) -> String {
        try check(merchant: request.order.merchant)
        try request.order.check()
        guard let amount = request.order.amount else { throw .noAmount }
        let stores = request.storing != .disabled
        _ = try amount.read(least: stores ? 0 : 1)
        if stores, request.order.shopper == nil {
            throw .malformed("Storing needs shopperReference.")
        }
        let expires = request.expires ?? now + Terms.session
        guard now < expires, expires <= now + Terms.longestSession else {
            throw .malformed("expiresAt is at most 24 hours away.")
        }
        let session = Adyen.Session(
            id: "CS\(identifiers.next(digits: 16, of: .uppercase))",
            data: "Ab02b4c0!\(identifiers.secret())\(identifiers.secret())",
            order: request.order,
            storing: request.storing.rawValue,
            expires: expires,
            isHosted: request.isHosted
        )
        sessions.insert(session, id: session.id)
        agenda.enter(.expireSession(session.id), at: expires)
        return session.id
    }

    func session(_ id: String) throws(Adyen.Failure) -> Adyen.Session {
        guard let session = sessions[id] else {
            throw .refused("14_030", "Session not found")
        }
        return session
    }

    /// The shopper pays in the browser, challenge included.
    ///
    /// - Parameter consents: to keeping the method, where the shopper is asked.
    /// - Returns: what the browser brings back.
    mutating func pay(
        session id: String,
        with card: Adyen.Card,
        _ outcome: Adyen.ShopperAnswer.Outcome,
        consents: Bool
    ) throws(Adyen.Failure) -> String {
        let session = try session(id)
        guard session.status == .active || session.status == .refused,
            let written = session.order.amount
        else { throw .refused("14_030", "Session is not active") }
        var storing: Adyen.Storing?
        let isKept =
            session.storing == "enabled" || (session.storing == "askForConsent" && consents)
        if isKept, let shopper = session.order.shopper {
            let model = session.order.model ?? .cardOnFile
            storing = Adyen.Storing(shopper: shopper, model: model.rawValue)
        }
        let amount = try written.read(least: 0)
        let psp = open(session.order, amount, card, type: "scheme", storing)
        switch (session.order.refusal, card.challenge, outcome) {
        case (let refusal?, _, _): refuse(psp, refusal)
        case (nil, .none, _), (nil, _, .succeeded): conclude(psp)
        case (nil, _, .failed): refuse(psp, .notAuthenticated)
        case (nil, _, .cancelled): refuse(psp, .shopperCancelled)
        case (nil, _, .error): refuse(psp, .authenticationError)
        case (nil, _, .unanswered): refuse(psp, .noAnswer)
        }
        let result = identifiers.secret()
        sessions[id]?.payments.append(psp)
        sessions[id]?.result = result
        switch payments[psp]?.status {
        case .authorised: sessions[id]?.status = .completed
        case .pending, .waiting: sessions[id]?.status = .paymentPending
        case .refused, .cancelled, .expired, nil: sessions[id]?.status = .refused
        }
        return result
    }

    /// The shopper leaves.
    mutating func cancel(session id: String) throws(Adyen.Failure) -> String {
        guard try session(id).status == .active else {
            throw .refused("14_030", "Session is not active")
        }
        let result = identifiers.secret()
        sessions[id]?.status = .canceled
        sessions[id]?.result = result
        return result
    }

    mutating func expireSession(_ id: String) {
        switch sessions[id]?.status {
        case .active, .refused: sessions[id]?.status = .expired
        case .completed, .paymentPending, .canceled, .expired, nil: break
        }
    }
}
