import HTTP
import PaymentCore
import TestKit
import Testing
import VendorRecordings
import Vendors

/// What the HesabPay suites share: the account and the bytes of the sheet's fixtures.
enum HesabPayFixture {
    static let afn = Currency("AFN") ?? .usd
    static let amount = Money(650_000, afn)
    static let attempt = Sample.attempt
    /// When F3 was signed.
    static let signedAt = Timestamp(seconds: 1_732_093_561)

    static func account(
        mode: MerchantAccount.Mode = .live,
        wire: String? = nil,
        changing changes: [String: [String]] = [:]
    ) -> MerchantAccount {
        let standard = [
            "api_key": ["ZXhhbXBsZS1oZXNhYi1hcGkta2V5LTAwMDE="],
            "webhook_key": ["hsb_whsec_test_01"],
            "pin": [],
            "wire": wire.map { [$0] } ?? [],
            "api_base": [],
        ]
        return Sample.account(
            of: HesabPay.descriptor,
            mode: mode,
            changing: standard.merging(changes) { $1 }
        )
    }

    static func dialect(
        mode: MerchantAccount.Mode = .live,
        wire: String? = nil,
        changing changes: [String: [String]] = [:]
    ) throws -> HesabPay.Dialect {
        try HesabPay.Dialect(account(mode: mode, wire: wire, changing: changes))
    }

    static func authorize(
        items: [Order.Item] = [],
        email: String? = "guest@example.com"
    ) -> VendorOperation {
        .authorize(
            .sample(
                amount,
                manualCapture: false,
                method: .redirect,
                token: nil,
                customerReference: nil,
                returnURL: "https://shop.example/ok",
                orderReference: "Booking 117",
                payer: VendorOperation.Payer(
                    customer: Sample.customer,
                    name: nil,
                    email: email,
                    phone: nil
                ),
                items: items
            )
        )
    }

    static func original() -> VendorOperation.Original { .sample(amount) }

    static let lookUp = VendorOperation.lookUp(
        .init(.payment(reference: "\(attempt)"), original: original())
    )

    static func refund(_ amount: Int64 = 650_000) -> VendorOperation {
        .refund(.sample(Money(amount, afn), of: "0117000001732093561", original: original()))
    }

    static func answer(_ body: String, status: Int = 200, date: String? = nil) -> HTTPResponse {
        var fields: HTTPFields = [.contentType: "application/json"]
        if let date { fields.append(.date, date) }
        return HTTPResponse(status: HTTPStatus(status), fields: fields, body: Array(body.utf8))
    }

    /// The request of an operation, or its outcome once it is answered.
    static func request(_ operation: VendorOperation, wire: String? = nil) throws -> HTTPRequest? {
        let step: VendorStep<VendorOutcome> = try dialect(wire: wire).step(
            operation,
            key: Sample.key,
            after: []
        )
        guard case .ask(let request, _) = step else { return nil }
        return request
    }

    static func outcome(_ answer: HTTPResponse, wire: String? = nil) throws -> VendorOutcome? {
        try outcome(authorize(), answer, wire: wire)
    }

    static func outcome(
        _ operation: VendorOperation,
        _ answer: HTTPResponse,
        wire: String? = nil
    ) throws -> VendorOutcome? {
        let step: VendorStep<VendorOutcome> = try dialect(wire: wire).step(
            operation,
            key: Sample.key,
            after: [answer]
        )
        guard case .finished(let outcome) = step else { return nil }
        return outcome
    }

    // MARK: Webhooks

    /// F3, with our attempt.
    static let success = webhook(
        """
        {"status_code":10,"success":true,"message":"Payment successful",\
        "sender_account":"0790000117","transaction_id":"0117000001732093561",\
        "user_id":"\(attempt)","amount":6500,"memo":"Booking 117",\
        "signature":"c2lnbmF0dXJlLWV4YW1wbGU=","timestamp":"1732093561",\
        "transaction_date":"2024-11-20 13:36:01",\
        "items":[{"id":"\(attempt)","name":"Booking 117","price":6500}],\
        "email":"guest@example.com"}
        """
    )

    /// F4, with our attempt.
    static let failure = webhook(
        """
        {"status_code":0,"success":false,"message":"Insufficient balance",\
        "sender_account":"0790000117","transaction_id":"","user_id":"\(attempt)","amount":6500,\
        "signature":"c2lnbmF0dXJlLWV4YW1wbGUy","timestamp":"1732093700",\
        "transaction_date":"2024-11-20 13:38:20",\
        "items":[{"id":"\(attempt)","name":"Booking 118","price":6500}]}
        """
    )

    static func webhook(
        _ body: String,
        _ fields: [(name: String, value: String)] = []
    ) -> WebhookDelivery {
        WebhookDelivery(fields: fields, body: Array(body.utf8))
    }

    /// Delivers a webhook that is verified over `transport`, and applies it.
    static func deliver(
        _ delivery: WebhookDelivery,
        to gateway: MemoryGateway,
        over transport: any HTTPTransport
    ) async throws -> WebhookResult {
        let port = HesabPay.descriptor.makePort(transport: transport)
        let notices = try await port.verify(
            delivery,
            account: gateway.account,
            now: gateway.clock.now
        )
        let notice = try #require(notices.first)
        let webhook = Webhook(
            gateway.identifiers.make(),
            key: notice.key,
            type: notice.type,
            of: gateway.account,
            receivedAt: gateway.clock.now
        )
        return try await gateway.workflows.apply(webhook, delivery)
    }

    /// F5.
    static let genuine = answer(
        #"{"status_code":10,"success":true,"message":"Signature is valid"}"#
    )
    static let forged = answer(
        #"{"status_code":0,"success":false,"message":"Invalid signature"}"#
    )
}
