import JSON
import PaymentCore
import Testing
import VendorRecordings

@testable import Vendors

/// What Payme's transactions and our payments mean for each other: time, voids, holds, statements.
@Suite struct PaymeStandingTests {
    private let bench: QuestionBench
    private let capabilities = Payme.descriptor.capabilities

    init() throws {
        bench = try PaymeFixture.bench()
    }

    @Test func `twelve hours end by the sweep too`() throws {
        _ = try bench.create()
        bench.now = Timestamp(milliseconds: PaymeFixture.time + PaymeFixture.lifetime - 1)
        #expect(bench.sweep() == false)
        bench.now = Timestamp(milliseconds: PaymeFixture.time + PaymeFixture.lifetime)
        #expect(bench.sweep())
        #expect(bench.state == .expired)
        #expect(bench.sweep() == false, "once")
        let checked = try #require(try bench.check()["result"])
        #expect(checked["state"] == -1)
        #expect(checked["reason"] == 4)
    }

    @Test func `any touch after twelve hours ends it`() throws {
        var bench = try late()
        #expect(try bench.create().errorCode == -31_008)
        #expect(try bench.check()["result"]?["reason"] == 4)

        bench = try late()
        let cancelled = try #require(try bench.cancel(reason: 3)["result"])
        #expect(cancelled["state"] == -1)
        #expect(try bench.check()["result"]?["reason"] == 4)

        bench = try late()
        #expect(try bench.checkPerform().errorCode == -31_052)
        #expect(bench.records[0].state == "1", "it must not change anything")
        let now = JSONValue.integer(bench.now.milliseconds)
        #expect(try bench.create(PaymeFixture.other, time: now).errorCode == -31_052)
        #expect(bench.records.map(\.state) == ["-1"])
        #expect(bench.state == .expired)
    }

    private func late() throws -> QuestionBench {
        let bench = try PaymeFixture.bench()
        _ = try bench.create()
        bench.now = Timestamp(milliseconds: PaymeFixture.time + PaymeFixture.lifetime)
        return bench
    }

    @Test func `a link that nobody used ends with its page`() throws {
        bench.pageLifetime = .seconds(3_600)
        bench.now = bench.payment.attempts[0].askedAt + .seconds(3_599)
        #expect(bench.sweep() == false)
        #expect(try bench.checkPerform()["result"]?["allow"] == true)
        bench.now = bench.payment.attempts[0].askedAt + .seconds(3_600)
        let now = JSONValue.integer(bench.now.milliseconds)
        #expect(try bench.create(time: now).errorCode == -31_052)
        #expect(bench.sweep())
        #expect(bench.state == .expired)
        #expect(try bench.checkPerform().errorCode == -31_052)
    }

    @Test func `a payer who began keeps his time`() throws {
        _ = try bench.create()
        bench.pageLifetime = .zero
        #expect(bench.sweep() == false)
        #expect(try bench.perform()["result"]?["state"] == 2)
    }

    @Test func `a link that we let go is not honoured any more`() throws {
        let void = try bench.askVoid(capabilities)
        #expect(try bench.create().errorCode == -31_052, "while it is being let go")
        bench.answer(.succeeded(VendorReceipt(reference: "\(bench.attempt)")), to: void)
        #expect(bench.state == .voided)
        #expect(try bench.checkPerform().errorCode == -31_052)
        #expect(try bench.create().errorCode == -31_052)
        #expect(bench.records.isEmpty)
    }

    @Test func `a transaction whose payment was given up is not performed`() throws {
        _ = try bench.create()
        bench.answer(.declined(Decline(.soft, code: "other"), nil))
        #expect(try bench.perform().errorCode == -31_008)
        #expect(try bench.cancel(reason: 3)["result"]?["state"] == -1)
        #expect(bench.state == .requiresPaymentMethod)
    }

