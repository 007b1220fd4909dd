import Cryptography
package import HTTP
import JSON
package import PaymentCore

extension Adyen.Dialect {
    package func step(
        _ operation: VendorOperation,
        key: String,
        after answers: [HTTPResponse]
    ) throws(VendorRejection) -> VendorStep<VendorOutcome> {
        guard let answer = answers.last else {
            let effect: RequestEffect = operation.opensPage ? .opensPage : .movesMoney
            return .ask(try request(for: operation, key: key), effect)
        }
        return .finished(outcome(of: operation, from: answer))
    }

    package func request(
        for operation: VendorOperation,
        key: String
    ) throws(VendorRejection) -> HTTPRequest {
        switch operation {
        case .authorize(let authorize):
            if let token = authorize.token {
                return post("payments", try body(authorize, token), key)
            }
            return post("sessions", try body(page: authorize), key)
        case .capture(let capture):
            let payment = try Self.payment(capture.paymentReference)
            return post("payments/\(payment)/captures", try body(capture), key)
        case .void(let void): return try request(for: void, key)
        case .refund(let refund):
            let payment = try Self.payment(refund.paymentReference)
            return post("payments/\(payment)/refunds", try body(refund), key)
        case .complete: throw .unsupported(.authorize, by: Adyen.descriptor.id)
        case .lookUp: throw .unsupported(.lookUp, by: Adyen.descriptor.id)
        }
    }

    /// Section 2.2, a stored method.
    private func body(
        _ authorize: VendorOperation.Authorize,
        _ token: VendorToken
    ) throws(VendorRejection) -> [UInt8] {
        let method = try Adyen.StoredMethod.named(by: token)
        return try json { writer throws(VendorRejection) in
            try head(of: authorize, &writer)
            writer.object("paymentMethod") {
                $0.member("type", "scheme")
                $0.member("storedPaymentMethodId", method.id)
            }
            writer.member("shopperReference", method.shopper)
            writer.member("shopperInteraction", "ContAuth")
            writer.member(
                "recurringProcessingModel",
                authorize.offSession ? offSessionModel : "CardOnFile"
            )
            tail(of: authorize, &writer)
        }
    }

    /// Section 2.2, sessions flow: the payer chooses on Adyen's page or with its library.
    private func body(page authorize: VendorOperation.Authorize) throws(VendorRejection) -> [UInt8]
    {
        guard !authorize.offSession else {
            throw VendorRejection(
                .methodNotUsable,
                code: "method_missing",
                message: "a payment without the payer needs a stored method"
            )
        }
        return try json { writer throws(VendorRejection) in
            try head(of: authorize, &writer)
            if page == .hosted { writer.member("mode", "hosted") }
            if let countryCode { writer.member("countryCode", countryCode) }
            if let customer = authorize.customerReference {
                writer.member("shopperReference", customer)
            }
            tail(of: authorize, &writer)
        }
    }

    private func head(
        of authorize: VendorOperation.Authorize,
        _ writer: inout JSONWriter
    ) throws(VendorRejection) {
        try writer.amount(authorize.amount)
        writer.member("reference", authorize.attempt.description)
        writer.member("returnUrl", authorize.returnURL ?? returnURL)
    }

    private func tail(of authorize: VendorOperation.Authorize, _ writer: inout JSONWriter) {
        // Said each time: the account's own delay would decide otherwise.
        if !authorize.manualCapture { writer.member("captureDelayHours", 0) }
        if authorize.manualCapture || authorisationType != nil {
            writer.object("additionalData") {
                if authorize.manualCapture { $0.member("manualCapture", "true") }
                if let authorisationType { $0.member("authorisationType", authorisationType) }
            }
        }
        if !authorize.offSession { writer.member("channel", "Web") }
        writer.member(
            "merchantOrderReference",
            authorize.orderReference ?? authorize.intent.description
        )
        writer.object("metadata") {
            $0.member("intent", authorize.intent.description)
            $0.member("tenant", authorize.tenant.description)
        }
    }

