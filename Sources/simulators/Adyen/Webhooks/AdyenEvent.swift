internal import JSON

extension Adyen {
    /// One message on its way out.
    struct Event: Sendable {
        enum Content: Sendable {
            /// The standard webhook: each item is signed by itself.
            case notification([Item])
            /// Newer webhooks: signed as a whole, in a header field.
            case lifeCycle([UInt8])
        }

        /// The facts of section 5.3 that this simulator causes.
        enum Code: String, Sendable {
            case authorisation = "AUTHORISATION"
            case authorisationAdjustment = "AUTHORISATION_ADJUSTMENT"
            case capture = "CAPTURE"
            case captureFailed = "CAPTURE_FAILED"
            case cancellation = "CANCELLATION"
            case technicalCancel = "TECHNICAL_CANCEL"
            case cancelOrRefund = "CANCEL_OR_REFUND"
            case expire = "EXPIRE"
            case refund = "REFUND"
            case refundFailed = "REFUND_FAILED"
            case refundedReversed = "REFUNDED_REVERSED"
            case offerClosed = "OFFER_CLOSED"
            case recurringContract = "RECURRING_CONTRACT"

            /// Not sent unless the account asks for it.
            var isOptional: Bool {
                switch self {
                case .expire, .recurringContract, .offerClosed, .technicalCancel: true
                case .authorisation, .authorisationAdjustment, .capture, .captureFailed,
                    .cancellation, .cancelOrRefund, .refund, .refundFailed, .refundedReversed:
                    false
                }
            }
        }

        let id: String
        let type: String
        var content: Content
    }

    /// One `NotificationRequestItem` (section 5.1).
    struct Item: Sendable {
        var psp: String
        var original: String?
        var merchant: String
        var reference: String
        var amount: Money
        /// In the vendor's word.
        var code: String
        var isSuccess: Bool
        var date: String
        var reason = ""
        var method: String?
        var operations: [String] = []
        var additional: [(name: String, value: String)] = []

        /// What is signed (section 5.2): eight values, joined as they are.
        var message: String {
            [
                psp, original ?? "", merchant, reference, "\(amount.value)", amount.currency, code,
                isSuccess ? "true" : "false",
            ].joined(separator: ":")
        }

        func write(signature: String?, to writer: inout JSONWriter) {
            writer.object { wrapper in
                wrapper.object("NotificationRequestItem") { item in
                    item.object("additionalData") { data in
                        for (name, value) in additional { data.member(name, value) }
                        if let signature { data.member("hmacSignature", signature) }
                    }
                    item.member("amount", amount)
                    item.member("eventCode", code)
                    item.member("eventDate", date)
                    item.member("merchantAccountCode", merchant)
                    item.member("merchantReference", reference)
                    if !operations.isEmpty {
                        item.array("operations") { list in
                            for operation in operations { list.element(operation) }
                        }
                    }
                    if let original { item.member("originalReference", original) }
                    if let method { item.member("paymentMethod", method) }
                    item.member("pspReference", psp)
                    item.member("reason", reason)
                    item.member("success", isSuccess ? "true" : "false")
                }
            }
        }
    }
}