    @Test(arguments: [
        (Int64(1), Decline.Class.temporary), (2, .soft), (3, .temporary), (5, .temporary),
        (10, .temporary), (7, .temporary), (-12, .temporary),
    ])
    func `why Payme cancelled is kept, whatever the number`(
        reason: Int64,
        kind: Decline.Class
    ) throws {
        _ = try bench.create()
        _ = try bench.cancel(reason: reason)
        let decline = Decline(kind, code: "cancel_reason_\(reason)")
        #expect(bench.payment.attempts[0].state == .declined(decline))
        #expect(try bench.check()["result"]?["reason"] == .integer(reason))
    }

    @Test func `a receipt of the Subscribe API ties in by its order`() throws {
        let bench = try QuestionBench(
            Payme.descriptor,
            PaymeFixture.account(changing: ["subscribe": ["on"]]),
            amount: PaymeFixture.soum(PaymeFixture.amount)
        )
        bench.now = Timestamp(milliseconds: PaymeFixture.createTime)
        _ = try bench.create()
        #expect(bench.state == .processing)
        _ = try bench.perform()
        #expect(bench.state == .captured)
        #expect(bench.payment.intent.reference == PaymeFixture.transaction)
        // The answer to our own call comes last, and finds it done.
        bench.answer(
            .succeeded(VendorReceipt(reference: PaymeFixture.transaction, captured: true))
        )
        #expect(bench.payment.intent.captured == PaymeFixture.amount)
        #expect(bench.payment.intent.hasDiscrepancy == false)
    }

    @Test func `a hold outlives the twelve hours and is performed when it is captured`()
        throws
    {
        let bench = try hold()
        bench.now = Timestamp(milliseconds: PaymeFixture.time + 20 * 86_400_000)
        #expect(bench.sweep() == false)
        try bench.askCapture(capabilities)
        #expect(try bench.perform()["result"]?["state"] == 2)
        #expect(bench.state == .captured)
        #expect(bench.payment.captures.count == 1)
        #expect(bench.payment.intent.hasDiscrepancy == false)
    }

    @Test func `a hold that Payme cancels is let go`() throws {
        let bench = try hold()
        #expect(try bench.cancel(reason: 3)["result"]?["state"] == -1)
        #expect(bench.state == .voided)
        #expect(bench.payment.intent.capturable == 0)
    }

    @Test func `a hold that was let go is not performed, and ends after twelve hours`() throws {
        let bench = try hold()
        let void = try bench.askVoid(capabilities)
        #expect(try bench.perform().errorCode == -31_008, "while it is being let go")
        bench.answer(.succeeded(VendorReceipt(reference: PaymeFixture.transaction)), to: void)
        #expect(bench.state == .voided)
        #expect(try bench.perform().errorCode == -31_008)
        #expect(try bench.check()["result"]?["state"] == 1)
        bench.now = Timestamp(milliseconds: PaymeFixture.time + PaymeFixture.lifetime)
        let checked = try #require(try bench.check()["result"])
        #expect(checked["state"] == -1)
        #expect(checked["reason"] == 4)
        #expect(bench.state == .voided)
        #expect(bench.payment.intent.captured == 0)
        #expect(bench.payment.intent.hasDiscrepancy == false)
    }

    @Test(arguments: [false, true])
    func `Payme's cancellation of an old hold keeps its reason`(isLetGo: Bool) throws {
        let bench = try hold()
        bench.now = Timestamp(milliseconds: PaymeFixture.time + 20 * 86_400_000)
        let void = try bench.askVoid(capabilities)
        if isLetGo {
            bench.answer(.succeeded(VendorReceipt(reference: PaymeFixture.transaction)), to: void)
        }
        #expect(try bench.cancel(reason: 3)["result"]?["state"] == -1)
        #expect(try bench.check()["result"]?["reason"] == 3)
        #expect(bench.state == .voided)
    }

    private func hold() throws -> QuestionBench {
        let bench = try PaymeFixture.bench(captureMethod: .manual)
        _ = try bench.create()
        bench.answer(
            .succeeded(
                VendorReceipt(
                    reference: PaymeFixture.transaction,
                    amount: PaymeFixture.amount
                )
            )
        )
        #expect(bench.state == .authorized)
        return bench
    }

