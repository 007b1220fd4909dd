import HTTP
import JSON
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// What answers mean (sections 2 and 9).
@Suite struct AdyenOutcomeTests {
    @Test func `a hold tells its payment, its amount and its card`() throws {
        let outcome = try AdyenFixture.outcome("authorized")
        guard case .succeeded(let receipt) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(receipt.reference == "QFQTPCQ8HXSKGK82")
        #expect(receipt.amount == 1_099)
        #expect(!receipt.captured)
        #expect(!receipt.multiCapture)
        #expect(
            receipt.method
                == MethodDetails(
                    brand: "visa",
                    last4: "1111",
                    expiryMonth: 3,
                    expiryYear: 2030
                )
        )
        #expect(
            receipt.details == """
                {"psp_reference":"QFQTPCQ8HXSKGK82","result_code":"Authorised",\
                "merchant_reference":"att_01JGF7","payment_method":"scheme",\
                "card_brand":"visa","card_last4":"1111","card_exp_month":"3",\
                "card_exp_year":"2030","auth_code":"033899",\
                "network_tx_reference":"060720116005060"}
                """
        )
    }

    @Test func `a sale is no more than authorised until its capture is told`() throws {
        let receipt = try #require(try AdyenFixture.outcome("sale").receipt)
        #expect(!receipt.captured)
    }

    @Test func `several captures are the account's setting`() throws {
        let outcome = try AdyenFixture.outcome(
            "authorized",
            changing: ["multiple_partial_captures": ["allowed"]]
        )
        #expect(outcome.receipt?.multiCapture == true)
        let port = Adyen.descriptor.makePort(transport: ScriptedTransport([HTTPResponse]()))
        for (setting, expected) in [
            ("allowed", Capabilities.MultiCapture.perPayment), ("never", .never),
        ] {
            let account = AdyenFixture.account(changing: ["multiple_partial_captures": [setting]])
            #expect(port.capabilities(of: account).multiCapture == expected)
            let notices = try port.notices(
                in: AdyenWebhook.delivery("AUTHORISATION"),
                of: account
            )
            guard case .snapshot(.payment(let payment)) = notices.first?.content else {
                Issue.record("\(notices)")
                continue
            }
            #expect(payment.multiCapture == (setting == "allowed"))
        }
    }

    @Test(arguments: ["authentication_by_redirect", "authentication_in_library"])
    func `a stored card that its payer must prove is declined for that`(
        name: String
    ) throws {
        guard case .declined(let decline, let receipt) = try AdyenFixture.outcome(name) else {
            Issue.record("\(try AdyenFixture.outcome(name))")
            return
        }
        #expect(decline.class == .authenticationRequired)
        #expect(receipt?.reference.hasPrefix("QFQTPCQ8HXSKGK8") == true)
    }

    @Test(arguments: [
        "RedirectShopper", "IdentifyShopper", "ChallengeShopper", "PresentToShopper",
    ])
    func `whatever the payer would have to do, he does it on a page`(result: String) throws {
        let outcome = try AdyenFixture.result(#"{"resultCode":"\#(result)"}"#)
        guard case .declined(let decline, let receipt) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(decline == Decline(.authenticationRequired, code: result))
        #expect(receipt?.reference == Sample.attempt.description, "none was told yet")
    }

    @Test(arguments: ["Pending", "Received", "Success"])
    func `what completes later is pending`(result: String) throws {
        let outcome = try AdyenFixture.result(
            #"{"resultCode":"\#(result)","pspReference":"QFQTPCQ8HXSKGK82"}"#
        )
        #expect(outcome.shortForm == "pending")
        #expect(outcome.receipt?.reference == AdyenFixture.payment)
    }

    @Test func `a part that was authorised is told as the part`() throws {
        let outcome = try AdyenFixture.result(
            """
            {"resultCode":"PartiallyAuthorised","pspReference":"QFQTPCQ8HXSKGK82",\
            "amount":{"currency":"EUR","value":600}}
            """
        )
        #expect(outcome.shortForm == "succeeded")
        #expect(outcome.receipt?.amount == 600)
        #expect(
            try AdyenFixture.result(
                #"{"resultCode":"PartiallyAuthorised","pspReference":"QFQTPCQ8HXSKGK82"}"#
            ) == .unknown(.unreadableReply)
        )
    }

    @Test(arguments: [("15", "15"), ("16", "16")])
    func `canceled before it was authorised is no decline`(code: String, told: String) throws {
        let outcome = try AdyenFixture.result(
            #"{"resultCode":"Cancelled","refusalReasonCode":"\#(code)"}"#
        )
        guard case .rejected(let rejection) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(rejection.reason == .wrongState)
        #expect(rejection.code == told)
        #expect(
            try AdyenFixture.result(#"{"resultCode":"Cancelled"}"#).shortForm
                == "rejected_wrong_state"
        )
    }

    @Test func `an error without a reason is not known`() throws {
        #expect(
            try AdyenFixture.result(#"{"resultCode":"Error","pspReference":"QFQTPCQ8HXSKGK82"}"#)
                == .unknown(.vendorError)
        )
        #expect(
            try AdyenFixture.result(#"{"resultCode":"Error","refusalReasonCode":"4"}"#).shortForm
                == "declined_temporary"
        )
    }

    @Test(arguments: ["AuthenticationFinished", "AuthenticationNotRequired", "authorised", ""])
    func `a word that we do not use is no verdict`(result: String) throws {
        #expect(
            try AdyenFixture.result(
                #"{"resultCode":"\#(result)","pspReference":"QFQTPCQ8HXSKGK82"}"#
            ) == .unknown(.unrecognizedStatus)
        )
    }

    @Test(arguments: [
        #""amount":{"currency":"USD","value":1099}"#, #""amount":{"currency":"EUR","value":-1}"#,
        #""amount":{"currency":"EUR","value":"1099"}"#, #""amount":{"currency":"???","value":1}"#,
        #""amount":{}"#, #""amount":1099"#,
    ])
    func `another currency or an amount that cannot be read is no verdict`(
        member: String
    ) throws {
        #expect(
            try AdyenFixture.result(
                #"{"resultCode":"Authorised","pspReference":"QFQTPCQ8HXSKGK82",\#(member)}"#
            ) == .unknown(.unreadableReply)
        )
    }

    @Test func `authorised without a reference is no verdict`() throws {
        for reference in ["", #","pspReference":"""#, #","pspReference":null"#] {
            #expect(
                try AdyenFixture.result(#"{"resultCode":"Authorised"\#(reference)}"#)
                    == .unknown(.unreadableReply)
            )
        }
    }

    @Test func `a hosted page is a redirect`() throws {
        let outcome = try AdyenFixture.outcome("requires_action")
        guard case .requiresAction(let action, let receipt) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(
            action
                == .redirect(
                    url: """
                        https://checkoutshopper-test.adyen.com/checkoutshopper/hosted\
                        ?id=CSEXAMPLE117
                        """
                )
        )
        #expect(receipt.reference == "CSEXAMPLE117")
        #expect(receipt.details == #"{"session":"CSEXAMPLE117"}"#)
    }

    @Test func `an embedded page gets the session and the client key`() throws {
        let outcome = try AdyenFixture.outcome("requires_action", changing: ["page": ["embedded"]])
        guard case .requiresAction(.vendorLibrary(let secret, let key), _) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(
            secret.value
                == #"{"session":{"id":"CSEXAMPLE117","sessionData":"Ab02b4c0EXAMPLE"}}"#
        )
        #expect(key == "test_sample")
    }

    @Test func `a page that may have been opened is abandoned, never unknown money`() throws {
        let page = VendorOperation.authorize(.sample(token: nil))
        let dialect = try AdyenFixture.dialect()
        for (status, body) in [(500, "{}"), (201, "{}"), (201, #"{"id":"CS1"}"#), (422, "")] {
            let outcome = dialect.outcome(of: page, from: AdyenFixture.answer(status, body))
            #expect(outcome.shortForm.hasPrefix("abandoned_"), "\(status): \(outcome)")
        }
        guard case .ask(_, let effect) = try dialect.step(page, key: "k", after: []) else {
            Issue.record("nothing is asked")
            return
        }
        #expect(effect == .opensPage)
    }
}

