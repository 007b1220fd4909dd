import Cryptography
import HTTP
import JSON
import PaymentCore

// What is sent (section 2). Every request is a function of what is stored, so that a repetition
// under the same key is the same request.
extension PayPal.Dialect {
    func order(
        _ authorize: VendorOperation.Authorize,
        _ key: String
    ) throws(VendorRejection) -> HTTPRequest {
        try post("v2/checkout/orders", key) { (body) throws(VendorRejection) in
            body.member("intent", authorize.manualCapture ? "AUTHORIZE" : "CAPTURE")
            try body.array("purchase_units") { (units) throws(VendorRejection) in
                try units.object { (unit) throws(VendorRejection) in
                    unit.member("custom_id", authorize.attempt.description)
                    unit.member("invoice_id", Self.invoice(of: authorize))
                    if let order = authorize.orderReference {
                        unit.member("description", String(order.prefix(127)))
                    }
                    try unit.money("amount", authorize.amount)
                }
            }
            try body.source(of: authorize)
        }
    }

    /// Unique for each attempt, as PayPal wants invoice numbers to be, and recognisable to people:
    /// the order's reference and the end of the attempt's identifier.
    private static func invoice(of authorize: VendorOperation.Authorize) -> String {
        let attempt = authorize.attempt.description
        guard let order = authorize.orderReference else { return attempt }
        return "\(order.prefix(100))-\(attempt.suffix(10))"
    }

    /// The last word on an approved order.
    func completion(
        of order: String,
        manualCapture: Bool,
        _ key: String
    ) throws(VendorRejection) -> HTTPRequest {
        let verb = manualCapture ? "authorize" : "capture"
        return post("v2/checkout/orders/\(try segment(order))/\(verb)", key) { _ in }
    }

    func capture(
        _ capture: VendorOperation.Capture,
        of authorization: String,
        _ key: String
    ) throws(VendorRejection) -> HTTPRequest {
        let path = "v2/payments/authorizations/\(try segment(authorization))/capture"
        return try post(path, key) { (body) throws(VendorRejection) in
            try body.money("amount", capture.amount)
            // PayPal's default keeps the rest of the hold.
            body.member("final_capture", capture.isFinal)
            body.member("invoice_id", capture.capture.description)
        }
    }

    func reauthorization(
        of authorization: String,
        _ amount: Money,
        _ key: String
    ) throws(VendorRejection) -> HTTPRequest {
        let path = "v2/payments/authorizations/\(try segment(authorization))/reauthorize"
        return try post(path, key) { (body) throws(VendorRejection) in
            try body.money("amount", amount)
        }
    }

    func void(of authorization: String, _ key: String) throws(VendorRejection) -> HTTPRequest {
        HTTPRequest(
            method: .post,
            url: "\(base.text)/v2/payments/authorizations/\(try segment(authorization))/void",
            fields: writing(key)
        )
    }

    /// - Parameter part: the ordinal of a share, when the refund is taken from several captures.
    func refund(
        _ refund: VendorOperation.Refund,
        of share: CaptureShare,
        part: Int?,
        _ key: String
    ) throws(VendorRejection) -> HTTPRequest {
        let suffix = part.map { "-\($0)" } ?? ""
        let path = "v2/payments/captures/\(try segment(share.reference))/refund"
        return try post(path, key + suffix) { (body) throws(VendorRejection) in
            try body.money("amount", Money(share.amount, refund.amount.currency))
            body.member("custom_id", "\(refund.attempt)\(suffix)")
            body.member("invoice_id", "\(refund.refund)\(suffix)")
        }
    }
}

// What all requests share.
extension PayPal.Dialect {
    func post<E: Error>(
        _ path: String,
        _ key: String,
        _ members: (inout JSONWriter) throws(E) -> Void
    ) throws(E) -> HTTPRequest {
        var body = JSONWriter(capacity: 512)
        try body.object(members)
        var fields: HTTPFields = [.contentType: "application/json"]
        for field in writing(key).all { fields.append(field.name, field.value) }
        return HTTPRequest(
            method: .post,
            url: "\(base.text)/\(path)",
            fields: fields,
            body: body.bytes
        )
    }