    @Test func `a refund that we asked for is the one that Payme tells of`() throws {
        _ = try bench.create()
        _ = try bench.perform()
        let refund = try bench.askRefund(capabilities)
        _ = try bench.cancel(reason: 5)
        #expect(bench.payment.attempt(refund)?.state == .succeeded)
        #expect(bench.payment.refunds.count == 1)
        #expect(bench.payment.intent.refunded == PaymeFixture.amount)
        // Our own call's answer finds it done.
        bench.answer(.succeeded(VendorReceipt(reference: PaymeFixture.transaction)), to: refund)
        #expect(bench.payment.intent.refunded == PaymeFixture.amount)
    }

    @Test(arguments: [false, true])
    func `our own refund needs no leave for Payme to give back`(isAnswered: Bool) throws {
        let bench = try PaymeFixture.bench(changing: ["cancel_performed": ["refuse"]])
        _ = try bench.create()
        _ = try bench.perform()
        let refund = try bench.askRefund(capabilities)
        let receipt = VendorReceipt(
            reference: PaymeFixture.transaction,
            amount: PaymeFixture.amount
        )
        if isAnswered { bench.answer(.succeeded(receipt), to: refund) }
        #expect(try bench.cancel(reason: 5)["result"]?["state"] == -2)
        #expect(try bench.check()["result"]?["state"] == -2)
        #expect(bench.payment.attempt(refund)?.state == .succeeded)
        #expect(bench.payment.refunds.count == 1)
        #expect(bench.payment.intent.refunded == PaymeFixture.amount)
    }

    @Test func `a refund of ours that came to nothing gives no leave`() throws {
        let bench = try PaymeFixture.bench(changing: ["cancel_performed": ["refuse"]])
        _ = try bench.create()
        _ = try bench.perform()
        let refund = try bench.askRefund(capabilities)
        bench.answer(.declined(Decline(.hard, code: "receipt_still_paid"), nil), to: refund)
        #expect(try bench.cancel(reason: 5).errorCode == -31_007)
        #expect(bench.state == .captured)
    }

    @Test func `a refund that was answered before is not booked again`() throws {
        _ = try bench.create()
        _ = try bench.perform()
        let refund = try bench.askRefund(capabilities)
        bench.answer(
            .succeeded(
                VendorReceipt(reference: PaymeFixture.transaction, amount: PaymeFixture.amount)
            ),
            to: refund
        )
        #expect(try bench.cancel(reason: 5)["result"]?["state"] == -2)
        #expect(bench.payment.refunds.count == 1)
        #expect(bench.payment.intent.refunded == PaymeFixture.amount)
        #expect(bench.payment.intent.hasDiscrepancy == false)
    }

    @Test func `the statement goes by Payme's time, both ends included`() throws {
        #expect(try bench.statement(from: 0, to: PaymeFixture.time).isEmpty)
        _ = try bench.create()
        let time = PaymeFixture.time
        #expect(try bench.statement(from: time, to: time).count == 1)
        #expect(try bench.statement(from: 0, to: time - 1).isEmpty)
        #expect(try bench.statement(from: time + 1, to: time + 1_000_000).isEmpty)
        #expect(
            try bench.statement(from: PaymeFixture.createTime, to: PaymeFixture.createTime).isEmpty,
            "our own time does not count"
        )
        let line = try #require(try bench.statement(from: time, to: time).first)
        #expect(line["perform_time"] == 0)
        #expect(line["cancel_time"] == 0)
        #expect(line["reason"] == .null)
        #expect(line["amount"] == .integer(PaymeFixture.amount), "tiyin, not soum")
    }

    @Test func `what cannot be read again is our own failure`() throws {
        _ = try bench.create()
        let facts = QuestionFacts(
            now: bench.now,
            payment: bench.payment,
            attempt: bench.payment.attempts[0],
            record: nil,
            records: [
                VendorRecord(
                    kind: "transaction",
                    vendorID: PaymeFixture.transaction,
                    number: 1,
                    attempt: bench.attempt,
                    state: "7",
                    occurredAt: bench.now,
                    document: "{}"
                )
            ],
            nextNumber: 2
        )
        #expect(throws: Payme.Failure.unavailable) { try Payme.Desk(facts) }
        #expect(bench.questions.sweep(facts) == nil)
    }
}
