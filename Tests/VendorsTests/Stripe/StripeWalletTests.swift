import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Apple Pay and Google Pay through Stripe's elements: no byte of the wallet's passes us.
@Suite struct StripeWalletTests {
    private func form(_ authorize: VendorOperation.Authorize) throws -> [String] {
        StripeFixture.form(
            try StripeFixture.dialect().request(for: .authorize(authorize), key: Sample.key)
        )
    }

    @Test(arguments: [(true, "manual"), (false, "automatic")])
    func `a wallet on the page may take any way that stays on the page`(
        manual: Bool,
        method: String
    ) throws {
        let form = try form(
            .sample(
                manualCapture: manual,
                method: .wallet,
                token: nil,
                customerReference: nil
            )
        )
        #expect(
            form.prefix(5) == [
                "amount=1099", "currency=eur", "capture_method=\(method)",
                "automatic_payment_methods[enabled]=true",
                "automatic_payment_methods[allow_redirects]=never",
            ]
        )
        #expect(!form.contains { $0.hasPrefix("payment_method_types") })
        #expect(!form.contains("confirm=true"), "the page confirms")
    }

    @Test func `a wallet that an app exchanged for a method, or that was stored, is a card`() throws
    {
        let form = try form(.sample(method: .wallet, token: VendorToken("pm_1QcVisa")))
        #expect(form.contains("payment_method_types[]=card"))
        #expect(form.contains("payment_method=pm_1QcVisa"))
        #expect(form.contains("confirm=true"))
    }

    @Test func `the page gets the secret and nothing else`() throws {
        let outcome = try StripeFixture.dialect().outcome(
            of: .authorize(.sample(method: .wallet, token: nil)),
            from: StripeFixture.answer(
                200,
                """
                {"object":"payment_intent","id":"pi_1","amount":1099,"currency":"eur",
                "status":"requires_payment_method","client_secret":"pi_1_secret_x"}
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
                    clientSecret: VendorToken("pi_1_secret_x"),
                    publishableKey: "pk_test_sample"
                )
        )
    }

    @Test func `brand, wallet, tail and expiry are kept, no more`() throws {
        let outcome = try StripeFixture.dialect().outcome(
            of: .lookUp(.init(.payment(reference: "pi_3QEXAMPLE117"))),
            from: StripeFixture.answer(
                200,
                """
                {"object":"payment_intent","id":"pi_3QEXAMPLE117","amount":150000,
                "amount_capturable":150000,"currency":"eur","status":"requires_capture",
                "capture_method":"manual","latest_charge":{"id":"ch_3QEXAMPLE117",
                "payment_method_details":{"type":"card","card":{"brand":"visa","last4":"4242",
                "exp_month":8,"exp_year":2028,
                "wallet":{"type":"apple_pay","dynamic_last4":"1170"}}}}}
                """
            )
        )
        let payment = try #require(outcome.foundPayment)
        #expect(payment.status == .authorized)
        #expect(
            payment.method
                == MethodDetails(
                    brand: "visa",
                    last4: "4242",
                    expiryMonth: 8,
                    expiryYear: 2_028,
                    wallet: "apple_pay"
                )
        )
        #expect(payment.details?.contains(#""card_wallet":"apple_pay""#) == true)
        #expect(payment.details?.contains("1170") == false)
    }

    @Test func `a declined wallet is declined as its card is`() throws {
        let outcome = try StripeFixture.dialect().outcome(
            of: .authorize(.sample(method: .wallet)),
            from: StripeFixture.answer(
                402,
                """
                {"error":{"type":"card_error","code":"card_declined",
                "decline_code":"insufficient_funds","payment_intent":{"object":"payment_intent",
                "id":"pi_3QEXAMPLE118","status":"requires_payment_method"}}}
                """
            )
        )
        #expect(outcome.decline == Decline(.soft, code: "insufficient_funds"))
    }

    @Test func `a session stores a wallet as the card behind it`() throws {
        let request = try StripeFixture.dialect().request(
            for: .openSession(
                session: Sample.session,
                customerReference: "cus_Rk1",
                kind: .wallet,
                offSession: true,
                returnURL: nil
            ),
            key: Sample.key
        )
        #expect(request.url.hasSuffix("/setup_intents"))
        #expect(StripeFixture.form(request).contains("payment_method_types[]=card"))
    }
}
