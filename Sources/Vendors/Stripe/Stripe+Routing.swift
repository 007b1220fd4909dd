import JSON
import PaymentCore

extension Stripe {
    /// An event of a connected account names it; one of the platform's own account names nobody
    /// (section 5).
    static let routing = DeliveryRouting(field: Fields.connectedAccount.name) { delivery in
        // Silence is right: what cannot be read names nobody.
        guard let event = try? JSONValue.parse(delivery.body),
            let account = event["account"]?.stringValue, !account.isEmpty
        else { return nil }
        return DeliveryRouting.Name(
            account,
            mode: event["livemode"]?.boolValue.map { $0 ? .live : .test }
        )
    }
}
