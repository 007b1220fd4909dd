internal import JSON

extension PayPal {
    /// A call refused, in the error shape of section 4.
    struct Failure: Error, Sendable {
        struct Detail: Sendable {
            let issue: Issue
            var field: String?
            var description: String?
        }

        let status: Int
        let name: String
        var details: [Detail] = []
        /// The payer has to go here.
        var payerAction: String?

        var message: String {
            switch name {
            case "INVALID_REQUEST":
                "Request is not well-formed, syntactically incorrect, or violates schema."
            case "AUTHENTICATION_FAILURE":
                "Authentication failed due to invalid authentication credentials or a missing "
                    + "Authorization header."
            case "NOT_AUTHORIZED":
                "Authorization failed due to insufficient permissions."
            case "RESOURCE_NOT_FOUND": "The specified resource does not exist."
            case "RESOURCE_CONFLICT":
                "The server has detected a conflict while processing this request."
            case "UNSUPPORTED_MEDIA_TYPE":
                "The server does not support the request payload's media type."
            case "UNPROCESSABLE_ENTITY":
                "The requested action could not be performed, semantically incorrect, or failed "
                    + "business validation."
            case "RATE_LIMIT_REACHED": "Too many requests. Blocked due to rate limiting."
            case "SERVICE_UNAVAILABLE": "Service Unavailable."
            default: "An internal server error has occurred."
            }
        }
    }
}

extension PayPal.Failure {
    /// - Parameter field: where the fault is, as a JSON pointer into the body.
    static func issue(_ issue: PayPal.Issue, at field: String? = nil) -> Self {
        let (status, name) = issue.kind
        return Self(
            status: status,
            name: name,
            details: [Detail(issue: issue, field: field)]
        )
    }

    static func unreadable(_ errors: JSONFieldErrors) -> Self {
        let details = errors.all.map { error in
            let issue: PayPal.Issue =
                switch error.code {
                case .missing: "MISSING_REQUIRED_PARAMETER"
                case .wrongLength: "INVALID_STRING_LENGTH"
                case .unknown, .wrongType, .notInteger: "INVALID_PARAMETER_SYNTAX"
                case .outOfRange, .invalid: "INVALID_PARAMETER_VALUE"
                }
            return Detail(issue: issue, field: "\(error.pointer)", description: error.message)
        }
        return Self(status: 400, name: "INVALID_REQUEST", details: details)
    }

    static let unknownResource = issue("INVALID_RESOURCE_ID")

    static let unauthenticated = Self(status: 401, name: "AUTHENTICATION_FAILURE")

    /// A token that was good once.
    static let invalidToken = Self(status: 401, name: "invalid_token")

    static let unsupportedMediaType = Self(status: 415, name: "UNSUPPORTED_MEDIA_TYPE")

    static let rateLimited = Self(status: 429, name: "RATE_LIMIT_REACHED")

    /// An error that a fault asks for, by status.
    static func ordered(_ status: Int) -> Self {
        let name =
            switch status {
            case 400: "INVALID_REQUEST"
            case 401: "AUTHENTICATION_FAILURE"
            case 403: "NOT_AUTHORIZED"
            case 404: "RESOURCE_NOT_FOUND"
            case 409: "RESOURCE_CONFLICT"
            case 415: "UNSUPPORTED_MEDIA_TYPE"
            case 422: "UNPROCESSABLE_ENTITY"
            case 429: "RATE_LIMIT_REACHED"
            case 503: "SERVICE_UNAVAILABLE"
            default: "INTERNAL_SERVER_ERROR"
            }
        return Self(status: status, name: name)
    }

    func write(debugID: String, to writer: inout JSONWriter) {
        guard name != "invalid_token" else {
            // The one error of the interface in the shape of OAuth.
            return writer.object { error in
                error.member("error", name)
                error.member("error_description", "Token signature verification failed")
            }
        }
        writer.object { error in
            error.member("name", name)
            error.member("message", message)
            error.member("debug_id", debugID)
            error.array("details") { list in
                for detail in details { list.object { detail.write(to: &$0) } }
            }
            error.array("links") { links in
                if let issue = details.first?.issue {
                    links.link(
                        "https://developer.paypal.com/docs/api/orders/v2/#error-\(issue.code)",
                        "information_link"
                    )
                }
                if let payerAction { links.link(payerAction, "payer-action") }
            }
        }
    }
}

extension PayPal.Failure.Detail {
    fileprivate func write(to object: inout JSONWriter) {
        object.member("issue", issue.code)
        object.member("description", description ?? issue.description)
        guard let field else { return }
        object.member("field", field)
        object.member("location", "body")
    }
}

extension JSONWriter {
    /// One of a resource's links: the contract of where to go next.
    mutating func link(_ address: String, _ relation: String, _ method: String = "GET") {
        object { link in
            link.member("href", address)
            link.member("rel", relation)
            link.member("method", method)
        }
    }
}
