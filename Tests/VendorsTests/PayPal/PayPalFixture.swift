import HTTP
import JSON
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// What the PayPal suites share: one order, its authorization, capture and refund, as in the
/// reference's fixtures.
enum PayPalFixture {
    static let order = "5O190127TN364715T"
    static let authorization = "0VF52814937998046"
    static let capture = "2GG279541U471931P"
    static let refund = "1JU08902781691411"
    static let base = "https://api-m.sandbox.paypal.com"
    /// Where the order is read.
    static let place = "\(base)/v2/checkout/orders/\(order)"

    static func account(
        mode: MerchantAccount.Mode = .test,
        changing changes: [String: [String]] = [:]
    ) -> MerchantAccount {
        let standard = [
            "client_id": ["client"], "client_secret": ["secret"],
            "webhook_id": ["1JE4291016473214C"], "webhook_authorities": [],
            "partner_attribution_id": [], "auth_assertion": [], "api_base": [],
        ]
        return Sample.account(
            of: PayPal.descriptor,
            mode: mode,
            changing: standard.merging(changes) { $1 }
        )
    }

    static func dialect(
        mode: MerchantAccount.Mode = .test,
        changing changes: [String: [String]] = [:]
    ) throws -> PayPal.Dialect {
        try PayPal.Dialect(account(mode: mode, changing: changes))
    }

    static func recording(_ name: String) throws -> Recording {
        try Recording(of: PayPal.descriptor.name, name)
    }

    /// The first answer of a recording.
    static func recorded(_ name: String) throws -> HTTPResponse {
        try #require(try recording(name).answers().first)
    }

    static func answer(
        _ status: Int,
        _ body: String = "",
        at date: String? = nil
    ) -> HTTPResponse {
        var fields: HTTPFields = ["Paypal-Debug-Id": "f7a1b2c3d4e5f"]
        if let date { fields.append(.date, date) }
        return HTTPResponse(status: HTTPStatus(status), fields: fields, body: Array(body.utf8))
    }

    /// An error of PayPal's form.
    static func failure(
        _ issue: String,
        _ status: Int = 422,
        name: String = "UNPROCESSABLE_ENTITY",
        links: String = ""
    ) -> HTTPResponse {
        answer(
            status,
            """
            {"name":"\(name)","message":"No.","debug_id":"f7a1b2c3d4e5f",\
            "details":[{"issue":"\(issue)","description":"Because."}],"links":[\(links)]}
            """
        )
    }

    /// An order with the given `payments`, completed unless said otherwise.
    static func order(
        _ status: String = "COMPLETED",
        intent: String = "AUTHORIZE",
        source: String = #"{"paypal":{"account_id":"QYR5Z8XDVJNXQ"}}"#,
        payments: String = "{}",
        more: String = ""
    ) -> String {
        """
        {"id":"\(order)","intent":"\(intent)","status":"\(status)","payment_source":\(source),\
        "purchase_units":[{"custom_id":"\(Sample.attempt)",\
        "amount":{"currency_code":"EUR","value":"10.99"},"payments":\(payments)}]\(more)}
        """
    }

    static func authorizations(
        _ status: String,
        id: String = authorization,
        value: String = "10.99",
        more: String = ""
    ) -> String {
        """
        "authorizations":[{"id":"\(id)","status":"\(status)",\
        "amount":{"currency_code":"EUR","value":"\(value)"},\
        "create_time":"2025-01-01T00:05:00Z"\(more)}]
        """
    }

    static func captured(
        _ status: String,
        id: String = capture,
        value: String = "5.00",
        isFinal: Bool = false,
        more: String = ""
    ) -> String {
        """
        {"id":"\(id)","status":"\(status)","amount":{"currency_code":"EUR","value":"\(value)"},\
        "final_capture":\(isFinal)\(more)}
        """
    }

    static func refunded(
        _ status: String,
        id: String = refund,
        value: String = "3.00",
        custom: String = Sample.attempt.description,
        of capture: String = capture,
        more: String = ""
    ) -> String {
        """
        {"id":"\(id)","status":"\(status)","amount":{"currency_code":"EUR","value":"\(value)"},\
        "custom_id":"\(custom)","links":[{"href":"\(base)/v2/payments/captures/\(capture)",\
        "rel":"up","method":"GET"}]\(more)}
        """
    }

    /// What was kept of the authorization.
    static func original(
        source: String = "paypal",
        askedAt: Timestamp = Sample.now,
        more: String = ""
    ) -> VendorOperation.Original {
        VendorOperation.Original(
            attempt: Sample.attempt,
            amount: Money(1_099, .eur),
            askedAt: askedAt,
            details: """
                {"order":"\(order)","payment_source":"\(source)",\
                "authorization":"\(authorization)","authorized_at":"2025-01-01T00:05:00Z"\(more)}
                """
        )
    }

    /// What was kept while the payer was on the page.
    static func unapproved(source: String? = "paypal") -> VendorOperation.Original {
        let shown = source.map { #","payment_source":"\#($0)""# } ?? ""
        return .sample(Money(1_099, .eur), details: #"{"order":"\#(order)"\#(shown)}"#)
    }
}

// Conversations.
extension PayPalFixture {
    static func step(
        _ operation: VendorOperation,
        _ answers: [HTTPResponse],
        _ dialect: PayPal.Dialect? = nil
    ) throws -> VendorStep<VendorOutcome> {
        try (dialect ?? Self.dialect()).step(operation, key: Sample.key, after: answers)
    }

    /// The request that follows `answers`, and what it may do.
    static func asked(
        _ operation: VendorOperation,
        after answers: [HTTPResponse] = [],
        _ dialect: PayPal.Dialect? = nil
    ) throws -> (request: HTTPRequest, effect: RequestEffect) {
        guard case .ask(let request, let effect) = try step(operation, answers, dialect) else {
            throw Recording.Fault.malformed("nothing is asked")
        }
        return (request, effect)
    }

    static func outcome(
        _ operation: VendorOperation,
        after answers: HTTPResponse...
    ) throws -> VendorOutcome {
        guard case .finished(let outcome) = try step(operation, answers) else {
            throw Recording.Fault.malformed("not finished")
        }
        return outcome
    }

    /// What reading a place looks like.
    static func reading(_ place: String) -> String {
        "GET \(place)\nPrefer: return=representation"
    }

    /// A request as it goes over the wire, but for the access token.
    static func wire(_ request: HTTPRequest) -> String {
        let head = "\(request.method) \(request.url)"
        let lines = request.fields.all.map { "\($0.name): \($0.value)" }
        let body = String(decoding: request.body, as: UTF8.self)
        return ([head] + lines).joined(separator: "\n") + (body.isEmpty ? "" : "\n\n\(body)")
    }
}
