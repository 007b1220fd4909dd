import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Section 2.6: what a look-up knows for certain, and what it does not.
@Suite struct StripeLookUpTests {
    private static let asked = Timestamp(seconds: 1_735_689_600)  // 2025-01-01T00:00:00Z
    private static let late = "Wed, 01 Jan 2025 01:00:01 GMT"
    private static let soon = "Wed, 01 Jan 2025 01:00:00 GMT"

    private func outcome(
        _ subject: VendorOperation.LookUp.Subject,
        _ body: String,
        date: String? = late
    ) throws -> VendorOutcome {
        var fields = HTTPFields()
        fields[.date] = date
        return try StripeFixture.dialect().outcome(
            of: .lookUp(.init(subject)),
            from: StripeFixture.answer(200, body, fields)
        )
    }

    private func intent(_ id: String, _ attempt: AttemptID?, received: Int = 0) -> String {
        #"""
        {"id":"\#(id)","object":"payment_intent","amount":1099,"currency":"eur",
        "status":"\#(received > 0 ? "succeeded" : "requires_payment_method")",
        "amount_received":\#(received),
        "metadata":{"attempt":"\#(attempt?.description ?? "att_x")"}}
        """#
    }

    private func list(_ objects: [String], hasMore: Bool = false) -> String {
        #"{"object":"list","data":[\#(objects.joined(separator: ","))],"has_more":\#(hasMore)}"#
    }

    @Test func `a hold is found as it stands`() throws {
        let snapshot = try #require(StripeFixture.outcome("found_authorized").foundPayment)
        #expect(snapshot.status == .authorized)
        #expect(snapshot.capturable == 1_099)
        #expect(snapshot.captured == 0)
        #expect(snapshot.authorizationExpiresAt == Timestamp(seconds: 1_736_294_400))
        #expect(snapshot.method?.last4 == "4242")
    }

    @Test func `a partial capture's released remainder is no refund`() throws {
        let snapshot = try #require(StripeFixture.outcome("found_captured").foundPayment)
        #expect(snapshot.status == .captured)
        #expect(snapshot.amount == Money(1_099, .eur))
        #expect(snapshot.captured == 500)
        #expect(snapshot.capturable == 0)
        let details = try #require(snapshot.details)
        #expect(details.contains(#""balance_transaction":"txn_3QcCap01""#))
        #expect(!details.contains("refund"))
    }

    @Test func `a hold that ended by time is expired`() throws {
        #expect(try StripeFixture.outcome("found_expired").foundPayment?.status == .expired)
    }

    @Test func `a waiting payer's page gets its secret again`() throws {
        let recording = try StripeFixture.recording("requires_action_in_library")
        let outcome = try StripeFixture.dialect().outcome(
            of: .lookUp(.init(.payment(reference: "pi_3QcAct02"))),
            from: recording.answer()
        )
        let action = NextAction.vendorLibrary(
            clientSecret: VendorToken("pi_3QcAct02_secret_abc"),
            publishableKey: "pk_test_sample"
        )
        #expect(outcome.foundPayment?.status == .requiresAction(action))
    }

    @Test func `a payment is found by our attempt`() throws {
        let subject = VendorOperation.LookUp.Subject.paymentOfAttempt(
            Sample.attempt,
            askedAt: Self.asked
        )
        let body = list([intent("pi_other", nil), intent("pi_ours", Sample.attempt)])
        #expect(try outcome(subject, body).foundPayment?.reference == "pi_ours")
    }

    @Test func `of two payments of one attempt the one with money counts`() throws {
        let subject = VendorOperation.LookUp.Subject.paymentOfAttempt(
            Sample.attempt,
            askedAt: Self.asked
        )
        let empty = intent("pi_empty", Sample.attempt)
        let paid = intent("pi_paid", Sample.attempt, received: 1_099)
        for body in [list([empty, paid]), list([paid, empty])] {
            #expect(try outcome(subject, body).foundPayment?.reference == "pi_paid")
        }
    }

    @Test(arguments: [
        (String?(late), VendorOutcome.notFound), (soon, .unknown(.searchLagging)),
        (nil, .unknown(.searchLagging)), ("yesterday", .unknown(.searchLagging)),
    ])
    func `a search's silence counts only when it cannot lag any more`(
        date: String?,
        expected: VendorOutcome
    ) throws {
        let subject = VendorOperation.LookUp.Subject.paymentOfAttempt(
            Sample.attempt,
            askedAt: Self.asked
        )
        #expect(try outcome(subject, list([]), date: date) == expected)
        #expect(try outcome(subject, list([intent("pi_x", nil)]), date: date) == expected)
    }

    @Test func `a page of a longer list does not prove absence`() throws {
        let refunds = VendorOperation.LookUp.Subject.refundOfAttempt(
            Sample.attempt,
            paymentReference: "pi_1"
        )
        #expect(try outcome(refunds, list([])) == .notFound)
        #expect(try outcome(refunds, list([], hasMore: true)) == .unknown(.searchLagging))
        #expect(try outcome(refunds, "{}") == .unknown(.unreadableReply))
    }

    @Test func `a refund is found by our attempt and by its reference`() throws {
        let refund = #"""
            {"id":"re_1","object":"refund","amount":300,"currency":"eur","payment_intent":"pi_1",
            "status":"succeeded","metadata":{"attempt":"\#(Sample.attempt)"}}
            """#
        let expected = VendorOutcome.found(
            .refund(
                RefundSnapshot(
                    reference: "re_1",
                    paymentReference: "pi_1",
                    attempt: Sample.attempt,
                    status: .succeeded,
                    amount: Money(300, .eur),
                    details: #"{"refund":"re_1","status":"succeeded","payment_intent":"pi_1"}"#
                )
            )
        )
        #expect(try outcome(.refund(reference: "re_1"), refund) == expected)
        let byAttempt = VendorOperation.LookUp.Subject.refundOfAttempt(
            Sample.attempt,
            paymentReference: "pi_1"
        )
        #expect(try outcome(byAttempt, list([refund])) == expected)
    }

    @Test func `another object than the one asked for is no answer`() throws {
        let other = intent("pi_other", Sample.attempt, received: 1_099)
        #expect(try outcome(.payment(reference: "pi_1"), other) == .unknown(.unreadableReply))
    }

    @Test func `a status that nobody knows is not guessed`() throws {
        let body = #"""
            {"id":"pi_1","object":"payment_intent","amount":1,"currency":"eur","status":"dreaming"}
            """#
        #expect(
            try outcome(.payment(reference: "pi_1"), body) == .unknown(.unrecognizedStatus)
        )
    }
}
