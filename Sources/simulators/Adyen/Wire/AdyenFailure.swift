internal import JSON

extension Adyen {
    /// A call refused, in the error shape of section 4.
    struct Failure: Error, Sendable {
        enum Kind: String, Sendable {
            case validation
            case security
            case `internal`
            case configuration
        }

        let status: Int
        let code: String
        let message: String
        var kind = Kind.validation
        /// Nothing was decided: the same call with the same key may be made again.
        var isTransient = false

        func write(pspReference: String, to writer: inout JSONWriter) {
            writer.object { error in
                error.member("status", status)
                error.member("errorCode", code)
                error.member("message", message)
                error.member("errorType", kind.rawValue)
                error.member("pspReference", pspReference)
            }
        }
    }
}

extension Adyen.Failure {
    /// 422 with one of the vendor's codes.
    static func refused(_ code: String, _ message: String) -> Self {
        Self(status: 422, code: code, message: message)
    }

    static let noAmount = refused("100", "Required object 'amount' is not provided.")
    static let noReference = refused("130", "Required field 'reference' is not provided.")
    static let invalidAmount = refused("137", "Invalid amount specified")
    static let unsupportedCurrency = refused("138", "Unsupported currency specified")
    static let unknownOriginal = refused(
        "167",
        "Original pspReference required for this operation"
    )
    static let metadataTooLarge = refused("177", "Metadata size exceeds limit")
    static let unknownToken = refused("14_0416", "No token found")
    static let unknownContract = refused("800", "Contract not found")

    static let inProgress = Self(
        status: 422,
        code: "704",
        message: "request already processed or in progress",
        isTransient: true
    )

    static func malformed(_ message: String) -> Self {
        Self(status: 400, code: "702", message: message)
    }

    static func unreadable(_ errors: JSONFieldErrors) -> Self {
        .malformed(errors.all.map { "\($0.pointer): \($0.message)" }.joined(separator: " "))
    }

    static let unauthorized = Self(
        status: 401,
        code: "000",
        message: "HTTP Status Response - Unauthorized",
        kind: .security
    )

    static let unknownAccount = Self(
        status: 403,
        code: "901",
        message: "Invalid Merchant Account",
        kind: .security
    )

    static let notFound = Self(status: 404, code: "000", message: "Not found")

    static let rateLimited = Self(
        status: 429,
        code: "000",
        message: "Too many requests",
        isTransient: true
    )

    /// An error that a fault asks for, by status.
    static func ordered(_ status: Int, isTransient: Bool? = nil) -> Self {
        switch status {
        case 401: .unauthorized
        case 403: .forbidden
        case 429: .rateLimited
        case 500...:
            Self(
                status: status,
                code: "903",
                message: "Internal error",
                kind: .internal,
                isTransient: isTransient ?? false
            )
        default: Self(status: status, code: "702", message: "As ordered")
        }
    }

    private static let forbidden = Self(
        status: 403,
        code: "010",
        message: "Not allowed",
        kind: .security
    )

    /// An error that a fault asks for, by the vendor's code.
    static func ordered(_ code: String) -> Self {
        switch code {
        case "000": .unauthorized
        case "010": .forbidden
        case "901": .unknownAccount
        case "703":
            Self(
                status: 500,
                code: code,
                message: "Required resource temporarily unavailable",
                kind: .internal,
                isTransient: true
            )
        case "903": .ordered(500)
        case "704": .inProgress
        case "702": .malformed("As ordered")
        default: .refused(code, "As ordered")
        }
    }
}
