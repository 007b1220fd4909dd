internal import JSON

extension Adyen {
    /// The body of a capture, cancel, refund, reversal or amount update (sections 2.3 to 2.5).
    struct ModificationRequest: Sendable {
        let merchant: String
        var amount: WrittenMoney?
        let reference: String?
        /// The payment, by the merchant's own reference.
        var paymentReference: String?

        private enum Reason: String, CaseIterable {
            case fraud = "FRAUD"
            case wish = "CUSTOMER REQUEST"
            case `return` = "RETURN"
            case duplicate = "DUPLICATE"
            case other = "OTHER"
        }

        private enum Usage: String, CaseIterable {
            case delayedCharge
            case noShow
            case installment
        }

        static func reader(of operation: Operation) -> JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                let merchant = fields.required("merchantAccount", .string(bytes: 1...80))
                let reference = fields.optional("reference", .string(bytes: 1...80))
                var amount: WrittenMoney?
                var payment: String?
                switch operation {
                case .capture:
                    amount = fields.optional("amount", WrittenMoney.reader)
                    _ = fields.optional("lineItems", .any)
                case .refund:
                    amount = fields.optional("amount", WrittenMoney.reader)
                    _ = fields.optional("merchantRefundReason", .oneOf(Reason.self))
                    _ = fields.optional("capturePspReference", .string(bytes: 16...16))
                    _ = fields.optional("lineItems", .any)
                case .updateAmount:
                    amount = fields.optional("amount", WrittenMoney.reader)
                    _ = fields.optional("industryUsage", .oneOf(Usage.self))
                case .technicalCancel:
                    payment = fields.required("paymentReference", .string(bytes: 1...80))
                default: break
                }
                return ModificationRequest(
                    merchant: try fields.finish(merchant),
                    amount: amount,
                    reference: reference,
                    paymentReference: payment
                )
            }
        }
    }

    /// The body of `POST /storedPaymentMethods`.
    struct StoreRequest: Sendable {
        let merchant: String
        let shopper: String
        let model: PaymentOrder.Model
        let blob: String

        static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                let merchant = fields.required("merchantAccount", .string(bytes: 1...80))
                let shopper = fields.required("shopperReference", .string(bytes: 3...256))
                let model = fields.required(
                    "recurringProcessingModel",
                    .oneOf(PaymentOrder.Model.self)
                )
                let blob = fields.required("paymentMethod", methodReader)
                let required = try fields.finish(merchant, shopper, model, blob)
                return StoreRequest(
                    merchant: required.0,
                    shopper: required.1,
                    model: required.2,
                    blob: required.3
                )
            }
        }

        private static var methodReader: JSONReader<String> {
            .object { fields throws(JSONFieldErrors) in
                _ = fields.optional("type", .string(bytes: 1...50))
                let blob = fields.required("encryptedCardNumber", .string(bytes: 1...15_000))
                for name in [
                    "encryptedExpiryMonth", "encryptedExpiryYear", "encryptedSecurityCode",
                    "holderName",
                ] {
                    _ = fields.optional(name, .string(bytes: 1...15_000))
                }
                return try fields.finish(blob)
            }
        }
    }
}
