import HTTP
import JSON
import PaymentCore
import Testing
import VendorRecordings

@testable import Vendors

/// How a payment by the Subscribe API is found out, also when its first answer was lost
/// (section 4.2).
@Suite struct PaymeLookUpTests {
    private static let receipt = "673de2a7a1b2c3d4e5f60799"
    private static let askedAt = Timestamp(seconds: 1_732_093_700)
    private static let soon = "Wed, 20 Nov 2024 09:08:30 GMT"
    private static let later = "Wed, 20 Nov 2024 09:15:00 GMT"

    private func step(
        _ subject: VendorOperation.LookUp.Subject,
        _ answers: [String] = [],
        date: String = later,
        movement: Attempt.Operation = .authorize
    ) throws -> VendorStep<VendorOutcome> {
        let original = VendorOperation.Original.sample(
            try PaymeFixture.soum(PaymeFixture.amount)
        )
        let account = PaymeFixture.account(changing: ["subscribe": ["on"]])
        return try Payme.Dialect(account).step(
            .lookUp(.init(subject, original: original, movement: movement)),
            key: "k",
            after: answers.map {
                HTTPResponse(status: .ok, fields: [.date: date], body: Array($0.utf8))
            }
        )
    }

    private func object(_ state: Int, order: String = "\(Sample.attempt)") -> String {
        #"{"_id":"\#(Self.receipt)","create_time":1732093700000,"state":\#(state),"amount":15000000,"currency":860,"account":[{"name":"order_id","value":"\#(order)"}]}"#
    }

    private func one(_ state: Int, step: Int = 1) -> String {
        #"{"id":\#(step),"result":{"receipt":\#(object(state))}}"#
    }

    private func page(_ objects: [String], step: Int = 1) -> String {
        #"{"id":\#(step),"result":[\#(objects.joined(separator: ","))]}"#
    }

    private var attempt: VendorOperation.LookUp.Subject {
        .paymentOfAttempt(Sample.attempt, askedAt: Self.askedAt)
    }

    private func body(_ step: VendorStep<VendorOutcome>) throws -> JSONValue {
        try JSONValue.parse(try #require(step.request).request.body)
    }

    @Test(arguments: [
        (0, PaymentSnapshot.Status.open), (1, .processing), (2, .processing), (3, .processing),
        (4, .captured), (5, .authorized), (6, .processing), (20, .processing), (21, .processing),
        (30, .processing), (50, .voided),
    ])
    func `every state by the receipt's id`(
        state: Int,
        expected: PaymentSnapshot.Status
    ) throws {
        let subject = VendorOperation.LookUp.Subject.payment(reference: Self.receipt)
        #expect(try body(step(subject))["method"] == "receipts.get")
        guard
            case .found(.payment(let found)) = try #require(
                try step(subject, [one(state)]).outcome
            )
        else {
            Issue.record("every listed state is definite")
            return
        }
        #expect(found.status == expected)
        #expect(found.captured == (state == 4 ? PaymeFixture.amount : 0))
        #expect(found.capturable == (state == 5 ? PaymeFixture.amount : 0))
        #expect(try step(subject, [one(77)]).outcome == .unknown(.unrecognizedStatus))
    }

    @Test func `a capture or void of a receipt that stands as it stood never arrived`() throws {
        let subject = VendorOperation.LookUp.Subject.payment(reference: Self.receipt)
        #expect(try step(subject, [one(5)], movement: .capture).outcome == .notFound)
        #expect(try step(subject, [one(5)], movement: .void).outcome == .notFound)
        #expect(try step(subject, [one(4)], movement: .capture).outcome?.shortForm == "found")
        #expect(try step(subject, [one(30)], movement: .capture).outcome?.shortForm == "found")
        #expect(try step(subject, [one(50)], movement: .void).outcome?.shortForm == "found")
        #expect(try step(subject, [one(5)]).outcome?.shortForm == "found")
    }

