import JSON
import PaymentCore
import Testing
import VendorRecordings

@testable import Vendors

/// What Click's attempts and our payments mean for each other: repetitions, races, doubts, time.
@Suite struct ClickStandingTests {
    private let bench: QuestionBench
    private let capabilities = Click.descriptor.capabilities
    private var order: String { "\(bench.attempt)" }
    private static let second: Int64 = 2_147_483_999_124

    init() throws {
        bench = try ClickFixture.bench()
    }

    @Test func `a repeated preparation is answered equally`() throws {
        let answer = try bench.click(.prepare(order))
        bench.now = bench.now + .seconds(60)
        #expect(try bench.click(.prepare(order)) == answer)
        #expect(bench.records.count == 1)
        #expect(try bench.click(.prepare(order, amount: "300"))["error"] == -2)
    }

    @Test func `a preparation of what is completed is answered with already paid`() throws {
        let number = try bench.prepared()
        _ = try bench.click(.complete(order, number))
        let same = try bench.click(.prepare(order))
        #expect(same["error"] == -4)
        #expect(same["merchant_prepare_id"] == .integer(number))
        #expect(try bench.click(.prepare(order, transaction: Self.second))["error"] == -4)
        #expect(bench.records.count == 1)
    }

    @Test func `the last preparation wins, and an earlier one's money goes back`() throws {
        let first = try bench.prepared()
        let second = try bench.prepared(Self.second)
        #expect(first != second)
        #expect(try bench.click(.complete(order, first))["error"] == -9)
        #expect(bench.state == .processing)
        let other = ClickRequest.complete(order, second, transaction: Self.second)
        #expect(try bench.click(other)["error"] == 0)
        #expect(bench.state == .captured)
        #expect(bench.payment.captures.count == 1)
        #expect(try bench.click(.complete(order, first))["error"] == -9)
        #expect(bench.payment.intent.captured == ClickFixture.amount)
    }

    @Test func `an earlier attempt's refusal does not end the order of a later one`() throws {
        let first = try bench.prepared()
        let second = try bench.prepared(Self.second)
        #expect(try bench.click(.complete(order, first, error: -5_017))["error"] == -9)
        #expect(bench.state == .processing)
        let other = ClickRequest.complete(order, second, transaction: Self.second)
        #expect(try bench.click(other)["error"] == 0)
        #expect(bench.state == .captured)
    }

    @Test func `numbers belong to their own attempt and order`() throws {
        let first = try bench.prepared()
        let second = try bench.prepared(Self.second)
        let crossed = ClickRequest.complete(order, first, transaction: Self.second)
        #expect(try bench.click(crossed)["error"] == -6)
        let foreign = ClickRequest.complete("ord-2024-000117", second, transaction: Self.second)
        #expect(try bench.click(foreign)["error"] == -6)
        let renamed = ClickRequest.prepare("ord-2024-000117", transaction: Self.second)
        #expect(try bench.click(renamed)["error"] == -5)
    }

    @Test func `a repeated confirmation succeeds again where the account says so`() throws {
        let bench = try ClickFixture.bench(changing: ["repeat_complete": ["0"]])
        let number = try bench.prepared()
        let answer = try bench.click(.complete(order, number))
        #expect(try bench.click(.complete(order, number)) == answer)
        #expect(bench.payment.captures.count == 1)
    }

    @Test func `a preparation that Click refuses itself ends the attempt`() throws {
        #expect(try bench.click(.prepare(order, error: -1))["error"] == -9)
        #expect(bench.payment.attempts[0].state == .declined(Decline(.soft, code: "-1")))
        #expect(try bench.click(.prepare(order))["error"] == -9)
    }

