extension Stripe {
    /// A call refused, in the error shape of section 4.
    struct Failure: Error, Sendable {
        enum Kind: String, Sendable {
            case card = "card_error"
            case invalidRequest = "invalid_request_error"
            case idempotency = "idempotency_error"
            case api = "api_error"
            case authentication = "authentication_error"
            case rateLimit = "rate_limit_error"
        }

        /// The object that the error carries as it is after the refusal.
        enum Subject: Sendable {
            case paymentIntent(String)
            case setupIntent(String)
        }

        var status: Int
        var kind: Kind
        var code: String?
        var message: String
        var parameter: String?
        var decline: Decline?
        var charge: String?
        var subject: Subject?
        /// What `Stripe-Should-Retry` says; nil leaves it out.
        var retryHint: Bool?
        /// Refused before the endpoint began: such a result is not kept under its idempotency key.
        var beforeExecution = false
    }
}

extension Stripe.Failure {
    /// A parameter that is not acceptable, found before the endpoint began.
    static func parameter(_ name: String, _ message: String, code: String? = nil) -> Self {
        Self(
            status: 400,
            kind: .invalidRequest,
            code: code,
            message: message,
            parameter: name,
            beforeExecution: true
        )
    }

    static func missing(_ name: String) -> Self {
        .parameter(name, "Missing required param: \(name).", code: "parameter_missing")
    }

    static func unknown(_ name: String) -> Self {
        .parameter(name, "Received unknown parameter: \(name)", code: "parameter_unknown")
    }

    /// The endpoint ran and found the call impossible.
    static func refused(_ message: String, code: String? = nil, parameter: String? = nil) -> Self {
        Self(
            status: 400,
            kind: .invalidRequest,
            code: code,
            message: message,
            parameter: parameter
        )
    }

    /// An identifier in the path that names nothing.
    static func missingObject(_ noun: String, _ id: String) -> Self {
        Self(
            status: 404,
            kind: .invalidRequest,
            code: "resource_missing",
            message: "No such \(noun): '\(id)'",
            parameter: "id"
        )
    }

    /// An identifier in a parameter that names nothing.
    static func missingReference(_ noun: String, _ id: String, parameter: String) -> Self {
        .refused("No such \(noun): '\(id)'", code: "resource_missing", parameter: parameter)
    }

    static let unreadableForm = Self(
        status: 400,
        kind: .invalidRequest,
        message: "Invalid request (check that your POST content type is "
            + "application/x-www-form-urlencoded).",
        beforeExecution: true
    )

    static func unrecognizedURL(_ call: SimulatedCall) -> Self {
        Self(
            status: 404,
            kind: .invalidRequest,
            message: "Unrecognized request URL (\(call.method): \(call.path)).",
            beforeExecution: true
        )
    }

    static func unauthenticated(_ message: String) -> Self {
        Self(status: 401, kind: .authentication, message: message, beforeExecution: true)
    }

    static let otherParameters = Self(
        status: 400,
        kind: .idempotency,
        message: "Keys for idempotent requests can only be used with the same parameters they "
            + "were first used with.",
        beforeExecution: true
    )

    static let keyInUse = Self(
        status: 409,
        kind: .idempotency,
        code: "idempotency_key_in_use",
        message: "There is currently another in-progress request using this Idempotency-Key.",
        beforeExecution: true
    )

    static let rateLimited = Self(
        status: 429,
        kind: .rateLimit,
        code: "rate_limit",
        message: "Request rate limit exceeded.",
        beforeExecution: true
    )

    static let lockTimeout = Self(
        status: 429,
        kind: .invalidRequest,
        code: "lock_timeout",
        message: "This object cannot be accessed right now because another API request is "
            + "currently accessing it.",
        beforeExecution: true
    )

    /// An error that a fault asks for.
    static func ordered(_ status: Int, _ retryHint: Bool?) -> Self {
        let kind: Kind =
            switch status {
            case 401: .authentication
            case 429: .rateLimit
            case 500...: .api
            default: .invalidRequest
            }
        return Self(
            status: status,
            kind: kind,
            message: "An error occurred on the vendor's side, as ordered.",
            retryHint: retryHint
        )
    }
}
