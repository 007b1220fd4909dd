extension Payme.World {
    /// A card is entered on the shop's page.
    ///
    /// - Parameter number: a mask: the simulator takes no card number.
    mutating func createCard(
        number: String,
        expiry: String,
        isRecurrent: Bool,
        cashbox: String
    ) throws(Payme.Failure) -> String {
        guard let card = Payme.TestCard.named(number) else { throw .wrongValue("card.number") }
        guard card.expiry == expiry else { throw .wrongValue("card.expire") }
        let token = identifiers.token()
        cards.insert(
            Payme.Card(cashbox: cashbox, card: card, isRecurrent: isRecurrent),
            id: token
        )
        return token
    }

    /// The card behind a token of this cashbox; `test_<name>` is a token from the start.
    func card(_ token: String, of cashbox: String) throws(Payme.Failure) -> Payme.Card {
        if let card = cards[token] {
            guard card.cashbox == cashbox, !card.isRemoved else { throw .noSuchCard }
            return card
        }
        guard token.hasPrefix("test_"),
            let card = Payme.TestCard.named(String(token.dropFirst("test_".count)))
        else { throw .noSuchCard }
        return Payme.Card(cashbox: cashbox, card: card, isRecurrent: true, isVerified: true)
    }

    /// - Returns: the new token: it changes with the proof, and the old one is worth nothing then.
    mutating func verifyCard(
        _ token: String,
        code: String,
        cashbox: String
    ) throws(Payme.Failure) -> String {
        var card = try card(token, of: cashbox)
        guard code == Payme.TestCard.smsCode else { throw .wrongCode }
        card.isVerified = true
        let newToken = identifiers.token()
        cards.insert(card, id: newToken)
        cards[token]?.isRemoved = true
        return newToken
    }

    mutating func removeCard(_ token: String, cashbox: String) throws(Payme.Failure) {
        _ = try card(token, of: cashbox)
        cards[token]?.isRemoved = true
    }
}
