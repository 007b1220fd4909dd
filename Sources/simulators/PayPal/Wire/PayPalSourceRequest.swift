internal import JSON

extension PayPal {
    /// `payment_source` of an order: what is to be paid with.
    enum SourceRequest: Sendable {
        case wallet(Source)
        case card(Source)
        /// A token of a kind that the vault does not give.
        case token

        struct Source: Sendable {
            var vaultID: String?
            var experience: Experience?
            var credential: StoredCredential?
            /// `SCA_ALWAYS` challenges every card.
            var alwaysChallenges = false
            var isToBeStored = false
            var customer: String?
        }
    }

    /// Who starts a payment with a stored source, and why (section 3).
    struct StoredCredential: Sendable {
        enum Initiator: String, Sendable, CaseIterable {
            case customer = "CUSTOMER"
            case merchant = "MERCHANT"
        }

        enum Kind: String, Sendable, CaseIterable {
            case oneTime = "ONE_TIME"
            case recurring = "RECURRING"
            case unscheduled = "UNSCHEDULED"
        }

        enum Usage: String, Sendable, CaseIterable {
            case first = "FIRST"
            case subsequent = "SUBSEQUENT"
            case derived = "DERIVED"
        }

        let initiator: Initiator
        let kind: Kind
        let usage: Usage
        let hasPreviousReference: Bool

        /// `ONE_TIME` and `FIRST` are the customer's, an earlier payment's reference the merchant's.
        var isConsistent: Bool {
            switch initiator {
            case .customer: !hasPreviousReference
            case .merchant: kind != .oneTime && usage != .first
            }
        }
    }
}

extension PayPal.SourceRequest {
    static var reader: JSONReader<Self> {
        .object { fields throws(JSONFieldErrors) in
            let wallet = fields.optional("paypal", .details)
            let card = fields.optional("card", .details)
            let token = fields.optional("token", .token)
            try fields.finish()
            switch (wallet, card, token) {
            case (let wallet?, nil, nil): return .wallet(wallet)
            case (nil, let card?, nil): return .card(card)
            case (nil, nil, _?): return .token
            case (_, _, _):
                fields.reject("paypal", .invalid, "Exactly one source is needed.")
                throw JSONFieldErrors(all: fields.errors)
            }
        }
    }
}

extension JSONReader<PayPal.SourceRequest.Source> {
    fileprivate static var details: Self {
        .object { fields throws(JSONFieldErrors) in
            var source = PayPal.SourceRequest.Source()
            source.vaultID = fields.optional("vault_id", .string(bytes: 1...255))
            source.experience = fields.optional("experience_context", PayPal.Experience.reader)
            source.credential = fields.optional("stored_credential", .credential)
            if let attributes = fields.optional("attributes", .attributes) {
                source.alwaysChallenges = attributes.alwaysChallenges
                source.isToBeStored = attributes.isToBeStored
                source.customer = attributes.customer
            }
            try fields.finish()
            return source
        }
    }
}

/// What an order says apart from its source.
private struct Attributes {
    var alwaysChallenges = false
    var isToBeStored = false
    var customer: String?
}

extension JSONReader<Attributes> {
    fileprivate static var attributes: Self {
        .object { fields throws(JSONFieldErrors) in
            var attributes = Attributes()
            attributes.alwaysChallenges =
                fields.optional("verification", .verification) == .always
            attributes.isToBeStored = fields.optional("vault", .storing) ?? false
            attributes.customer = fields.optional("customer", PayPal.CustomerReference.reader)?.id
            try fields.finish()
            return attributes
        }
    }
}

extension JSONReader<PayPal.Verification> {
    fileprivate static var verification: Self {
        .object { fields throws(JSONFieldErrors) in
            let method = fields.required("method", .oneOf(PayPal.Verification.self))
            return try fields.finish(method)
        }
    }
}

extension PayPal {
    /// When a card's holder is challenged.
    enum Verification: String, CaseIterable {
        case always = "SCA_ALWAYS"
        case whenRequired = "SCA_WHEN_REQUIRED"
    }

    fileprivate enum StoreMoment: String, CaseIterable {
        case onSuccess = "ON_SUCCESS"
    }

    /// Words that are read and not acted on.
    enum UsageType: String, CaseIterable {
        case merchant = "MERCHANT"
        case platform = "PLATFORM"
    }
}

extension JSONReader<Bool> {
    fileprivate static var storing: Self {
        .object { fields throws(JSONFieldErrors) in
            let moment = fields.required("store_in_vault", .oneOf(PayPal.StoreMoment.self))
            _ = fields.optional("usage_type", .oneOf(PayPal.UsageType.self))
            _ = try fields.finish(moment)
            return true
        }
    }
}

extension PayPal {
    /// `{"id": …}` of a customer.
    struct CustomerReference: Sendable {
        let id: String

        static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                let id = fields.required("id", .string(bytes: 1...22))
                return CustomerReference(id: try fields.finish(id))
            }
        }
    }
}

extension JSONReader<String> {
    /// The identifier of a token of whatever type.
    fileprivate static var token: Self {
        .object { fields throws(JSONFieldErrors) in
            let id = fields.required("id", .string(bytes: 1...255))
            let type = fields.required("type", .string(bytes: 1...255))
            return try fields.finish(id, type).0
        }
    }
}

extension JSONReader<PayPal.StoredCredential> {
    fileprivate static var credential: Self {
        .object { fields throws(JSONFieldErrors) in
            let initiator = fields.required(
                "payment_initiator",
                .oneOf(PayPal.StoredCredential.Initiator.self)
            )
            let kind = fields.required("payment_type", .oneOf(PayPal.StoredCredential.Kind.self))
            let usage = fields.optional("usage", .oneOf(PayPal.StoredCredential.Usage.self))
            let previous = fields.optional("previous_network_transaction_reference", .any)
            let required = try fields.finish(initiator, kind)
            return PayPal.StoredCredential(
                initiator: required.0,
                kind: required.1,
                usage: usage ?? .derived,
                hasPreviousReference: previous != nil
            )
        }
    }
}

extension PayPal.Experience {
    static var reader: JSONReader<Self> {
        .object { fields throws(JSONFieldErrors) in
            var experience = PayPal.Experience()
            experience.returnURL = fields.optional("return_url", .string(bytes: 1...4_000))
            experience.cancelURL = fields.optional("cancel_url", .string(bytes: 1...4_000))
            for name in [
                "user_action", "shipping_preference", "payment_method_preference",
                "vault_instruction", "brand_name", "locale", "landing_page",
            ] {
                _ = fields.optional(name, .string(bytes: 1...255))
            }
            try fields.finish()
            return experience
        }
    }
}
