internal import JSON

extension PayPal {
    /// The body of `POST /v2/checkout/orders` (section 2.2). What the reference does not name is
    /// refused.
    struct OrderRequest: Sendable {
        struct Unit: Sendable {
            let referenceID: String?
            let amount: WrittenAmount
            let customID: String?
            let invoiceID: String?
            let description: String?
            let softDescriptor: String?
        }

        let intent: Order.Intent
        let units: [Unit]
        let source: SourceRequest?
    }
}

extension PayPal.OrderRequest {
    static var reader: JSONReader<Self> {
        .object { fields throws(JSONFieldErrors) in
            let intent = fields.required("intent", .oneOf(PayPal.Order.Intent.self))
            let units = fields.required("purchase_units", .array(.unit, count: 1...10))
            let source = fields.optional("payment_source", PayPal.SourceRequest.reader)
            let required = try fields.finish(intent, units)
            return PayPal.OrderRequest(intent: required.0, units: required.1, source: source)
        }
    }
}

extension JSONReader<PayPal.OrderRequest.Unit> {
    fileprivate static var unit: Self {
        .object { fields throws(JSONFieldErrors) in
            let amount = fields.required("amount", PayPal.WrittenAmount.reader)
            let reference = fields.optional("reference_id", .string(bytes: 1...256))
            let custom = fields.optional("custom_id", .string(bytes: 1...255))
            let invoice = fields.optional("invoice_id", .string(bytes: 1...127))
            let description = fields.optional("description", .string(bytes: 1...127))
            let descriptor = fields.optional("soft_descriptor", .string(bytes: 1...22))
            return PayPal.OrderRequest.Unit(
                referenceID: reference,
                amount: try fields.finish(amount),
                customID: custom,
                invoiceID: invoice,
                description: description,
                softDescriptor: descriptor
            )
        }
    }
}
