internal import JSON

extension Adyen {
    /// The body of `POST /sessions`.
    struct SessionRequest: Sendable {
        let order: PaymentOrder
        let storing: StoringMode
        let expires: SimulatedTime?
        let isHosted: Bool

        enum StoringMode: String, Sendable, CaseIterable {
            case askForConsent
            case enabled
            case disabled
        }

        private enum Mode: String, CaseIterable {
            case embedded
            case hosted
        }

        static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                let order = PaymentOrder(&fields)
                let storing = fields.optional(
                    "storePaymentMethodMode",
                    .oneOf(StoringMode.self)
                )
                let expires = fields.optional("expiresAt", timeReader)
                let mode = fields.optional("mode", .oneOf(Mode.self))
                _ = fields.optional("channel", .oneOf(PaymentOrder.Channel.self))
                _ = fields.optional("authenticationData", .any)
                try fields.finish()
                return SessionRequest(
                    order: order,
                    storing: storing ?? .disabled,
                    expires: expires,
                    isHosted: mode == .hosted
                )
            }
        }

        private static var timeReader: JSONReader<SimulatedTime> {
            JSONReader<String>.string.map("This must be a time.") { SimulatedTime(rfc3339: $0) }
        }
    }
}
