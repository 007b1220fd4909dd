import PaymentCore

extension Adyen {
    /// Every item and every token's event names its merchant account (sections 5.1, 5.4), and the
    /// delivery its environment.
    static let routing = DeliveryRouting(field: Fields.merchantAccount.name) { delivery in
        // Silence is right: what cannot be read names nobody.
        guard let message = try? Message(delivery.body) else { return nil }
        let accounts: Set<String> =
            switch message.content {
            case .items(let items): Set(items.map(\.merchantAccount))
            case .token(let event): [event.merchantAccount]
            }
        guard accounts.count == 1, let name = accounts.first, !name.isEmpty else { return nil }
        return DeliveryRouting.Name(name, mode: message.isLive.map { $0 ? .live : .test })
    }
}
