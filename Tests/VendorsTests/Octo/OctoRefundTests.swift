import HTTP
import JSON
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Refunds (section 3.4): accepted first, several when they are large, and asked about by asking
/// again.
@Suite struct OctoRefundTests {
    private let limit: Int64 = 1_000_000_000

    private func refund(_ amount: Int64, _ answers: HTTPResponse...) throws -> OctoFixture.Played {
        var played = OctoFixture.Played()
        let dialect = try OctoFixture.dialect()
        for count in 0...answers.count {
            let step: VendorStep<VendorOutcome> = try dialect.step(
                .refund(OctoFixture.refund(amount)),
                key: Sample.key,
                after: Array(answers.prefix(count))
            )
            switch step {
            case .finished(let outcome):
                played.outcome = outcome
                return played
            case .ask(let request, let effect): played.sent.append((request, effect, .zero))
            case .askLater(let pause, let request, let effect):
                played.sent.append((request, effect, pause))
            }
        }
        return played
    }

    @Test(arguments: [
        ("new", "pending"), ("pending", "pending"), ("succeeded", "succeeded"),
        ("ok", "succeeded"), ("canceled", "declined_hard"), ("cancelled", "declined_hard"),
        ("failed", "declined_hard"), ("error", "declined_hard"),
    ])
    func `a status is one of ours`(status: String, expected: String) throws {
        let played = try refund(2_000_000, OctoFixture.refunded(status))
        #expect(played.outcome?.shortForm == expected)
        #expect(played.outcome?.receipt?.reference == "c41f7a90-55d2-4b0e-8d1f-3e9a6b207118")
        #expect(
            played.outcome?.receipt?.details == """
                {"octo_payment_uuid":"\(OctoFixture.uuid)","shop_refund_id":"\(Sample.attempt)",\
                "refund_id":"c41f7a90-55d2-4b0e-8d1f-3e9a6b207118","refund_status":"\(status)",\
                "refund_time":"2024-11-21 09:00:02"}
                """
        )
    }

    @Test func `F6, pending first, then refused: nothing is known to be refused`() throws {
        let asked = OctoFixture.refund(2_000_000)
        let pending = try OctoFixture.play(.refund(asked), OctoFixture.refunded("pending"))
        #expect(pending.outcome?.shortForm == "pending")
        let lookUp = VendorOperation.lookUp(
            .init(.refund(reference: "c41f7a90"), original: OctoFixture.original(), refund: asked)
        )
        let polled = try OctoFixture.play(
            lookUp,
            OctoFixture.answer(
                """
                {"error":22,"errMessage":"Wrong amount to refund","data":null,\
                "errorMessage":"Wrong amount to refund"}
                """
            )
        )
        #expect(polled.outcome == .unknown(.vendorError))
        #expect(polled.bodies == pending.bodies, "asking about it is asking again")
    }

    @Test(arguments: [
        ("pending", RefundSnapshot.Status.pending), ("succeeded", .succeeded),
        ("failed", .failed(code: "failed")),
    ])
    func `a look-up asks again and is told`(
        status: String,
        expected: RefundSnapshot.Status
    ) throws {
        let asked = OctoFixture.refund(2_000_000)
        for subject in [
            VendorOperation.LookUp.Subject.refund(reference: "c41f7a90"),
            .refundOfAttempt(asked.attempt, paymentReference: OctoFixture.uuid),
        ] {
            let played = try OctoFixture.play(
                .lookUp(.init(subject, original: OctoFixture.original(), refund: asked)),
                OctoFixture.refunded(status)
            )
            guard case .found(.refund(let refund)) = played.outcome else {
                Issue.record("\(String(describing: played.outcome))")
                continue
            }
            #expect(refund.status == expected)
            #expect(refund.attempt == asked.attempt)
            #expect(refund.paymentReference == OctoFixture.uuid)
            #expect(refund.amount == asked.amount)
        }
    }

    // MARK: Parts

    private func parts(_ played: OctoFixture.Played) throws -> [(id: String, amount: String)] {
        try played.sent.map { sent in
            let body = try JSONValue.parse(sent.request.body)
            return (body["shop_refund_id"]?.stringValue ?? "", body["amount"]?.text ?? "")
        }
    }

    @Test func `up to the limit it is one request`() throws {
        let played = try refund(limit, OctoFixture.refunded("succeeded"))
        #expect(try parts(played).map(\.id) == ["\(Sample.attempt)"])
        #expect(try parts(played).map(\.amount) == ["10000000.00"])
    }

    @Test func `above it there are equal parts with names of their own, one after the other`()
        throws
    {
        let played = try refund(
            limit * 2 + 1,
            OctoFixture.refunded("succeeded", id: "r1"),
            OctoFixture.refunded("succeeded", id: "r2"),
            OctoFixture.refunded("succeeded", id: "r3")
        )
        let parts = try parts(played)
        #expect(parts.map(\.id) == (1...3).map { "\(Sample.attempt)-\($0)" })
        #expect(parts.map(\.amount) == ["6666666.67", "6666666.67", "6666666.67"])
        #expect(played.outcome?.shortForm == "succeeded")
        #expect(played.outcome?.receipt?.reference == "r1")
        #expect(played.outcome?.receipt?.details?.contains(#""refund_id":"r1,r2,r3""#) == true)
    }

    @Test(arguments: [1_000_000_001, 1_000_000_003, 2_999_999_999, 12_000_000_000])
    func `parts add up, and none is above the limit`(amount: Int64) throws {
        let answers = [HTTPResponse](repeating: OctoFixture.refunded("succeeded"), count: 12)
        let dialect = try OctoFixture.dialect()
        var sum: Int64 = 0
        for count in 0..<12 {
            let step: VendorStep<VendorOutcome> = try dialect.step(
                .refund(OctoFixture.refund(amount)),
                key: Sample.key,
                after: Array(answers.prefix(count))
            )
            guard case .ask(let request, .movesMoney) = step else { break }
            let text = try JSONValue.parse(request.body)["amount"]
            let units = try #require(DecimalAmount.minorUnits(text, of: OctoFixture.uzs))
            #expect(units <= limit)
            #expect(units > limit / 3)
            sum += units
        }
        #expect(sum == amount)
    }

    @Test func `what is too large for one call is refused before Octo is asked`() throws {
        #expect(throws: VendorRejection.self) { try refund(limit * 12 + 1) }
        // The limit is one of soum alone.
        let dollars = VendorOperation.refund(
            .sample(Money(limit * 2, .usd), of: OctoFixture.uuid)
        )
        let played = try OctoFixture.play(dollars, OctoFixture.refunded("succeeded"))
        #expect(played.sent.count == 1)
    }

    @Test func `one part pending: all is`() throws {
        let played = try refund(
            limit + 2,
            OctoFixture.refunded("pending"),
            OctoFixture.refunded("succeeded")
        )
        #expect(played.outcome?.shortForm == "pending")
    }

    @Test func `a refusal ends it: what went through before is told`() throws {
        let no = OctoFixture.failure(22, "Wrong amount to refund")
        let partly = try refund(limit * 2 + 2, OctoFixture.refunded("succeeded"), no)
        #expect(partly.outcome?.shortForm == "succeeded")
        #expect(partly.outcome?.receipt?.amount == 666_666_668)
        #expect(partly.sent.count == 2)
        let nothing = try refund(limit + 2, no)
        #expect(nothing.outcome?.shortForm == "rejected_amount_not_accepted")
        let failed = try refund(limit + 2, OctoFixture.refunded("failed"))
        #expect(failed.outcome?.shortForm == "declined_hard")
        #expect(failed.sent.count == 1)
        let failedLater = try refund(
            limit + 2,
            OctoFixture.refunded("succeeded"),
            OctoFixture.refunded("failed")
        )
        #expect(failedLater.outcome?.receipt?.amount == 500_000_001)
        // While an earlier part is open, it is asked again.
        let open = try refund(limit + 2, OctoFixture.refunded("pending"), no)
        #expect(open.outcome == .unknown(.vendorError))
        let lost = try refund(
            limit + 2,
            OctoFixture.refunded("succeeded"),
            OctoFixture.answer("", status: 502)
        )
        #expect(lost.outcome == .unknown(.vendorError))
    }

    @Test func `a part that is put off ends nothing: all is asked again`() throws {
        // Section 6: error 11, which the one repetition meets again.
        let busy = OctoFixture.failure(11, "Too many requests")
        let played = try refund(limit * 2 + 2, OctoFixture.refunded("succeeded"), busy, busy)
        #expect(played.outcome == .unknown(.vendorError))
        let first = try refund(limit * 2 + 2, busy, busy)
        #expect(first.outcome == .notDone(.throttled))
    }
}
