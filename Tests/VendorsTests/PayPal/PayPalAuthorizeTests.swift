import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// An order's way: created, approved, authorized or captured, refused (section 2.2).
@Suite struct PayPalAuthorizeTests {
    private let page = VendorOperation.authorize(
        .sample(method: .wallet, token: nil, returnURL: "https://shop.example/back")
    )
    private let stored = VendorOperation.authorize(.sample(token: VendorToken("8kk8451t")))

    private func complete(
        manualCapture: Bool = true,
        source: String? = "paypal"
    ) -> VendorOperation {
        .complete(
            .sample(
                of: PayPalFixture.order,
                manualCapture: manualCapture,
                original: PayPalFixture.unapproved(source: source)
            )
        )
    }

    private func answer(_ body: String, _ status: Int = 201) -> HTTPResponse {
        PayPalFixture.answer(status, body)
    }

    @Test func `the payer is sent along PayPal's own link`() throws {
        let outcome = try PayPalFixture.outcome(
            page,
            after: try PayPalFixture.recorded("requires_action")
        )
        guard case .requiresAction(let action, let receipt) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        let link = "https://www.sandbox.paypal.com/checkoutnow?token=5O190127TN364715T"
        #expect(action == .redirect(url: link))
        #expect(receipt.reference == PayPalFixture.order)
        #expect(
            receipt.details == """
                {"order":"5O190127TN364715T","status":"PAYER_ACTION_REQUIRED",\
                "intent":"AUTHORIZE","invoice_id":"ord-1001","payment_source":"paypal"}
                """
        )
    }

    @Test func `a card is given in PayPal's fields with the order's identifier`() throws {
        let outcome = try PayPalFixture.outcome(
            .authorize(.sample(token: nil)),
            after: answer(
                """
                {"id":"5O190127TN364715T","intent":"AUTHORIZE","status":"CREATED","links":[
                {"href":"https://www.sandbox.paypal.com/checkoutnow?token=5O190127TN364715T",
                "rel":"approve","method":"GET"}]}
                """
            )
        )
        guard case .requiresAction(let action, _) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(
            action
                == .vendorLibrary(
                    clientSecret: VendorToken(PayPalFixture.order),
                    publishableKey: "client"
                )
        )
    }

    @Test func `a stored card may need its payer`() throws {
        let outcome = try PayPalFixture.outcome(
            stored,
            after: try PayPalFixture.recorded("declined_authentication_required")
        )
        guard case .requiresAction(.redirect(let url), let receipt) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(url.hasSuffix("flow=3ds&cart_id=8AB12345CD678901E"))
        #expect(receipt.method == MethodDetails(brand: "visa", last4: "2701"))
    }

    @Test func `a hold tells its end, its parts and its payer's account`() throws {
        let outcome = try PayPalFixture.outcome(
            stored,
            after: try PayPalFixture.recorded("authorized")
        )
        let receipt = try #require(outcome.receipt)
        #expect(outcome.shortForm == "succeeded")
        #expect(receipt.reference == PayPalFixture.order)
        #expect(receipt.amount == 1_099)
        #expect(!receipt.captured)
        #expect(receipt.multiCapture)
        #expect(receipt.authorizationExpiresAt == Timestamp(rfc3339: "2025-01-30T00:00:00Z"))
        #expect(receipt.method == MethodDetails(brand: "paypal"))
        #expect(
            receipt.details == """
                {"order":"5O190127TN364715T","status":"COMPLETED","intent":"AUTHORIZE",\
                "payment_source":"paypal","payer_account":"QYR5Z8XDVJNXQ",\
                "authorization":"0VF52814937998046","authorization_status":"CREATED",\
                "authorized_at":"2025-01-01T00:05:00Z",\
                "authorization_expires_at":"2025-01-30T00:00:00Z","seller_protection":"ELIGIBLE"}
                """
        )
    }

    @Test func `a sale names its capture, which refunds will need`() throws {
        let outcome = try PayPalFixture.outcome(
            .authorize(.sample(manualCapture: false, token: VendorToken("8kk8451t"))),
            after: try PayPalFixture.recorded("sale")
        )
        let receipt = try #require(outcome.receipt)
        #expect(receipt.captured)
        #expect(receipt.amount == 1_099)
        #expect(receipt.reference == PayPalFixture.order)
        #expect(receipt.captureReference == PayPalFixture.capture)
        #expect(receipt.details?.contains(#""paypal_fee":"0.52","net_amount":"4.48""#) == true)
    }

    @Test(arguments: [
        ("SAVED", "pending"), ("APPROVED", "found"), ("VOIDED", "found"),
        ("SOMETHING_NEW", "unknown_unrecognized_status"),
        ("CREATED", "unknown_unrecognized_status"),
    ])
    func `an order's status`(status: String, outcome: String) throws {
        let order = answer(PayPalFixture.order(status))
        #expect(try PayPalFixture.outcome(stored, after: order).shortForm == outcome)
    }

    @Test(arguments: [
        ("CREATED", "succeeded"), ("PENDING", "pending"), ("PARTIALLY_CAPTURED", "succeeded"),
        ("CAPTURED", "succeeded"), ("VOIDED", "found"), ("DENIED", "declined_soft"),
        ("SOMETHING_NEW", "unknown_unrecognized_status"),
    ])
    func `a completed order is what its authorization is`(status: String, outcome: String) throws {
        let order = answer(
            PayPalFixture.order(payments: "{\(PayPalFixture.authorizations(status))}")
        )
        #expect(try PayPalFixture.outcome(stored, after: order).shortForm == outcome)
        #expect(try PayPalFixture.outcome(complete(), after: order).shortForm == outcome)
    }

    @Test(arguments: [
        ("COMPLETED", "succeeded"), ("PENDING", "pending"), ("PARTIALLY_REFUNDED", "succeeded"),
        ("REFUNDED", "succeeded"), ("DECLINED", "declined_soft"), ("FAILED", "declined_soft"),
        ("SOMETHING_NEW", "unknown_unrecognized_status"),
    ])
    func `a completed sale is what its capture is`(status: String, outcome: String) throws {
        let order = answer(
            PayPalFixture.order(
                intent: "CAPTURE",
                payments: #"{"captures":[\#(PayPalFixture.captured(status))]}"#
            )
        )
        let sale = complete(manualCapture: false)
        #expect(try PayPalFixture.outcome(sale, after: order).shortForm == outcome)
    }

    @Test(arguments: ["apple_pay", "google_pay"])
    func `a device's wallet shows the card behind it`(wallet: String) throws {
        let order = PayPalFixture.order(
            source: """
                {"\(wallet)":{"card":{"last_digits":"1111","brand":"VISA","expiry":"2027-02"}}}
                """,
            payments: "{\(PayPalFixture.authorizations("CREATED"))}"
        )
        let outcome = try PayPalFixture.outcome(complete(), after: answer(order))
        #expect(
            outcome.receipt?.method
                == MethodDetails(
                    brand: "visa",
                    last4: "1111",
                    expiryMonth: 2,
                    expiryYear: 2_027,
                    wallet: wallet
                )
        )
        #expect(outcome.receipt?.details?.contains(#""payment_source":"\#(wallet)""#) == true)
    }

    @Test func `a completed order without any payment is not paid`() throws {
        let order = answer(PayPalFixture.order())
        #expect(
            try PayPalFixture.outcome(complete(), after: order) == .unknown(.unrecognizedStatus)
        )
    }

    @Test func `an answer about another payment or currency is not believed`() throws {
        let other = PayPalFixture.order(payments: "{\(PayPalFixture.authorizations("CREATED"))}")
            .replacing("\(Sample.attempt)", with: "\(AttemptID(Sample.uuid(99)))")
        #expect(
            try PayPalFixture.outcome(stored, after: answer(other)) == .unknown(.unreadableReply)
        )
        let dollars = PayPalFixture.order(payments: "{\(PayPalFixture.authorizations("CREATED"))}")
            .replacing("EUR", with: "USD")
        #expect(
            try PayPalFixture.outcome(stored, after: answer(dollars)) == .unknown(.unreadableReply)
        )
    }

    @Test(arguments: [
        "ORDER_ALREADY_AUTHORIZED", "ORDER_ALREADY_CAPTURED", "ORDER_COMPLETED_OR_VOIDED",
        "ORDER_COMPLETION_IN_PROGRESS", "ORDER_NOT_APPROVED", "PAYER_ACTION_REQUIRED",
        "DUPLICATE_INVOICE_ID",
    ])
    func `a last word that was said before leads to the order`(issue: String) throws {
        let refusal = PayPalFixture.failure(issue)
        let next = try PayPalFixture.asked(complete(), after: [refusal])
        let place = "\(PayPalFixture.base)/v2/checkout/orders/5O190127TN364715T"
        #expect(PayPalFixture.wire(next.request) == PayPalFixture.reading(place))
        let held = try PayPalFixture.recorded("authorized")
        #expect(
            try PayPalFixture.outcome(complete(), after: refusal, held).shortForm == "succeeded"
        )
        let waiting = try PayPalFixture.recorded("requires_action")
        #expect(
            try PayPalFixture.outcome(complete(), after: refusal, waiting).shortForm
                == "requires_action"
        )
        let approved = answer(PayPalFixture.order("APPROVED"), 200)
        #expect(
            try PayPalFixture.outcome(complete(), after: refusal, approved).shortForm == "found"
        )
        let silence = PayPalFixture.answer(503)
        #expect(
            try PayPalFixture.outcome(complete(), after: refusal, silence)
                == .unknown(.vendorError)
        )
    }

    @Test func `an order made before under our number is looked for, not guessed`() throws {
        #expect(
            try PayPalFixture.outcome(
                stored,
                after: PayPalFixture.failure("DUPLICATE_INVOICE_ID")
            ) == .unknown(.keyTaken)
        )
    }

    @Test(arguments: [
        ("null", "go on"),
        (#"{"liability_shift":"POSSIBLE"}"#, "go on"),
        (result("POSSIBLE", "Y", "Y"), "go on"), (result("NO", "N", nil), "go on"),
        (result("NO", "U", nil), "go on"), (result("NO", "B", nil), "go on"),
        (result("NO", "Y", "N"), "3DS_FAILED"), (result("NO", "Y", "R"), "3DS_FAILED"),
        (result("NO", "Y", "U"), "3DS_UNAVAILABLE"), (result("NO", "Y", "C"), "3DS_UNAVAILABLE"),
        (result("NO", "Y", nil), "3DS_UNAVAILABLE"),
        (result("UNKNOWN", "Y", "U"), "3DS_UNAVAILABLE"),
        (result("UNKNOWN", "Y", "C"), "3DS_UNAVAILABLE"),
        (result("UNKNOWN", "Y", nil), "3DS_UNAVAILABLE"),
    ])
    func `a card's authentication decides before our last word`(
        authentication: String,
        then: String
    ) throws {
        let asked = complete(source: nil)
        let question = try PayPalFixture.asked(asked)
        let place = "\(PayPalFixture.base)/v2/checkout/orders/5O190127TN364715T"
        #expect(
            PayPalFixture.wire(question.request)
                == PayPalFixture.reading("\(place)?fields=payment_source")
        )
        #expect(question.effect == .none)
        let source = answer(
            """
            {"id":"5O190127TN364715T","payment_source":{"card":{"last_digits":"2701",
            "authentication_result":\(authentication)}}}
            """,
            200
        )
        if then == "go on" {
            let word = try PayPalFixture.asked(asked, after: [source])
            #expect(word.request.url == "\(place)/authorize")
            #expect(word.effect == .movesMoney)
        } else {
            #expect(
                try PayPalFixture.outcome(asked, after: source).decline
                    == Decline(.authenticationRequired, code: then)
            )
        }
    }

    @Test func `without the card's authentication nothing is said`() throws {
        let asked = complete(source: "card")
        #expect(
            try PayPalFixture.outcome(asked, after: PayPalFixture.answer(500))
                == .unknown(.vendorError)
        )
    }

    private static func result(_ shift: String, _ enrolled: String, _ status: String?) -> String {
        let authenticated = status.map { #","authentication_status":"\#($0)""# } ?? ""
        return """
            {"liability_shift":"\(shift)","three_d_secure":{"enrollment_status":"\(enrolled)"\
            \(authenticated)}}
            """
    }
}