    func get(_ path: String, _ query: [(String, String)] = []) -> HTTPRequest {
        var url = "\(base.text)/\(path)"
        if !query.isEmpty {
            url += "?" + String(decoding: FormEncoder(query).bytes, as: UTF8.self)
        }
        var fields = acting
        fields.append("Prefer", Self.wholeObject)
        return HTTPRequest(method: .get, url: url, fields: fields)
    }

    func readOrder(_ id: String) throws(VendorRejection) -> HTTPRequest {
        get("v2/checkout/orders/\(try segment(id))")
    }

    func delete(_ path: String) -> HTTPRequest {
        HTTPRequest(method: .delete, url: "\(base.text)/\(path)", fields: acting)
    }

    func segment(_ identifier: String) throws(VendorRejection) -> String {
        try PathSegment.checked(identifier, of: PayPal.descriptor.name)
    }

    /// Otherwise answers may hide the payments and the fees.
    private static let wholeObject = "return=representation"

    private func writing(_ key: String) -> HTTPFields {
        var fields = acting
        fields.append("PayPal-Request-Id", key)
        fields.append("Prefer", Self.wholeObject)
        return fields
    }

    /// For whom we act.
    private var acting: HTTPFields {
        var fields = HTTPFields()
        if let partner { fields.append("PayPal-Partner-Attribution-Id", partner) }
        if let assertion { fields.append("PayPal-Auth-Assertion", assertion.revealText()) }
        return fields
    }
}

extension JSONWriter {
    /// What pays: a stored method, the payer on PayPal's page, or nothing yet, when the card is
    /// given in PayPal's fields on the caller's page.
    fileprivate mutating func source(
        of authorize: VendorOperation.Authorize
    ) throws(VendorRejection) {
        switch (authorize.method, authorize.token) {
        case (.card, let token?):
            object("payment_source") { $0.object("card") { $0.storedCard(token, authorize) } }
        case (_, let token?):
            object("payment_source") {
                $0.object("paypal") {
                    $0.member("vault_id", token.value)
                    $0.storedCredential(offSession: authorize.offSession)
                }
            }
        case (_, nil) where authorize.offSession:
            throw VendorRejection(
                .methodNotUsable,
                code: "method_missing",
                message: "a payment without the payer needs a stored method"
            )
        case (.card, nil): break
        case (_, nil):
            guard let page = authorize.returnURL else {
                throw VendorRejection(
                    .invalidRequest,
                    code: "return_url_missing",
                    message: "PayPal's page needs a return_url to come back to"
                )
            }
            object("payment_source") { source in
                source.object("paypal") { wallet in
                    wallet.object("experience_context") {
                        $0.pages(page)
                        $0.member("user_action", "PAY_NOW")
                        $0.member("shipping_preference", "NO_SHIPPING")
                        $0.member("payment_method_preference", "IMMEDIATE_PAYMENT_REQUIRED")
                    }
                }
            }
        }
    }

    private mutating func storedCard(
        _ token: VendorToken,
        _ authorize: VendorOperation.Authorize
    ) {
        member("vault_id", token.value)
        storedCredential(offSession: authorize.offSession)
        // A merchant-initiated payment must not ask for what only a payer can give.
        guard !authorize.offSession else { return }
        if let page = authorize.returnURL { object("experience_context") { $0.pages(page) } }
        object("attributes") { attributes in
            attributes.object("verification") { $0.member("method", "SCA_WHEN_REQUIRED") }
        }
    }

    private mutating func storedCredential(offSession: Bool) {
        object("stored_credential") {
            $0.member("payment_initiator", offSession ? "MERCHANT" : "CUSTOMER")
            $0.member("payment_type", offSession ? "UNSCHEDULED" : "ONE_TIME")
            $0.member("usage", "SUBSEQUENT")
        }
    }

    /// Where the payer comes back to. Nothing in the address is believed: the order is read.
    mutating func pages(_ page: String) {
        member("return_url", page)
        member("cancel_url", page)
    }
}
