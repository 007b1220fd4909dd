import JSON
import PaymentCore
import Testing
import VendorRecordings

@testable import Vendors

/// The checklist of Payme's sandbox (section 5): a one-time order that waits for its payment.
/// Create, Perform and Cancel are each sent twice, and both answers must be equal.
@Suite struct PaymeChecklistTests {
    private let bench: QuestionBench

    init() throws {
        bench = try PaymeFixture.bench()
    }

    @Test(arguments: [PaymeFixture.wrongAuthorization, nil, "Basic", "Bearer x", "Basic !!"])
    func `1: every method with bad credentials is refused`(authorization: String?) throws {
        let parameters: JSONValue = ["id": .string(PaymeFixture.transaction)]
        for method in Payme.MethodName.allCases.map(\.rawValue) + ["Nonsense"] {
            let answer = try bench.call(method, parameters, authorization: authorization)
            #expect(answer.errorCode == -32_504)
            #expect(answer["error"]?["data"] == .null)
        }
        #expect(bench.records.isEmpty)
    }

    @Test(arguments: [1, 14_999_999, 15_000_001, -15_000_000, 0, 150_000])
    func `2: a wrong amount of a valid order`(amount: Int64) throws {
        #expect(try bench.checkPerform(amount: .integer(amount)).errorCode == -31_001)
        #expect(try bench.create(amount: .integer(amount)).errorCode == -31_001)
        #expect(bench.records.isEmpty)
    }

    @Test(arguments: ["ord-2024-000117", "", "\(Sample.intent)", "\(AttemptID(Sample.uuid(77)))"])
    func `3: an unknown order, named in the error`(order: String) throws {
        for answer in [try bench.checkPerform(order: order), try bench.create(order: order)] {
            #expect(answer.errorCode == -31_050)
            #expect(answer["error"]?["data"] == "order_id")
        }
        #expect(bench.records.isEmpty)
    }

    @Test func `4: right data is allowed, and changes nothing`() throws {
        let before = bench.payment
        #expect(try bench.checkPerform()["result"]?["allow"] == true)
        #expect(bench.payment.intent.state == before.intent.state)
        #expect(bench.records.isEmpty)
    }

