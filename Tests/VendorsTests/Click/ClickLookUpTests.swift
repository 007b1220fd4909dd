import HTTP
import JSON
import PaymentCore
import Testing
import VendorRecordings

@testable import Vendors

/// How a payment of Click's is found out (section 3.6).
@Suite(.time(ClickFixture.now)) struct ClickLookUpTests {
    private let base = "https://api.click.uz/v2/merchant"

    private func step(
        _ subject: VendorOperation.LookUp.Subject,
        _ answers: [String] = [],
        askedAt: Timestamp = ClickFixture.now,
        refund: VendorOperation.Refund? = nil,
        changing changes: [String: [String]] = [:]
    ) throws -> VendorStep<VendorOutcome> {
        let original = VendorOperation.Original(
            attempt: Sample.attempt,
            amount: try ClickFixture.soum(),
            askedAt: askedAt,
            details: nil
        )
        return try Click.Dialect(ClickFixture.account(changing: changes)).step(
            .lookUp(.init(subject, original: original, refund: refund)),
            key: "k",
            after: answers.map { HTTPResponse(status: .ok, body: Array($0.utf8)) }
        )
    }

    private func report(_ status: Int) -> String {
        #"{"error_code":0,"error_note":"","payment_id":"2147490001","payment_status":\#(status)}"#
    }

    private func found(_ step: VendorStep<VendorOutcome>) throws -> PaymentSnapshot {
        guard case .found(.payment(let snapshot)) = try #require(step.outcome) else {
            throw Recording.Fault.malformed("\(step)")
        }
        return snapshot
    }

    private let refused = #"{"error_code":-16,"error_note":"Payment not found"}"#

    @Test(arguments: [
        (0, PaymentSnapshot.Status.processing), (1, .processing), (2, .captured),
        (-3, .declined(Decline(.soft, code: "-3"))),
    ])
    func `by its number`(status: Int, expected: PaymentSnapshot.Status) throws {
        let subject = VendorOperation.LookUp.Subject.payment(reference: "2147490001")
        #expect(try step(subject).request?.request.url == "\(base)/payment/status/85335/2147490001")
        let snapshot = try found(step(subject, [report(status)]))
        #expect(snapshot.status == expected)
        #expect(snapshot.reference == "2147490001")
        #expect(snapshot.attempt == Sample.attempt)
        #expect(snapshot.captured == (status == 2 ? ClickFixture.amount : 0))
    }

    @Test func `by our reference and the day in Tashkent`() throws {
        let subject = VendorOperation.LookUp.Subject.paymentOfAttempt(
            Sample.attempt,
            askedAt: ClickFixture.now
        )
        let path = "\(base)/payment/status_by_mti/85335/\(Sample.attempt)"
        #expect(try step(subject).request?.request.url == "\(path)/2024-11-20")
        let without = #"{"error_code":0,"payment_id":2147490001,"merchant_trans_id":"x"}"#
        #expect(
            try step(subject, [without]).request?.request.url
                == "\(base)/payment/status/85335/2147490001"
        )
        #expect(try found(step(subject, [without, report(2)])).status == .captured)
        #expect(try found(step(subject, [report(2)])).status == .captured)
        #expect(try step(subject, [refused]).outcome == .unknown(.searchLagging))
    }

    @Test func `around midnight the neighbouring day is tried too`() throws {
        let midnight = try #require(Timestamp(rfc3339: "2024-11-20T18:58:00Z"))
        let subject = VendorOperation.LookUp.Subject.paymentOfAttempt(
            Sample.attempt,
            askedAt: midnight
        )
        let path = "\(base)/payment/status_by_mti/85335/\(Sample.attempt)"
        #expect(try step(subject, askedAt: midnight).request?.request.url == "\(path)/2024-11-20")
        #expect(
            try step(subject, [refused], askedAt: midnight).request?.request.url
                == "\(path)/2024-11-21"
        )
        #expect(
            try step(subject, [refused, refused], askedAt: midnight).outcome
                == .unknown(.searchLagging)
        )
    }

    @Test func `a link is looked for until today, and stays open when nobody paid`() throws {
        let asked = ClickFixture.now - .seconds(5 * 86_400)
        let subject = VendorOperation.LookUp.Subject.payment(reference: "\(Sample.attempt)")
        let path = "\(base)/payment/status_by_mti/85335/\(Sample.attempt)"
        let days = ["2024-11-15", "2024-11-20", "2024-11-19"]
        for (index, day) in days.enumerated() {
            let asked = try step(
                subject,
                Array(repeating: refused, count: index),
                askedAt: asked
            )
            #expect(asked.request?.request.url == "\(path)/\(day)")
        }
        let last = try step(subject, Array(repeating: refused, count: 3), askedAt: asked)
        #expect(try found(last).status == .open)
    }

    @Test(arguments: [
        (0, PaymentSnapshot.Status.open), (-99, .expired),
        (-2, .declined(Decline(.soft, code: "-2"))),
    ])
    func `an invoice`(status: Int, expected: PaymentSnapshot.Status) throws {
        let subject = VendorOperation.LookUp.Subject.payment(reference: "invoice-73345")
        #expect(try step(subject).request?.request.url == "\(base)/invoice/status/85335/73345")
        let text = #"{"error_code":0,"invoice_status":\#(status),"invoice_status_note":""}"#
        let snapshot = try found(step(subject, [text]))
        #expect(snapshot.status == expected)
        #expect(snapshot.reference == "invoice-73345")
    }

    @Test func `a paid invoice's payment is found by our reference`() throws {
        let subject = VendorOperation.LookUp.Subject.payment(reference: "invoice-73345")
        let paid = #"{"error_code":0,"invoice_status":1}"#
        #expect(
            try step(subject, [paid]).request?.request.url
                == "\(base)/payment/status_by_mti/85335/\(Sample.attempt)/2024-11-20"
        )
        let snapshot = try found(step(subject, [paid, report(2)]))
        #expect(snapshot.status == .captured)
        #expect(snapshot.reference == "2147490001")
    }

    @Test func `a refund that nobody proved`() throws {
        let subject = VendorOperation.LookUp.Subject.refund(reference: "2147490001")
        guard
            case .found(.refund(let done)) = try #require(try step(subject, [report(-1)]).outcome),
            case .found(.refund(let not)) = try #require(try step(subject, [report(2)]).outcome)
        else {
            Issue.record("both are definite")
            return
        }
        #expect(done.status == .succeeded)
        #expect(done.amount == (try ClickFixture.soum()))
        #expect(not.status == .failed(code: "payment_stands"))
    }

    @Test func `a payment that stands denies what Click announced only after hours`() throws {
        let subject = VendorOperation.LookUp.Subject.refund(reference: "2147490001")
        let claim = { (age: Int64) in
            VendorOperation.Refund.sample(
                try ClickFixture.soum(10_000_000),
                of: "2147490001",
                askedAt: ClickFixture.now - .seconds(age)
            )
        }
        for age in [0, 4 * 3_600 - 1] as [Int64] {
            let early = try step(subject, [report(2)], refund: claim(age))
            #expect(early.outcome == .unknown(.searchLagging))
        }
        let late = try step(subject, [report(2)], refund: claim(4 * 3_600))
        guard case .found(.refund(let not)) = try #require(late.outcome),
            case .found(.refund(let done)) = try #require(
                try step(subject, [report(-99)], refund: claim(0)).outcome
            )
        else {
            Issue.record("both are definite")
            return
        }
        #expect(not.status == .failed(code: "payment_stands"))
        #expect(done.status == .succeeded)
        #expect(done.amount.minorUnits == 10_000_000, "what was left of the payment")
    }

    @Test func `a refund whose answer was lost`() throws {
        let subject = VendorOperation.LookUp.Subject.refundOfAttempt(
            AttemptID(Sample.uuid(40)),
            paymentReference: "2147490001"
        )
        guard case .found(.refund(let done)) = try #require(try step(subject, [report(-1)]).outcome)
        else {
            Issue.record("a failed payment was given back")
            return
        }
        #expect(done.attempt == AttemptID(Sample.uuid(40)))
        #expect(try step(subject, [report(2)]).outcome == .notFound)
        let parts = ["partial_refunds": ["on"]]
        #expect(
            try step(subject, [report(2)], changing: parts).outcome == .unknown(.searchLagging),
            "a part does not show"
        )
    }

    @Test func `a refused or unreadable answer is no verdict`() throws {
        let subjects: [VendorOperation.LookUp.Subject] = [
            .payment(reference: "2147490001"), .payment(reference: "invoice-73345"),
            .refund(reference: "2147490001"),
        ]
        for subject in subjects {
            for text in [refused, "", "{}", #"{"error_code":0,"payment_id":7}"#] {
                let outcome = try #require(try step(subject, [text]).outcome)
                #expect(outcome.shortForm.hasPrefix("unknown_"), "\(text)")
            }
        }
    }

    @Test func `what is no reference of Click's is asked about nowhere`() throws {
        #expect(throws: VendorRejection.self) { try step(.payment(reference: "../x")) }
        #expect(throws: VendorRejection.self) { try step(.payment(reference: "invoice-x")) }
        #expect(throws: VendorRejection.self) { try step(.refund(reference: "-5")) }
    }
}
