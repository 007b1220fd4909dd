import JSON
import PaymentCore

extension PayPal {
    /// What pays: the one member of `payment_source`, for example `paypal` or `card`.
    struct Source {
        let name: String
        let json: JSONValue

        init?(_ parent: JSONValue?) {
            guard let member = parent?["payment_source"]?.objectValue?.members.first else {
                return nil
            }
            name = member.name
            json = member.value
        }

        /// The card, also the one behind a wallet of the payer's device.
        var card: JSONValue? {
            switch name {
            case "card": json
            case "apple_pay", "google_pay": json["card"]
            default: nil
            }
        }

        /// The card's network as ``CardNetworkRules`` spells it.
        var brand: String? { card?["brand"]?.stringValue?.lowercased() }

        /// What may be shown of it.
        var method: MethodDetails {
            guard let card else { return MethodDetails(brand: name) }
            // `2027-02`.
            let parts = card["expiry"]?.stringValue?.split(separator: "-").compactMap { Int($0) }
            let expiry = parts.flatMap { $0.count == 2 && (1...12).contains($0[1]) ? $0 : nil }
            return MethodDetails(
                brand: brand,
                last4: card["last_digits"]?.stringValue,
                expiryMonth: expiry?[1],
                expiryYear: expiry?[0],
                funding: card["type"]?.stringValue?.lowercased(),
                wallet: name == "card" ? nil : name
            )
        }
    }
}
