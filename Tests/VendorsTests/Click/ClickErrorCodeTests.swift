import HTTP
import JSON
import PaymentCore
import Testing
import VendorRecordings

@testable import Vendors

/// Every code of section 3.5 is answered to the question that deserves it, and every code of
/// section 3.6 has its meaning.
@Suite(.time(ClickFixture.now)) struct ClickErrorCodeTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let code: Int64
        let note: String
        let answer: @Sendable () throws -> JSONValue

        var testDescription: String { "\(code)" }
    }

    private static func completed() throws -> (bench: QuestionBench, order: String, number: Int64) {
        let bench = try ClickFixture.bench()
        let number = try bench.prepared()
        return (bench, "\(bench.attempt)", number)
    }

    static let rows = [
        Row(code: 0, note: "Success") {
            let bench = try ClickFixture.bench()
            return try bench.click(.prepare("\(bench.attempt)"))
        },
        Row(code: -1, note: "SIGN CHECK FAILED!") {
            let bench = try ClickFixture.bench()
            let guess = String(repeating: "0", count: 32)
            return try bench.click(.prepare("\(bench.attempt)"), signature: guess)
        },
        Row(code: -2, note: "Incorrect parameter amount") {
            let bench = try ClickFixture.bench()
            return try bench.click(.prepare("\(bench.attempt)", amount: "300"))
        },
        Row(code: -3, note: "Action not found") {
            let bench = try ClickFixture.bench()
            return try bench.click(.prepare("\(bench.attempt)").with("action", "7"))
        },
        Row(code: -4, note: "Already paid") {
            let (bench, order, number) = try completed()
            _ = try bench.click(.complete(order, number))
            return try bench.click(.complete(order, number))
        },
        Row(code: -5, note: "User does not exist") {
            try ClickFixture.bench().click(.prepare("ord-2024-000117"))
        },
        Row(code: -6, note: "Transaction does not exist") {
            let (bench, order, _) = try completed()
            return try bench.click(.complete(order, 999_999_999))
        },
        Row(code: -7, note: "Failed to update user") {
            let bench = try ClickFixture.bench(changing: ["secret_key": []])
            return try bench.click(.prepare("\(bench.attempt)"))
        },
        Row(code: -8, note: "Error in request from click") {
            let bench = try ClickFixture.bench()
            return try bench.click(.prepare("\(bench.attempt)").with("amount", nil))
        },
        Row(code: -9, note: "Transaction cancelled") {
            let (bench, order, number) = try completed()
            return try bench.click(.complete(order, number, error: -5_017))
        },
    ]

    @Test(arguments: rows) func `a code of ours is answered`(row: Row) throws {
        let answer = try row.answer()
        #expect(answer["error"] == .integer(row.code))
        #expect(answer["error_note"] == .string(row.note))
    }

    @Test func `the rows are all codes that there are`() {
        #expect(
            Set(Self.rows.map(\.code)) == Set(Click.Verdict.allCases.map { Int64($0.rawValue) })
        )
    }

    // MARK: The Merchant API

    private static let refused = #"{"error_code":-5017,"error_note":"Insufficient funds"}"#
    private static let paid = #"{"error_code":0,"payment_id":2147490001,"payment_status":2}"#

    @Test(arguments: [
        (200, paid, "succeeded"), (201, paid, "succeeded"), (200, refused, "declined_soft"),
        (400, refused, "declined_soft"), (400, paid, "unknown_unrecognized_status"),
        (401, refused, "rejected_configuration"), (403, refused, "rejected_configuration"),
        (404, "", "unknown_unreadable_reply"), (406, "", "unknown_unreadable_reply"),
        (410, "", "unknown_unreadable_reply"), (500, refused, "unknown_vendor_error"),
        (502, paid, "unknown_vendor_error"),
    ])
    func `a charge's HTTP status and code`(status: Int, body: String, expected: String) throws {
        let dialect = try Click.Dialect(
            ClickFixture.account(changing: ["card_tokens": ["on"]])
        )
        let charge = VendorOperation.authorize(
            .sample(
                try ClickFixture.soum(),
                manualCapture: false,
                token: VendorToken("3B1FF0F4-2A6B")
            )
        )
        let answer = HTTPResponse(status: HTTPStatus(status), body: Array(body.utf8))
        let step = try dialect.step(charge, key: Sample.key, after: [answer])
        #expect(step.outcome?.shortForm == expected)
    }

    @Test(arguments: [(-99, "expired"), (0, "open"), (-5, "declined"), (7, "unknown")])
    func `an invoice's status`(status: Int, expected: String) throws {
        let look = VendorOperation.lookUp(
            .init(
                .payment(reference: "invoice-73345"),
                original: .sample(try ClickFixture.soum())
            )
        )
        let body = #"{"error_code":0,"invoice_status":\#(status),"invoice_status_note":"x"}"#
        let step = try Click.Dialect(ClickFixture.account()).step(
            look,
            key: Sample.key,
            after: [HTTPResponse(status: .ok, body: Array(body.utf8))]
        )
        switch (expected, step.outcome) {
        case ("unknown", .unknown(.unrecognizedStatus)?): break
        case (_, .found(.payment(let payment))?):
            #expect("\(payment.status)".hasPrefix(expected), "\(payment.status)")
        default: Issue.record("\(step)")
        }
    }
}
