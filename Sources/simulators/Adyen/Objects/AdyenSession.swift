extension Adyen {
    /// A payment that the vendor's own library makes in the browser.
    struct Session: Sendable {
        enum Status: String, Sendable {
            case active
            case completed
            case paymentPending
            case refused
            case canceled
            case expired
        }

        let id: String
        let data: String
        let order: PaymentOrder
        /// `askForConsent`, `enabled` or `disabled`.
        let storing: String
        let expires: SimulatedTime
        let isHosted: Bool
        var status = Status.active
        /// What the browser brings back.
        var result: String?
        var payments: [String] = []
    }
}