    @Test func `a lost receipt is looked for among those of its minutes`() throws {
        let asked = try body(step(attempt))
        #expect(asked["method"] == "receipts.get_all")
        let from = Self.askedAt.milliseconds - 120_000
        let to = Self.askedAt.milliseconds + 150_000
        let expected: JSONValue = [
            "count": 50, "from": .integer(from), "to": .integer(to), "offset": 0,
        ]
        #expect(asked["params"] == expected)
        let others = (0..<50).map { object(4, order: "other-\($0)") }
        let next = try body(step(attempt, [page(others)]))
        #expect(next["params"]?["offset"] == 50)
        let found = try step(attempt, [page(others), page([object(4)], step: 2)])
        #expect(found.outcome?.shortForm == "found")
        let wrapped = #"{"id":1,"result":{"receipts":[\#(object(2))]}}"#
        #expect(try step(attempt, [wrapped]).outcome?.shortForm == "found")
    }

    @Test func `one that nobody pays any more is closed, and then it is not done`() throws {
        let close = try body(step(attempt, [page([object(0)])]))
        #expect(close["method"] == "receipts.cancel")
        #expect(close["id"] == 2)
        #expect(try step(attempt, [page([object(0)]), one(50, step: 2)]).outcome == .notFound)
        let queued = try step(attempt, [page([object(0)]), one(21, step: 2)])
        #expect(queued.outcome == .unknown(.searchLagging))
        let refused = #"{"id":2,"error":{"code":-31610,"message":"no"}}"#
        #expect(
            try step(attempt, [page([object(0)]), refused]).outcome == .unknown(.vendorError)
        )
        #expect(try step(attempt, [page([object(50)])]).outcome == .notFound)
        #expect(try step(attempt, [page([object(21)])]).outcome == .unknown(.searchLagging))
    }

    @Test func `of two receipts the one with money counts`() throws {
        let both = try step(attempt, [page([object(0), object(4), object(50)])])
        guard case .found(.payment(let found)) = try #require(both.outcome) else {
            Issue.record("\(both)")
            return
        }
        #expect(found.status == .captured)
    }

    @Test func `an empty list is believed once it cannot lag any more`() throws {
        #expect(try step(attempt, [page([])], date: Self.soon).outcome == .unknown(.searchLagging))
        #expect(try step(attempt, [page([])], date: Self.later).outcome == .notFound)
        #expect(try step(attempt, [page([])], date: "").outcome == .unknown(.searchLagging))
    }

    @Test func `what cannot be read, or is too long, is no verdict`() throws {
        for text in ["", "{}", #"{"id":1,"result":{}}"#, #"{"id":1,"error":{"code":-32400}}"#] {
            let outcome = try #require(try step(attempt, [text]).outcome)
            #expect(outcome.shortForm.hasPrefix("unknown_"), "\(text)")
        }
        let full = (0..<50).map { object(4, order: "other-\($0)") }
        let pages = (1...20).map { page(full, step: $0) }
        #expect(try step(attempt, pages).outcome == .unknown(.searchLagging))
    }

    @Test(arguments: [
        (50, RefundSnapshot.Status.succeeded), (21, .pending),
        (4, .failed(code: "receipt_still_paid")),
    ])
    func `a refund by its receipt`(state: Int, expected: RefundSnapshot.Status) throws {
        let subject = VendorOperation.LookUp.Subject.refund(reference: Self.receipt)
        guard
            case .found(.refund(let found)) = try #require(
                try step(subject, [one(state)]).outcome
            )
        else {
            Issue.record("the receipt tells")
            return
        }
        #expect(found.status == expected)
        #expect(found.paymentReference == Self.receipt)
        #expect(try step(subject, [one(5)]).outcome == .unknown(.unrecognizedStatus))
    }

    @Test func `a refund whose answer was lost`() throws {
        let own = AttemptID(Sample.uuid(40))
        let subject = VendorOperation.LookUp.Subject.refundOfAttempt(
            own,
            paymentReference: Self.receipt
        )
        #expect(try step(subject, [one(4)]).outcome == .notFound)
        guard
            case .found(.refund(let found)) = try #require(try step(subject, [one(50)]).outcome)
        else {
            Issue.record("a cancelled receipt was given back")
            return
        }
        #expect(found.attempt == own)
        #expect(found.status == .succeeded)
    }
}
