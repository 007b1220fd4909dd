internal import JSON

extension Click {
    /// An answer that is not the result asked for (section 3.6). The vendor publishes no list of
    /// its negative codes: all but −5017 are the simulator's own.
    struct Failure: Error, Sendable {
        var status = 200
        let code: Int64
        let note: String
        /// The payment that it is about, when the answer names it.
        var payment: Int64?
    }
}

extension Click.Failure {
    static let unauthorized = Self(status: 401, code: -1, note: "Authentication failed")
    static let forbidden = Self(status: 403, code: -2, note: "Not permitted for this service")
    static let unknownMethod = Self(status: 404, code: -3, note: "No such method")
    static let wrongMediaType = Self(status: 406, code: -4, note: "JSON only")
    static let system = Self(status: 500, code: -500, note: "Internal error")

    static func malformed(_ note: String) -> Self { Self(status: 400, code: -8, note: note) }

    static let noSuchInvoice = Self(code: -11, note: "Invoice not found")
    static let noSuchPayment = Self(code: -16, note: "Payment not found")
    static let noSuchToken = Self(code: -20, note: "Card token not found")
    static let tokenNotVerified = Self(code: -21, note: "Card token is not verified")
    static let wrongCode = Self(code: -22, note: "Wrong SMS code")
    static let noSuchPass = Self(code: -30, note: "OTP is wrong or used")
    static let nothingToConfirm = Self(code: -31, note: "Payment does not wait for confirmation")

    static func notReversible(_ note: String, _ payment: Int64) -> Self {
        Self(code: -41, note: note, payment: payment)
    }

    static func refusedByProcessor(_ payment: Int64) -> Self {
        Self(code: -42, note: "Reversal rejected by processing center", payment: payment)
    }

    static let notOffered = Self(code: -43, note: "Partial reversal is not available")

    static func fiscal(_ note: String) -> Self { Self(code: -50, note: note) }

    /// One of each code, as a fault may ask for it.
    static let all = [
        unauthorized, forbidden, unknownMethod, wrongMediaType, system, malformed("Malformed"),
        noSuchInvoice, noSuchPayment, noSuchToken, tokenNotVerified, wrongCode, noSuchPass,
        nothingToConfirm, notReversible("Payment cannot be reversed", 0), refusedByProcessor(0),
        notOffered, fiscal("Items are wrong"), Self(code: -5_017, note: "Insufficient funds"),
    ]

    /// The code as people read it, for what is not −5017.
    var body: JSONValue {
        var object = JSONObject([
            ("error_code", .integer(code)), ("error_note", .string(note)),
        ])
        if let payment { object["payment_id"] = .integer(payment) }
        return .object(object)
    }
}
