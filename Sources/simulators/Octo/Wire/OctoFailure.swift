internal import JSON

extension Octo {
    /// `error` and its text (section 3.8). The vendor publishes no full table: 4, 5 and 6 are the
    /// simulator's own.
    struct Failure: Error, Sendable {
        let error: Int64
        let message: String
    }
}

extension Octo.Failure {
    static func format(_ message: String) -> Self { Self(error: 1, message: message) }

    /// - Parameter fields: their names.
    static func blank(_ fields: [String]) -> Self {
        let texts = fields.map { "[\($0)] must not be null or blank" }
        return format("Wrong params: " + texts.joined(separator: ", "))
    }

    static let wrongSecret = Self(error: 2, message: "Wrong secret")
    static let noShop = Self(error: 2, message: "no_shop_found")
    static let invalidRefund = Self(error: 3, message: "Invalid refund amount")
    static let noPayment = Self(error: 4, message: "Payment not found")
    static let wrongStatus = Self(error: 5, message: "Payment has another status")
    static let noToken = Self(error: 6, message: "Card token not found or blocked")
    static let tooOften = Self(error: 11, message: "Requests too often. Minimum delay is 1 second")
    static let resendLimit = Self(error: 17, message: "SMS resend limit")
    static let wrongRefund = Self(error: 22, message: "Wrong amount to refund")
    static let system = Self(error: 500, message: "Internal error")

    static func unregistered(_ code: String) -> Self {
        Self(error: 403, message: "Fiscal object \(code) not contains in system")
    }

    /// One of each number, as a fault may ask for it.
    static let all = [
        format("Wrong params"), wrongSecret, invalidRefund, noPayment, wrongStatus, noToken,
        tooOften, resendLimit, wrongRefund, unregistered("none"), system,
    ]
}
