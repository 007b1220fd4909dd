import Cryptography
package import HTTP
package import PaymentCore

extension Stripe.Dialect {
    package func request(
        for operation: VendorOperation,
        key: String
    ) throws(VendorRejection) -> HTTPRequest {
        switch operation {
        case .authorize(let authorize):
            return post("payment_intents", try form(authorize), key)
        case .capture(let capture):
            let intent = try Self.segment(capture.paymentReference)
            return post("payment_intents/\(intent)/capture", try form(capture), key)
        case .void(let void):
            let intent = try Self.segment(void.paymentReference)
            return post("payment_intents/\(intent)/cancel", form(void), key)
        case .refund(let refund):
            return post("refunds", try form(refund), key)
        // A payer's confirmation is the last word here; Stripe waits for none of ours.
        case .complete: throw .unsupported(.authorize, by: Stripe.descriptor.id)
        case .lookUp(let lookUp):
            return try request(for: lookUp.subject)
        }
    }

    private func form(
        _ authorize: VendorOperation.Authorize
    ) throws(VendorRejection) -> FormEncoder {
        var form = FormEncoder()
        form.append("amount", try Stripe.Amounts.onWire(authorize.amount))
        form.append("currency", authorize.amount.currency.code.lowercased())
        // Not `automatic_async`, Stripe's default: a capture that we book as done must be done, with
        // its balance transaction, when the answer says so.
        form.append("capture_method", authorize.manualCapture ? "manual" : "automatic")
        if authorize.method == .wallet, authorize.token == nil {
            // The payer's device and Stripe's elements on the page agree on a wallet, without
            // leaving the page.
            form.append("automatic_payment_methods[enabled]", true)
            form.append("automatic_payment_methods[allow_redirects]", "never")
        } else {
            form.append("payment_method_types[]", "card")
        }
        if let customer = authorize.customerReference { form.append("customer", customer) }
        if let token = authorize.token {
            form.append("confirm", true)
            form.append("payment_method", token.value)
            if authorize.offSession {
                form.append("off_session", true)
            } else if let page = authorize.returnURL {
                form.append("return_url", page)
            }
        } else if authorize.offSession {
            throw VendorRejection(
                .methodNotUsable,
                code: "method_missing",
                message: "a payment without the payer needs a stored method"
            )
        }
        if authorize.manualCapture, let multicapture {
            form.append("payment_method_options[card][request_multicapture]", multicapture)
        }
        if let order = authorize.orderReference { form.append("description", order) }
        form.append("metadata[attempt]", authorize.attempt.description)
        form.append("metadata[intent]", authorize.intent.description)
        form.append("metadata[tenant]", authorize.tenant.description)
        form.append("expand[]", "latest_charge")
        return form
    }

    private func form(_ capture: VendorOperation.Capture) throws(VendorRejection) -> FormEncoder {
        var form = FormEncoder()
        form.append("amount_to_capture", try Stripe.Amounts.onWire(capture.amount))
        // The default releases the remainder. `false` keeps it; where that is not to be had, a 400.
        if !capture.isFinal { form.append("final_capture", false) }
        // No metadata: it would overwrite that of the authorization, by which notices find us.
        form.append("expand[]", "latest_charge")
        return form
    }

    private func form(_ void: VendorOperation.Void) -> FormEncoder {
        var form = FormEncoder()
        if let reason = void.reason?.onWire { form.append("cancellation_reason", reason) }
        return form
    }

    private func form(_ refund: VendorOperation.Refund) throws(VendorRejection) -> FormEncoder {
        var form = FormEncoder()
        form.append("payment_intent", refund.paymentReference)
        form.append("amount", try Stripe.Amounts.onWire(refund.amount))
        if let reason = refund.reason?.onWire { form.append("reason", reason) }
        form.append("metadata[attempt]", refund.attempt.description)
        form.append("metadata[refund]", refund.refund.description)
        form.append("metadata[tenant]", tenant.description)
        return form
    }

    private func request(
        for subject: VendorOperation.LookUp.Subject
    ) throws(VendorRejection) -> HTTPRequest {
        switch subject {
        case .payment(let reference):
            get(
                "payment_intents/\(try Self.segment(reference))",
                [("expand[]", "latest_charge.balance_transaction")]
            )
        case .refund(let reference):
            get("refunds/\(try Self.segment(reference))")
        case .paymentOfAttempt(let attempt, _):
            // A search rather than a list: it finds one payment among any number, where a list
            // would have to be paged through. What its silence means: see `found(attempt:)`.
            get(
                "payment_intents/search",
                [
                    ("query", "metadata['attempt']:'\(attempt)'"),
                    ("limit", "10"),
                    ("expand[]", "data.latest_charge"),
                ]
            )
        case .refundOfAttempt(_, let payment):
            get("refunds", [("payment_intent", try Self.segment(payment)), ("limit", "100")])
        }
    }
}

// What all requests share.
extension Stripe.Dialect {
    func post(_ path: String, _ form: FormEncoder, _ key: String) -> HTTPRequest {
        var request = HTTPRequest(
            method: .post,
            url: "\(base.text)/v1/\(path)",
            fields: fields,
            body: form.bytes
        )
        request.fields.append(.contentType, FormEncoder.contentType)
        request.fields.append(.idempotencyKey, key)
        return request
    }

    func get(_ path: String, _ query: [(String, String)] = []) -> HTTPRequest {
        var url = "\(base.text)/v1/\(path)"
        if !query.isEmpty {
            url += "?" + String(decoding: FormEncoder(query).bytes, as: UTF8.self)
        }
        return HTTPRequest(method: .get, url: url, fields: fields)
    }

    private var fields: HTTPFields {
        var fields: HTTPFields = [
            .authorization: "Bearer \(secretKey.revealText())",
            "Stripe-Version": Stripe.apiVersion,
        ]
        if let connectedAccount { fields.append("Stripe-Account", connectedAccount) }
        return fields
    }

    static func segment(_ identifier: String) throws(VendorRejection) -> String {
        try PathSegment.checked(identifier, of: Stripe.descriptor.name)
    }
}

extension VoidReason {
    /// Stripe's word; nil where it has none.
    fileprivate var onWire: String? {
        switch self {
        case .duplicate, .fraudulent, .requestedByCustomer, .abandoned: rawValue
        case .other: nil
        }
    }
}

extension RefundReason {
    /// Stripe's word; nil where it has none.
    fileprivate var onWire: String? {
        switch self {
        case .duplicate, .fraudulent, .requestedByCustomer: rawValue
        case .other: nil
        }
    }
}