    @Test func `5, 6: created, then cancelled before it was performed`() throws {
        try create(bench)
        bench.now = Timestamp(milliseconds: PaymeFixture.performTime)
        let cancelled = try bench.cancel(reason: 3)
        #expect(cancelled["result"]?["state"] == -1)
        #expect(cancelled["result"]?["cancel_time"] == .integer(PaymeFixture.performTime))
        bench.now = Timestamp(milliseconds: PaymeFixture.cancelTime)
        #expect(try bench.cancel(reason: 3) == cancelled)
        #expect(try bench.cancel(reason: 5) == cancelled, "the first reason stays")
        let checked = try #require(try bench.check()["result"])
        #expect(checked["state"] == -1)
        #expect(checked["reason"] == 3)
        #expect(checked["perform_time"] == 0)
        #expect(checked["cancel_time"] == .integer(PaymeFixture.performTime))
        #expect(bench.state == .requiresPaymentMethod)
        #expect(
            bench.payment.attempts[0].state
                == .declined(Decline(.temporary, code: "cancel_reason_3"))
        )
        #expect(try bench.perform().errorCode == -31_008)
        #expect(try bench.create().errorCode == -31_008)
        let now = JSONValue.integer(PaymeFixture.cancelTime)
        #expect(try bench.create(PaymeFixture.other, time: now).errorCode == -31_052)
    }

    @Test func `7, 8, 9: created, performed, then given back`() throws {
        try create(bench)
        bench.now = Timestamp(milliseconds: PaymeFixture.performTime)
        let performed = try bench.perform()
        #expect(performed["result"]?["state"] == 2)
        #expect(bench.state == .captured)
        #expect(bench.payment.intent.captured == PaymeFixture.amount)
        bench.now = Timestamp(milliseconds: PaymeFixture.performTime + 60_000)
        #expect(try bench.perform() == performed)
        #expect(bench.payment.captures.count == 1)
        let checked = try #require(try bench.check()["result"])
        #expect(checked["state"] == 2)
        #expect(checked["reason"] == .null)
        #expect(checked["perform_time"] == .integer(PaymeFixture.performTime))
        #expect(checked["cancel_time"] == 0)
        #expect(try bench.create(PaymeFixture.other).errorCode == -31_051)
        #expect(try bench.checkPerform().errorCode == -31_051)

        bench.now = Timestamp(milliseconds: PaymeFixture.cancelTime)
        let cancelled = try bench.cancel(reason: 5)
        #expect(cancelled["result"]?["state"] == -2)
        #expect(bench.state == .refunded)
        bench.now = Timestamp(milliseconds: PaymeFixture.cancelTime + 60_000)
        #expect(try bench.cancel(reason: 5) == cancelled)
        #expect(bench.payment.refunds.count == 1)
        let last = try #require(try bench.check()["result"])
        #expect(last["state"] == -2)
        #expect(last["reason"] == 5)
        #expect(last["perform_time"] == .integer(PaymeFixture.performTime))
        #expect(try bench.perform().errorCode == -31_008)
    }

    @Test func `9: what may not be given back stays performed`() throws {
        let bench = try PaymeFixture.bench(changing: ["cancel_performed": ["refuse"]])
        try create(bench)
        _ = try bench.perform()
        #expect(try bench.cancel(reason: 5).errorCode == -31_007)
        #expect(try bench.check()["result"]?["state"] == 2)
        #expect(bench.state == .captured)
    }

    /// Steps 5 and 7.
    private func create(_ bench: QuestionBench) throws {
        #expect(try bench.checkPerform()["result"]?["allow"] == true)
        let created = try bench.create()
        let expected: JSONValue = [
            "create_time": .integer(PaymeFixture.createTime), "transaction": "900117",
            "state": 1, "receivers": nil,
        ]
        #expect(created["result"] == expected)
        #expect(bench.state == .processing)
        bench.now = Timestamp(milliseconds: PaymeFixture.createTime + 20_000)
        #expect(try bench.create() == created)
        let checked: JSONValue = [
            "create_time": .integer(PaymeFixture.createTime), "perform_time": 0, "cancel_time": 0,
            "transaction": "900117", "state": 1, "reason": nil,
        ]
        #expect(try bench.check()["result"] == checked)
        #expect(try bench.create(PaymeFixture.other).errorCode == -31_008)
        #expect(try bench.checkPerform()["result"]?["allow"] == true)
        #expect(bench.records.count == 1)
    }

    // What the sheet adds to Payme's list.

    @Test func `a cancellation, performance or check of an unknown transaction`() throws {
        for id in [PaymeFixture.other, "unknown"] {
            #expect(try bench.cancel(id).errorCode == -31_003)
            #expect(try bench.perform(id).errorCode == -31_003)
            #expect(try bench.check(id).errorCode == -31_003)
        }
    }

    @Test func `a creation that came twelve hours late stores nothing`() throws {
        bench.now = Timestamp(milliseconds: PaymeFixture.time + PaymeFixture.lifetime)
        #expect(try bench.create().errorCode == -31_008)
        #expect(bench.records.isEmpty)
        bench.now = Timestamp(milliseconds: PaymeFixture.time + PaymeFixture.lifetime - 1)
        #expect(try bench.create()["result"]?["state"] == 1)
    }

    @Test func `a performance after twelve hours cancels instead`() throws {
        _ = try bench.create()
        bench.now = Timestamp(milliseconds: PaymeFixture.time + PaymeFixture.lifetime)
        #expect(try bench.perform().errorCode == -31_008)
        let checked = try #require(try bench.check()["result"])
        #expect(checked["state"] == -1)
        #expect(checked["reason"] == 4)
        #expect(checked["cancel_time"] == .integer(PaymeFixture.time + PaymeFixture.lifetime))
        #expect(bench.state == .expired)
    }

    @Test func `twelve hours are counted from Payme's time, to the millisecond`() throws {
        _ = try bench.create()
        bench.now = Timestamp(milliseconds: PaymeFixture.time + PaymeFixture.lifetime - 1)
        #expect(try bench.perform()["result"]?["state"] == 2)
    }

    @Test func `of many creations for one order, one gets it`() throws {
        let ids = (0..<20).map { "673de1f4a1b2c3d4e5f607\($0 + 10)" }
        let states = try ids.map { try bench.create($0)["result"]?["state"] }
        #expect(states.count { $0 == 1 } == 1)
        #expect(bench.records.count == 1)
    }
}
