internal import JSON

extension PayPal {
    /// The body of a setup token. A card is empty: no number ever comes this way.
    struct SetupRequest: Sendable {
        struct Source: Sendable {
            var experience: Experience?
            var alwaysChallenges = false
        }

        let isCard: Bool
        let alwaysChallenges: Bool
        let experience: Experience?
        let customer: String?
    }

    /// The only kind of token that becomes permanent.
    enum TokenKind: String, CaseIterable {
        case setupToken = "SETUP_TOKEN"
    }
}

extension PayPal.SetupRequest {
    static var reader: JSONReader<Self> {
        .object { fields throws(JSONFieldErrors) in
            let source = fields.required("payment_source", .setupSource)
            let customer = fields.optional("customer", PayPal.CustomerReference.reader)
            let (isCard, inner) = try fields.finish(source)
            return PayPal.SetupRequest(
                isCard: isCard,
                alwaysChallenges: inner.alwaysChallenges,
                experience: inner.experience,
                customer: customer?.id
            )
        }
    }
}

extension JSONReader<(Bool, PayPal.SetupRequest.Source)> {
    fileprivate static var setupSource: Self {
        .object { fields throws(JSONFieldErrors) in
            let card = fields.optional("card", .emptyCard)
            let wallet = fields.optional("paypal", .wallet)
            try fields.finish()
            switch (card, wallet) {
            case (let card?, nil): return (true, card)
            case (nil, let wallet?): return (false, wallet)
            case (_, _):
                fields.reject("card", .invalid, "Exactly one source is needed.")
                throw JSONFieldErrors(all: fields.errors)
            }
        }
    }
}

extension JSONReader<PayPal.SetupRequest.Source> {
    fileprivate static var emptyCard: Self {
        .object { fields throws(JSONFieldErrors) in
            var source = PayPal.SetupRequest.Source()
            let method = fields.optional("verification_method", .oneOf(PayPal.Verification.self))
            source.alwaysChallenges = method == .always
            source.experience = fields.optional("experience_context", PayPal.Experience.reader)
            try fields.finish()
            return source
        }
    }

    fileprivate static var wallet: Self {
        .object { fields throws(JSONFieldErrors) in
            var source = PayPal.SetupRequest.Source()
            source.experience = fields.optional("experience_context", PayPal.Experience.reader)
            for name in ["description", "usage_type", "usage_pattern", "customer_type"] {
                _ = fields.optional(name, .string(bytes: 1...255))
            }
            _ = fields.optional("permit_multiple_payment_tokens", .bool)
            try fields.finish()
            return source
        }
    }
}

extension PayPal {
    /// The body that makes a setup token permanent.
    struct ExchangeRequest: Sendable {
        let setupToken: String

        static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                let source = fields.required("payment_source", sourceReader)
                _ = fields.optional("customer", CustomerReference.reader)
                return ExchangeRequest(setupToken: try fields.finish(source))
            }
        }

        private static var sourceReader: JSONReader<String> {
            .object { fields throws(JSONFieldErrors) in
                let token = fields.required("token", tokenReader)
                return try fields.finish(token)
            }
        }

        private static var tokenReader: JSONReader<String> {
            .object { fields throws(JSONFieldErrors) in
                let id = fields.required("id", .string(bytes: 1...255))
                let kind = fields.required("type", .oneOf(TokenKind.self))
                return try fields.finish(id, kind).0
            }
        }
    }
}
