import JSON
import PaymentCore

extension PayPal {
    /// An order with the one purchase unit that ours have, and everything that came of it.
    struct Order {
        enum Status: String {
            case created = "CREATED"
            case saved = "SAVED"
            case approved = "APPROVED"
            case voided = "VOIDED"
            case completed = "COMPLETED"
            case payerActionRequired = "PAYER_ACTION_REQUIRED"
        }

        enum Intent: String {
            case authorize = "AUTHORIZE"
            case capture = "CAPTURE"
        }

        let json: JSONValue
        let id: String
        let status: Status?
        let authorizations: [Authorization]
        let captures: [Capture]
        let refunds: [Refund]

        /// Nil, too, when a part of it cannot be read: sums over the rest would be wrong.
        init?(_ json: JSONValue?) {
            guard let json, let id = json["id"]?.stringValue,
                json["status"]?.stringValue != nil
            else { return nil }
            let payments = json["purchase_units"]?[0]?["payments"]
            guard
                let authorizations = payments.list("authorizations", Authorization.init),
                let captures = payments.list("captures", Capture.init),
                let refunds = payments.list("refunds", Refund.init)
            else { return nil }
            self.json = json
            self.id = id
            status = json["status"]?.stringValue.flatMap(Status.init)
            self.authorizations = authorizations
            self.captures = captures
            self.refunds = refunds
        }

        var intent: Intent? { json["intent"]?.stringValue.flatMap(Intent.init) }
        var unit: JSONValue? { json["purchase_units"]?[0] }
        var links: Links { Links(json["links"]) }
        var createdAt: Timestamp? { json.time("create_time") }

        /// The authorization that counts: the latest that holds money, else the latest.
        var authorization: Authorization? {
            authorizations.last(where: \.isLive) ?? authorizations.last
        }
        /// The capture of a sale.
        var sale: Capture? { captures.first { !$0.isRefused } ?? captures.last }

        /// Our attempt; its captures may show it where the order does not.
        var attempt: AttemptID? {
            let shown = [unit] + authorizations.map(\.json) + captures.map(\.json)
            return shown.lazy.compactMap { $0?.customID.flatMap(AttemptID.init) }.first
        }

        /// The amount that was asked for.
        var amount: Money? {
            Amounts.money(unit?["amount"]) ?? authorization?.amount ?? sale?.amount
        }

        var source: Source? { Source(json) }
    }
}

extension JSONValue? {
    /// The members of a list that may be absent; nil when one of them is not what it should be.
    fileprivate func list<Member>(_ name: String, _ read: (JSONValue) -> Member?) -> [Member]? {
        guard let values = self?[name]?.arrayValue else { return [] }
        let members = values.compactMap(read)
        return members.count == values.count ? members : nil
    }
}