    @Test func `a refused preparation of nobody's order changes nothing`() throws {
        #expect(try bench.click(.prepare("ord-2024-000117", error: -1))["error"] == -9)
        #expect(bench.records.isEmpty)
        let number = try bench.prepared()
        #expect(
            try bench.click(.prepare(order, transaction: Self.second, error: -1))["error"] == -9
        )
        #expect(try bench.click(.complete(order, number))["error"] == 0)
    }

    @Test func `what was let go is refused`() throws {
        let void = try bench.askVoid(capabilities)
        #expect(try bench.click(.prepare(order))["error"] == -9, "while it is being let go")
        bench.answer(.succeeded(VendorReceipt(reference: order)), to: void)
        #expect(bench.state == .voided)
        #expect(try bench.click(.prepare(order))["error"] == -9)
        #expect(bench.records.isEmpty)
    }

    @Test func `money for what is not wanted any more is refused`() throws {
        let number = try bench.prepared()
        bench.answer(.declined(Decline(.soft, code: "other"), nil))
        #expect(try bench.click(.complete(order, number))["error"] == -9)
        #expect(bench.state == .requiresPaymentMethod)
        #expect(bench.records[0].state == "cancelled")
    }

    @Test func `a confirmation behind a look-up that found the money is a success`() throws {
        let number = try bench.prepared()
        bench.answer(
            .succeeded(
                VendorReceipt(
                    reference: "\(ClickFixture.document)",
                    amount: ClickFixture.amount,
                    captured: true
                )
            )
        )
        #expect(bench.state == .captured)
        #expect(try bench.click(.complete(order, number))["error"] == 0)
        #expect(bench.payment.captures.count == 1)
        #expect(bench.payment.intent.hasDiscrepancy == false)
    }

    @Test func `a link that nobody used ends with its page`() throws {
        bench.pageLifetime = .seconds(3_600)
        bench.now = bench.payment.attempts[0].askedAt + .seconds(3_599)
        #expect(bench.sweep() == false)
        bench.now = bench.payment.attempts[0].askedAt + .seconds(3_600)
        #expect(try bench.click(.prepare(order))["error"] == -9)
        #expect(bench.sweep())
        #expect(bench.state == .expired)
        #expect(bench.sweep() == false)
        #expect(try bench.click(.prepare(order))["error"] == -9)
    }

    @Test func `a payer who began keeps his time`() throws {
        let number = try bench.prepared()
        bench.pageLifetime = .zero
        #expect(bench.sweep() == false)
        #expect(try bench.click(.complete(order, number))["error"] == 0)
    }

    @Test(arguments: [
        ("Карта заблокирована", Decline.Class.hard), ("Card is blocked", .hard),
        ("Expired card", .hard), ("Insufficient funds", .soft), ("Cancelled by user", .soft),
        ("", .soft),
    ])
    func `what a refusal's note says decides its class`(note: String, kind: Decline.Class) throws {
        let number = try bench.prepared()
        let request = ClickRequest.complete(order, number, error: -5_017).with("error_note", note)
        #expect(try bench.click(request)["error"] == -9)
        #expect(bench.payment.attempts[0].state == .declined(Decline(kind, code: "-5017")))
    }

    @Test func `the account's own table of refusals comes first`() throws {
        let bench = try ClickFixture.bench(
            changing: ["decline_classes": [#"{"-5017":"temporary"}"#]]
        )
        let number = try bench.prepared()
        _ = try bench.click(.complete(order, number, error: -5_017))
        let decline = Decline(.temporary, code: "-5017")
        #expect(bench.payment.attempts[0].state == .declined(decline))
    }

    @Test func `a doubt is marked once, and Click is asked each time`() throws {
        let number = try bench.prepared()
        _ = try bench.click(.complete(order, number))
        let first = try bench.click(.complete(order, number, error: -5_017))
        let version = bench.records[0].version
        #expect(try bench.click(.complete(order, number, error: -5_017)) == first)
        #expect(bench.records[0].version == version)
        #expect(bench.asksVendor.suffix(2) == [true, true])
        #expect(bench.payment.intent.refunded == 0)
        #expect(try bench.click(.complete(order, number))["error"] == -4)
    }

    @Test func `a doubt that Click repeats is looked into again`() throws {
        let number = try bench.prepared()
        _ = try bench.click(.complete(order, number))
        _ = try bench.click(.complete(order, number, error: -5_017))
        let claim = try #require(bench.payment.refunds.first?.id)
        bench.answer(.found(bench.refund(.failed(code: "payment_stands"))), to: claim)
        #expect(bench.state == .captured)
        bench.now = bench.now + .seconds(4 * 3_600)
        _ = try bench.click(.complete(order, number, error: -5_017))
        #expect(bench.payment.refunds.map(\.state.name) == ["rejected", "pending"])
        let again = try #require(bench.payment.refunds.last)
        #expect(again.askedAt == bench.now, "Click has as long as it had the first time")
        bench.answer(.found(bench.refund(.succeeded)), to: again.id)
        #expect(bench.state == .refunded)
        _ = try bench.click(.complete(order, number, error: -5_017))
        #expect(bench.payment.refunds.count == 2)
        #expect(bench.payment.intent.refunded == ClickFixture.amount)
        #expect(bench.payment.intent.refundReserved == 0)
    }

    @Test func `what Click takes back after parts is what was left`() throws {
        let bench = try ClickFixture.bench(changing: ["partial_refunds": ["on"]])
        let number = try bench.prepared()
        _ = try bench.click(.complete(order, number))
        var allowed = capabilities
        allowed.partialRefund = true
        let part = try bench.askRefund(allowed, amount: 5_000_000)
        bench.answer(.succeeded(VendorReceipt(reference: "part-1")), to: part)
        _ = try bench.click(.complete(order, number, error: -5_017))
        let claim = try #require(bench.payment.refunds.last)
        #expect(claim.amount == 10_000_000)
        bench.answer(.found(bench.refund(.succeeded, claim.amount)), to: claim.id)
        #expect(bench.state == .refunded)
        #expect(bench.payment.intent.refunded == ClickFixture.amount)
        _ = try bench.click(.complete(order, number, error: -5_017))
        #expect(bench.payment.refunds.count == 2, "nothing is left to be doubted")
    }

    @Test func `what Click told is kept with the payment`() throws {
        let number = try bench.prepared()
        _ = try bench.click(.complete(order, number))
        let details = try JSONValue.parse(try #require(bench.payment.intent.details))
        let expected: JSONValue = [
            "click_trans_id": "2147483999123", "merchant_prepare_id": .integer(number),
            "state": "completed", "click_paydoc_id": .integer(ClickFixture.document),
            "amount": "150000.00", "prepare_time": "2024-11-20 14:05:33",
            "complete_time": "2024-11-20 14:05:33",
        ]
        #expect(details == expected)
    }
}

extension QuestionBench {
    /// What a look-up tells of a payment that Click said was given back.
    fileprivate func refund(
        _ status: RefundSnapshot.Status,
        _ amount: Int64 = ClickFixture.amount
    ) -> VendorSnapshot {
        .refund(
            RefundSnapshot(
                reference: "\(ClickFixture.document)",
                paymentReference: "\(ClickFixture.document)",
                attempt: nil,
                status: status,
                amount: Money(amount, payment.intent.amount.currency)
            )
        )
    }
}
