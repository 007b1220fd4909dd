internal import JSON

extension Adyen {
    /// The body of `POST /payments`. What the reference does not name is refused.
    struct PaymentRequest: Sendable {
        enum Method: Sendable {
            case stored(id: String)
            /// What the browser encrypted, unseen by anybody on the way.
            case encrypted(type: String, blob: String, holder: String?)
            /// A method that is paid elsewhere.
            case elsewhere(type: String)
        }

        let order: PaymentOrder
        let method: Method
        let isToBeStored: Bool
        /// The front end can do the challenge itself.
        let challengesNatively: Bool

        private enum NativeChallenge: String, CaseIterable {
            case preferred
            case disabled
        }

        static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                let order = PaymentOrder(&fields)
                let method = fields.required("paymentMethod", methodReader)
                let stores = fields.optional("storePaymentMethod", .bool) ?? false
                let channel = fields.optional("channel", .oneOf(PaymentOrder.Channel.self))
                let authentication = fields.optional("authenticationData", challengeReader)
                let origin = fields.optional("origin", .string(bytes: 1...300))
                let browser = fields.optional("browserInfo", .any)
                let knowsBrowser = channel != .web || (origin != nil && browser != nil)
                return PaymentRequest(
                    order: order,
                    method: try fields.finish(method),
                    isToBeStored: stores,
                    challengesNatively: authentication == .preferred && channel != nil
                        && knowsBrowser
                )
            }
        }

        private static var challengeReader: JSONReader<NativeChallenge> {
            .object { fields throws(JSONFieldErrors) in
                let data = fields.required(
                    "threeDSRequestData",
                    JSONReader<NativeChallenge>.object { inner throws(JSONFieldErrors) in
                        let native = inner.required(
                            "nativeThreeDS",
                            .oneOf(NativeChallenge.self)
                        )
                        return try inner.finish(native)
                    }
                )
                return try fields.finish(data)
            }
        }

        private static var methodReader: JSONReader<Method> {
            .object { fields throws(JSONFieldErrors) in
                let type = fields.required("type", .string(bytes: 1...50))
                let stored = fields.optional("storedPaymentMethodId", .string(bytes: 1...64))
                let card = fields.optional("encryptedCardNumber", .string(bytes: 1...15_000))
                let apple = fields.optional("applePayToken", .string(bytes: 1...15_000))
                let google = fields.optional("googlePayToken", .string(bytes: 1...15_000))
                let holder = fields.optional("holderName", .string(bytes: 1...100))
                for name in [
                    "encryptedExpiryMonth", "encryptedExpiryYear", "encryptedSecurityCode",
                    "brand", "checkoutAttemptId", "sdkData",
                ] {
                    _ = fields.optional(name, .string(bytes: 1...15_000))
                }
                let kind = try fields.finish(type)
                if let stored { return .stored(id: stored) }
                if let blob = card ?? apple ?? google {
                    return .encrypted(type: kind, blob: blob, holder: holder)
                }
                return .elsewhere(type: kind)
            }
        }
    }

    /// The body of `POST /payments/details`: what the browser brought back, unchanged.
    struct DetailsRequest: Sendable {
        let secret: String

        static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                let details = fields.required("details", detailsReader)
                _ = fields.optional("paymentData", .string(bytes: 1...200_000))
                return DetailsRequest(secret: try fields.finish(details))
            }
        }

        private static var detailsReader: JSONReader<String> {
            .object { fields throws(JSONFieldErrors) in
                let redirect = fields.optional("redirectResult", .string(bytes: 1...100_000))
                let native = fields.optional("threeDSResult", .string(bytes: 1...100_000))
                try fields.finish()
                guard let secret = redirect ?? native, redirect == nil || native == nil else {
                    fields.reject("details", .invalid, "Exactly one result is needed.")
                    throw JSONFieldErrors(all: fields.errors)
                }
                return secret
            }
        }
    }
}