/// Captures, cancels and refunds are accepted, and no more (sections 2.3 to 2.5).
@Suite struct AdyenModificationTests {
    @Test(arguments: [
        ("captured", "KHQC5N7G84BLNK43", Int64?(500)), ("voided", "XB7XNCQ8HXSKGK82", nil),
        ("refunded", "NC6HT9CRT65ZGN82", 300),
    ])
    func `what was received is pending under its own reference`(
        name: String,
        reference: String,
        amount: Int64?
    ) throws {
        #expect(
            try AdyenFixture.outcome(name)
                == .pending(VendorReceipt(reference: reference, amount: amount))
        )
    }

    @Test func `a page is not given up by what was received`() throws {
        let void = VendorOperation.void(
            .init(
                void: Sample.void,
                attempt: Sample.attempt,
                paymentReference: "CSD9CAC34EBAE225DD",
                original: .init(
                    attempt: Sample.attempt,
                    amount: Money(1_099, .eur),
                    askedAt: Sample.now,
                    details: nil
                )
            )
        )
        let dialect = try AdyenFixture.dialect()
        func outcome(_ body: String) -> VendorOutcome {
            dialect.outcome(of: void, from: AdyenFixture.answer(201, body))
        }
        #expect(
            outcome(
                #"{"merchantAccount":"AcmeECOM","pspReference":"XB7XNCQ8HXSKGK82","status":"received"}"#
            ) == .pending(VendorReceipt(reference: "XB7XNCQ8HXSKGK82"))
        )
        #expect(outcome(#"{"status":"received"}"#) == .unknown(.unreadableReply))
        #expect(
            outcome(#"{"pspReference":"XB7XNCQ8HXSKGK82","status":"queued"}"#)
                == .unknown(.unrecognizedStatus)
        )
    }

    @Test(arguments: [
        (#""status":"received""#, #""status":"processed""#, UnknownReason.unrecognizedStatus),
        (#""status":"received""#, #""state":"received""#, .unreadableReply),
        ("QFQTPCQ8HXSKGK82", "QFQTPCQ8HXSKGK99", .unreadableReply),
        (#""pspReference":"KHQC5N7G84BLNK43""#, #""pspReference":"""#, .unreadableReply),
        (#""value":500"#, #""value":499"#, .unreadableReply),
        (#""currency":"EUR""#, #""currency":"USD""#, .unreadableReply),
    ])
    func `an answer about something else is no verdict`(
        was: String,
        becomes: String,
        reason: UnknownReason
    ) throws {
        let recording = try AdyenFixture.recording("captured")
        let body = String(decoding: recording.body, as: UTF8.self)
        #expect(body.contains(was))
        let outcome = try AdyenFixture.dialect().outcome(
            of: recording.operation(),
            from: AdyenFixture.answer(201, body.replacing(was, with: becomes))
        )
        #expect(outcome == .unknown(reason))
    }
}
