extension Stripe.Failure {
    static let missingReturnURL = Self.parameter(
        "return_url",
        "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. "
            + "Because some of these payment methods might redirect your customer off of your "
            + "page, you must provide a `return_url`."
    )
}

extension Stripe.Parameters {
    mutating func futureUsage() throws(Stripe.Failure) -> Stripe.PaymentIntent.FutureUsage? {
        try choice("setup_future_usage", of: Stripe.PaymentIntent.FutureUsage.self)
    }

    /// Nil when the call asks nothing of the card.
    mutating func cardOptions() throws(Stripe.Failure) -> Stripe.CardOptions? {
        let prefix = "payment_method_options[card]"
        var options = Stripe.CardOptions()
        var isPresent = false
        if let choice = try choice(
            "\(prefix)[request_three_d_secure]",
            of: Stripe.CardOptions.ThreeDSecure.self
        ) {
            options.threeDSecure = choice
            isPresent = true
        }
        let features: [(name: String, feature: Stripe.TestCard.Features)] = [
            ("multicapture", .multicapture), ("overcapture", .overcapture),
            ("extended_authorization", .extendedAuthorization),
            ("incremental_authorization", .incrementalAuthorization),
        ]
        for (name, feature) in features {
            switch try choice("\(prefix)[request_\(name)]", of: FeatureRequest.self) {
            case nil: break
            case .ifAvailable:
                options.features.insert(feature)
                isPresent = true
            case .never: isPresent = true
            }
        }
        return isPresent ? options : nil
    }

    mutating func statementDescriptorSuffix() throws(Stripe.Failure) -> String? {
        if try text("statement_descriptor") != nil {
            throw .parameter(
                "statement_descriptor",
                "The parameter statement_descriptor cannot be used with payment method type card."
            )
        }
        return try text("statement_descriptor_suffix", limit: 22)
    }

    mutating func checkConfirmationMethod() throws(Stripe.Failure) {
        guard try text("confirmation_method") ?? "automatic" == "automatic" else {
            throw .parameter(
                "confirmation_method",
                "Invalid confirmation_method: only automatic is simulated"
            )
        }
    }

    /// The fixed list of method types, or nil with whether automatic ones may redirect.
    mutating func methodTypes() throws(Stripe.Failure) -> ([String]?, Bool) {
        let types = list("payment_method_types")
        if let type = types.first(where: { $0 != "card" }) {
            throw .parameter(
                "payment_method_types",
                "The payment method type provided: \(type) is invalid."
            )
        }
        let automatic = try boolean("automatic_payment_methods[enabled]")
        let redirects = try choice(
            "automatic_payment_methods[allow_redirects]",
            of: RedirectPolicy.self
        )
        if automatic == true, !types.isEmpty {
            throw .parameter(
                "payment_method_types",
                "You may only specify one of these parameters: automatic_payment_methods, "
                    + "payment_method_types."
            )
        }
        guard automatic != nil || redirects == nil else {
            throw .missing("automatic_payment_methods[enabled]")
        }
        if automatic == false || !types.isEmpty { return (["card"], true) }
        return (nil, redirects != .never)
    }

    /// - Parameter isConfirming: otherwise the parameters of a confirmation are refused.
    mutating func confirmation(
        isConfirming: Bool
    ) throws(Stripe.Failure) -> Stripe.Confirmation {
        var confirmation = Stripe.Confirmation()
        if let offSession = try text("off_session") {
            guard ["true", "false", "one_off", "recurring"].contains(offSession) else {
                throw .parameter("off_session", "Invalid off_session: \(offSession)")
            }
            guard isConfirming else { throw .onlyWithConfirm("off_session") }
            confirmation.offSession = offSession != "false"
        }
        if let returnURL = try text("return_url") {
            guard isConfirming else { throw .onlyWithConfirm("return_url") }
            guard returnURL.hasPrefix("https://") || returnURL.hasPrefix("http://") else {
                throw .parameter("return_url", "Not a valid URL", code: "url_invalid")
            }
            confirmation.returnURL = returnURL
        }
        confirmation.failsOnAction = try boolean("error_on_requires_action") ?? false
        confirmation.usesScript = try boolean("use_stripe_sdk") ?? false
        return confirmation
    }

    private enum FeatureRequest: String, CaseIterable {
        case ifAvailable = "if_available"
        case never
    }

    private enum RedirectPolicy: String, CaseIterable {
        case always
        case never
    }
}

extension Stripe.Failure {
    fileprivate static func onlyWithConfirm(_ name: String) -> Self {
        .parameter(name, "The parameter `\(name)` cannot be passed when `confirm` is not true.")
    }
}
