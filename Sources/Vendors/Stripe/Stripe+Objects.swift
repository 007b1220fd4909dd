import JSON
import PaymentCore

/// The parts of Stripe's objects that we read. An initializer answers nil for what is not the
/// object, or names an amount that we cannot hold; a single absent field is nil.
extension Stripe {
    struct PaymentIntent {
        enum Status: String {
            case requiresPaymentMethod = "requires_payment_method"
            case requiresConfirmation = "requires_confirmation"
            case requiresAction = "requires_action"
            case processing
            case requiresCapture = "requires_capture"
            case succeeded
            case canceled
        }

        let json: JSONValue
        let id: String
        /// Nil: a word that we do not know.
        let status: Status?
        let currency: Currency?
        let amount: Int64?
        let capturable: Int64?
        let received: Int64?
        let latestCharge: Charge?

        init?(_ json: JSONValue?) {
            guard let json, json.isStripe("payment_intent"), let id = json["id"]?.stringValue
            else { return nil }
            self.json = json
            self.id = id
            status = json["status"]?.stringValue.flatMap(Status.init)
            do throws(Unreadable) {
                currency = try json.currency()
                amount = try json.amount("amount", of: currency)
                capturable = try json.amount("amount_capturable", of: currency)
                received = try json.amount("amount_received", of: currency)
            } catch {
                return nil
            }
            latestCharge = Charge(json["latest_charge"])
        }

        var attempt: AttemptID? { json.metadata("attempt").flatMap(AttemptID.init) }
        var clientSecret: String? { json["client_secret"]?.stringValue }
        var lastError: Failure? { Failure(json["last_payment_error"]) }
        /// Whether the hold ended by time rather than by somebody.
        var hasExpired: Bool {
            let reason = json["cancellation_reason"]?.stringValue
            return reason == "automatic" || reason == "expired"
        }
    }

    /// A charge: its identifier, or the whole object where it was expanded.
    struct Charge {
        let json: JSONValue
        let id: String

        init?(_ json: JSONValue?) {
            guard let json, let id = json.stringValue ?? json["id"]?.stringValue else { return nil }
            self.json = json
            self.id = id
        }

        /// Whether the object was expanded.
        var isShown: Bool { json.objectValue != nil }
        var card: JSONValue? { json["payment_method_details"]?["card"] }
        var outcome: JSONValue? { json["outcome"] }
        var expiresAt: Timestamp? {
            card?["capture_before"]?.integerValue.flatMap { Timestamp(wire: $0) }
        }
        /// Known only after confirmation, separately for each payment.
        var multiCapture: Bool { card?["multicapture"]?["status"] == "available" }
        var method: MethodDetails? { card.map(MethodDetails.init(card:)) }
    }

    struct Refund {
        enum Status: String {
            case pending
            case requiresAction = "requires_action"
            case succeeded
            case failed
            case canceled
        }

        let json: JSONValue
        let id: String
        let status: Status?
        let amount: Money

        init?(_ json: JSONValue?) {
            guard let json, json.isStripe("refund"), let id = json["id"]?.stringValue else {
                return nil
            }
            self.json = json
            self.id = id
            status = json["status"]?.stringValue.flatMap(Status.init)
            do throws(Unreadable) {
                guard let currency = try json.currency(),
                    let amount = try json.amount("amount", of: currency)
                else { return nil }
                self.amount = Money(amount, currency)
            } catch {
                return nil
            }
        }

        var attempt: AttemptID? { json.metadata("attempt").flatMap(AttemptID.init) }
        var payment: String? { json.identifier("payment_intent") }
        var failureCode: String { json["failure_reason"]?.stringValue ?? "unknown" }
    }

    struct SetupIntent {
        enum Status: String {
            case requiresPaymentMethod = "requires_payment_method"
            case requiresConfirmation = "requires_confirmation"
            case requiresAction = "requires_action"
            case processing
            case succeeded
            case canceled
        }

        let json: JSONValue
        let id: String
        let status: Status?

        init?(_ json: JSONValue?) {
            guard let json, json.isStripe("setup_intent"), let id = json["id"]?.stringValue else {
                return nil
            }
            self.json = json
            self.id = id
            status = json["status"]?.stringValue.flatMap(Status.init)
        }

        var session: MethodSessionID? { json.metadata("session").flatMap(MethodSessionID.init) }
        var clientSecret: String? { json["client_secret"]?.stringValue }
        var lastError: Failure? { Failure(json["last_setup_error"]) }
        var customer: String? { json.identifier("customer") }
        var method: String? { json.identifier("payment_method") }
        /// Of the method, where it was expanded.
        var details: MethodDetails? {
            (json["payment_method"]?["card"]).map(MethodDetails.init(card:))
        }
    }

    /// An amount or currency that our types cannot hold.
    fileprivate struct Unreadable: Error {}
}

extension JSONValue {
    /// An identifier, also where the object itself was expanded.
    func identifier(_ name: String) -> String? {
        self[name]?.stringValue ?? self[name]?["id"]?.stringValue
    }

    /// Whether it may be an object of this type: the one that was asked for need not say so.
    func isStripe(_ type: JSONValue) -> Bool {
        let named = self["object"]
        return named == nil || named == type
    }

    func metadata(_ name: String) -> String? { self["metadata"]?[name]?.stringValue }

    fileprivate func currency() throws(Stripe.Unreadable) -> Currency? {
        guard let value = self["currency"], !value.isNull else { return nil }
        guard let currency = value.stringValue.flatMap({ Currency($0.uppercased()) }) else {
            throw Stripe.Unreadable()
        }
        return currency
    }

    /// An amount in our minor units; nil when it is absent.
    fileprivate func amount(
        _ name: String,
        of currency: Currency?
    ) throws(Stripe.Unreadable) -> Int64? {
        guard let value = self[name], !value.isNull else { return nil }
        guard let currency, let wire = value.integerValue, wire >= 0,
            let amount = Stripe.Amounts.minorUnits(wire, of: currency)
        else { throw Stripe.Unreadable() }
        return amount
    }
}

extension MethodDetails {
    /// A `card` object, as it stands in payment methods and in charges.
    init(card: JSONValue) {
        self.init(
            brand: card["brand"]?.stringValue,
            last4: card["last4"]?.stringValue,
            expiryMonth: card["exp_month"]?.integerValue.flatMap { Int(exactly: $0) },
            expiryYear: card["exp_year"]?.integerValue.flatMap { Int(exactly: $0) },
            fingerprint: card["fingerprint"]?.stringValue,
            funding: card["funding"]?.stringValue,
            country: card["country"]?.stringValue,
            wallet: card["wallet"]?["type"]?.stringValue
        )
    }
}

extension Timestamp {
    /// Unix seconds as Stripe sends them; nil for a number that is not one (years 1970 to 9999).
    init?(wire seconds: Int64) {
        guard (0...253_402_300_799).contains(seconds) else { return nil }
        self.init(seconds: seconds)
    }
}
