import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// A payment whose identifier was lost with the reply, once its key is forgotten (section 7.1).
@Suite struct PayPalSearchTests {
    private let asked = VendorOperation.lookUp(
        .init(.paymentOfAttempt(Sample.attempt, askedAt: Sample.now))
    )

    private func row(
        _ attempt: String,
        order: String = PayPalFixture.order,
        type: String = "ODR"
    ) -> String {
        """
        {"transaction_info":{"transaction_id":"2GG279541U471931P",
        "paypal_reference_id":"\(order)","paypal_reference_id_type":"\(type)",
        "transaction_event_code":"T0003",
        "transaction_amount":{"currency_code":"EUR","value":"10.99"},
        "transaction_status":"S","custom_field":"\(attempt)"}}
        """
    }

    private func page(
        _ rows: [String],
        pages: Int = 1,
        refreshed: String = "2025-01-01T07:00:00+0000"
    ) -> HTTPResponse {
        PayPalFixture.answer(
            200,
            """
            {"transaction_details":[\(rows.joined(separator: ","))],"page":1,
            "total_items":\(rows.count),"total_pages":\(pages),
            "last_refreshed_datetime":"\(refreshed)"}
            """
        )
    }

    @Test func `the row names the order, and the order tells`() throws {
        let rows = page([row("theirs", order: "OTHER"), row(Sample.attempt.description)])
        let next = try PayPalFixture.asked(asked, after: [rows])
        #expect(
            PayPalFixture.wire(next.request)
                == PayPalFixture.reading(PayPalFixture.place)
        )
        let outcome = try PayPalFixture.outcome(
            asked,
            after: rows,
            try PayPalFixture.recorded("found_captured")
        )
        #expect(outcome.foundPayment?.status == .captured)
        #expect(outcome.foundPayment?.captured == 1_099)
    }

    @Test func `a refund's row in front of the payment's hides nothing`() throws {
        let refund = row(Sample.attempt.description, order: PayPalFixture.capture, type: "TXN")
        let payment = row(Sample.attempt.description)
        let together = try PayPalFixture.asked(asked, after: [page([refund, payment])])
        #expect(together.request.url == PayPalFixture.place)
        let pages = [page([refund], pages: 2), page([payment], pages: 2)]
        let apart = try PayPalFixture.asked(asked, after: pages)
        #expect(apart.request.url == PayPalFixture.place)
    }

    @Test func `every page is read`() throws {
        let first = page([row("theirs")], pages: 2)
        let next = try PayPalFixture.asked(asked, after: [first])
        #expect(next.request.url.contains("&page=2&"))
        let second = page([row(Sample.attempt.description)], pages: 2)
        let last = try PayPalFixture.asked(asked, after: [first, second])
        #expect(last.request.url.hasSuffix("/v2/checkout/orders/5O190127TN364715T"))
    }

    @Test(arguments: [
        ("2025-01-01T07:00:00+0000", VendorOutcome.notFound),
        ("2025-01-01T06:59:59+0000", .unknown(.searchLagging)),
        ("2025-01-01T09:00:00+0200", .notFound),
        ("2024-12-31T22:30:00-0800", .unknown(.searchLagging)),
        ("2025-01-01T07:00:00Z", .notFound), ("soon", .unknown(.searchLagging)),
    ])
    func `silence counts once the time was written down`(
        refreshed: String,
        outcome: VendorOutcome
    ) throws {
        #expect(try PayPalFixture.outcome(asked, after: page([], refreshed: refreshed)) == outcome)
    }

    @Test func `a time with too many rows is halved, and both halves are read`() throws {
        let tooMany = PayPalFixture.failure(
            "RESULTSET_TOO_LARGE",
            400,
            name: "RESULTSET_TOO_LARGE"
        )
        let early = try PayPalFixture.asked(asked, after: [tooMany]).request.url
        #expect(early.contains("start_date=2024-12-31T23%3A50%3A00Z&end_date=2025-01-01T03%3A25"))
        let nothing = page([row("theirs")])
        let late = try PayPalFixture.asked(asked, after: [tooMany, nothing]).request.url
        #expect(late.contains("start_date=2025-01-01T03%3A25%3A00Z&end_date=2025-01-01T07%3A00"))
        #expect(try PayPalFixture.outcome(asked, after: tooMany, nothing, nothing) == .notFound)
        let own = page([row(Sample.attempt.description)])
        let order = try PayPalFixture.asked(asked, after: [tooMany, nothing, own])
        #expect(order.request.url == PayPalFixture.place)
    }

    @Test func `more pages than a conversation has is no verdict`() async throws {
        let token = try PayPalFixture.recorded("access_token")
        let transport = ScriptedTransport([token, page([row("theirs")], pages: 99)])
        let outcome = await PayPal.descriptor.makePort(transport: transport)
            .perform(asked, key: Sample.key, account: PayPalFixture.account())
        #expect(outcome == .unknown(.unrecognizedStatus))
    }

    @Test(arguments: [
        (400, "INVALID_REQUEST", "rejected_invalid_request"),
        (403, "NOT_AUTHORIZED", "rejected_configuration"),
        (500, "INTERNAL_SERVER_ERROR", "unknown_vendor_error"),
    ])
    func `a search that is refused finds nothing out`(
        status: Int,
        name: String,
        outcome: String
    ) async throws {
        let refusal = PayPalFixture.failure(name, status, name: name)
        #expect(try PayPalFixture.outcome(asked, after: refusal).shortForm == outcome)
        let token = try PayPalFixture.recorded("access_token")
        let port = PayPal.descriptor.makePort(transport: ScriptedTransport([token, refusal]))
        let told = await port.perform(asked, key: Sample.key, account: PayPalFixture.account())
        #expect(
            told.shortForm
                == (status == 403 ? "rejected_configuration" : "unknown_vendor_error")
        )
    }

    @Test func `what the row leads to must be our payment`() throws {
        let rows = page([row(Sample.attempt.description)])
        let other = PayPalFixture.order("APPROVED")
            .replacing("\(Sample.attempt)", with: "\(AttemptID(Sample.uuid(99)))")
        #expect(
            try PayPalFixture.outcome(asked, after: rows, PayPalFixture.answer(200, other))
                == .unknown(.unreadableReply)
        )
        let capture = page([row(Sample.attempt.description, type: "TXN")])
        #expect(
            try PayPalFixture.outcome(asked, after: capture) == .unknown(.unrecognizedStatus)
        )
        #expect(
            try PayPalFixture.outcome(asked, after: PayPalFixture.answer(200, "{}"))
                == .unknown(.unreadableReply)
        )
    }
}