    private func body(_ capture: VendorOperation.Capture) throws(VendorRejection) -> [UInt8] {
        try json { writer throws(VendorRejection) in
            try writer.amount(capture.amount)
            writer.member("reference", capture.attempt.description)
        }
    }

    private func body(_ refund: VendorOperation.Refund) throws(VendorRejection) -> [UInt8] {
        try json { writer throws(VendorRejection) in
            try writer.amount(refund.amount)
            writer.member("reference", refund.attempt.description)
            if let reason = refund.reason { writer.member("merchantRefundReason", reason.onWire) }
            // PayPal alone wants to know which capture it is taken from.
            if refund.isOfPayPal, refund.shares.count == 1 {
                writer.member("capturePspReference", refund.shares[0].reference)
            }
        }
    }

    /// Section 2.4. What Adyen has no payment of yet, a page or a lost answer, is canceled by our
    /// own reference.
    private func request(
        for void: VendorOperation.Void,
        _ key: String
    ) throws(VendorRejection) -> HTTPRequest {
        if Adyen.isPayment(void.paymentReference) {
            return post(
                "payments/\(void.paymentReference)/cancels",
                json { $0.member("reference", void.attempt.description) },
                key
            )
        }
        guard let original = void.original else { throw .notPayment }
        return post(
            "cancels",
            json { $0.member("paymentReference", original.attempt.description) },
            key
        )
    }
}

// What all requests share.
extension Adyen.Dialect {
    func post(_ path: String, _ body: [UInt8], _ key: String) -> HTTPRequest {
        HTTPRequest(
            method: .post,
            url: "\(base)/\(path)",
            fields: [
                "X-API-Key": apiKey.revealText(),
                .contentType: "application/json",
                .idempotencyKey: Self.fitting(key),
            ],
            body: body
        )
    }

    /// A GET or DELETE: the account stands in the query, and no key is taken.
    func bare(_ method: HTTPMethod, _ path: String, shopper: String) -> HTTPRequest {
        let query = FormEncoder([
            ("merchantAccount", merchantAccount), ("shopperReference", shopper),
        ])
        return HTTPRequest(
            method: method,
            url: "\(base)/\(path)?\(String(decoding: query.bytes, as: UTF8.self))",
            fields: ["X-API-Key": apiKey.revealText()]
        )
    }

    func json<E: Error>(_ members: (inout JSONWriter) throws(E) -> Void) throws(E) -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        try writer.object { writer throws(E) in
            writer.member("merchantAccount", merchantAccount)
            try members(&writer)
        }
        return writer.bytes
    }

    /// At most 64 characters are taken; a longer key is replaced by its digest.
    private static func fitting(_ key: String) -> String {
        key.utf8.count <= 64 ? key : Hex.encode(Digest.sha256.hash(key))
    }

    private static func payment(_ reference: String) throws(VendorRejection) -> String {
        guard Adyen.isPayment(reference) else { throw .notPayment }
        return reference
    }
}

extension Adyen {
    /// Whether it is a `pspReference`: 16 upper-case letters and digits. A session's id is not.
    static func isPayment(_ reference: String) -> Bool {
        reference.utf8.count == 16
            && reference.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
            }
    }
}

extension VendorOperation {
    /// Whether nothing moves until a payer acts on the page that it opens.
    var opensPage: Bool {
        if case .authorize(let authorize) = self { authorize.token == nil } else { false }
    }
}

extension VendorOperation.Refund {
    fileprivate var isOfPayPal: Bool {
        // Silence is right: what cannot be read does not say PayPal.
        let details = original?.details.flatMap { try? JSONValue.parse($0) }
        return details?["payment_method"] == "paypal"
    }
}

extension RefundReason {
    fileprivate var onWire: String {
        switch self {
        case .duplicate: "DUPLICATE"
        case .fraudulent: "FRAUD"
        case .requestedByCustomer: "CUSTOMER REQUEST"
        case .other: "OTHER"
        }
    }
}

extension VendorRejection {
    fileprivate static let notPayment = VendorRejection(
        .notFound,
        code: "malformed_identifier",
        message: "this is no payment of Adyen's"
    )
}
