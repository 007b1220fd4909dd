import JSON
import PaymentCore
import Testing
import VendorRecordings

@testable import Vendors

/// Click's official matrix of 15 cases (section 3.4).
@Suite struct ClickMatrixTests {
    private let bench: QuestionBench
    private var order: String { "\(bench.attempt)" }

    init() throws {
        bench = try ClickFixture.bench()
    }

    @Test func `1 to 8: signed wrongly, unknown, prepared, completed, repeated, cancelled`()
        throws
    {
        let wrong = String(repeating: "0", count: 32)
        // 1.
        #expect(try bench.click(.prepare(order), signature: wrong)["error"] == -1)
        // 2.
        #expect(try bench.click(.prepare("ord-2024-000117"))["error"] == -5)
        #expect(bench.records.isEmpty)
        // 3.
        let prepared = try bench.click(.prepare(order))
        #expect(prepared["error"] == 0)
        let number = try #require(prepared["merchant_prepare_id"]?.integerValue)
        #expect(bench.state == .processing)
        // 4.
        #expect(try bench.click(.complete(order, number), signature: wrong)["error"] == -1)
        // 5.
        #expect(try bench.click(.complete(order, number, amount: "300"))["error"] == -2)
        #expect(bench.state == .processing)
        // 6.
        let completed = try bench.click(.complete(order, number))
        #expect(completed["error"] == 0)
        #expect(completed["merchant_confirm_id"] == .integer(number))
        #expect(bench.state == .captured)
        #expect(bench.payment.intent.captured == ClickFixture.amount)
        #expect(bench.payment.intent.reference == "\(ClickFixture.document)")
        // 7.
        #expect(try bench.click(.complete(order, number))["error"] == -4)
        #expect(bench.payment.captures.count == 1)
        // 8.
        #expect(try bench.click(.complete(order, number, error: -5_017))["error"] == -9)
        #expect(bench.state == .captured, "an unsigned word takes nothing back")
        #expect(bench.asksVendor.last == true)
        #expect(bench.payment.refunds.map(\.state) == [.pending], "Click is asked about it")
        let document = try JSONValue.parse(bench.records[0].document)
        #expect(document["vendor_cancel_requested"] == true)
        #expect(bench.records[0].state == "completed")
    }

    @Test func `9 to 11: prepared, an unknown preparation, completed`() throws {
        // 9.
        let number = try bench.prepared()
        // 10.
        let unknown = try bench.click(.complete(order, 999_999_999))
        #expect(unknown["error"] == -6)
        #expect(unknown["merchant_confirm_id"] == .null)
        #expect(bench.state == .processing)
        // 11.
        #expect(try bench.click(.complete(order, number))["error"] == 0)
        #expect(bench.state == .captured)
    }

    @Test func `12 to 15: prepared, cancelled, cancelled again, completed too late`() throws {
        // 12.
        let number = try bench.prepared()
        // 13.
        let cancelled = try bench.click(.complete(order, number, error: -5_017))
        #expect(cancelled["error"] == -9)
        #expect(cancelled["merchant_confirm_id"] == .null)
        #expect(bench.state == .requiresPaymentMethod)
        #expect(bench.payment.attempts[0].state == .declined(Decline(.soft, code: "-5017")))
        // 14.
        #expect(try bench.click(.complete(order, number, error: -5_017)) == cancelled)
        // 15.
        #expect(try bench.click(.complete(order, number))["error"] == -9)
        #expect(bench.state == .requiresPaymentMethod)
        #expect(bench.payment.intent.captured == 0)
    }

    @Test func `answers are those of the sheet, byte by byte`() throws {
        let text = { (request: ClickRequest) in
            try bench.ask(ClickFixture.delivery(request.body())).text
        }
        let ids = #"{"click_trans_id":2147483999123,"merchant_trans_id":"\#(order)","#
        #expect(
            try text(.prepare(order))
                == ids + #""merchant_prepare_id":900117,"error":0,"error_note":"Success"}"#
        )
        #expect(
            try text(.complete(order, 900_117))
                == ids + #""merchant_confirm_id":900117,"error":0,"error_note":"Success"}"#
        )
        #expect(
            try text(.complete(order, 900_117))
                == ids + #""merchant_confirm_id":900117,"error":-4,"error_note":"Already paid"}"#
        )
        let other = try ClickFixture.bench()
        _ = try other.prepared()
        let refused = ClickRequest.complete(order, 900_117, error: -5_017)
        #expect(
            try other.ask(ClickFixture.delivery(refused.body())).text
                == ids
                + #""merchant_confirm_id":null,"error":-9,"error_note":"Transaction cancelled"}"#
        )
        // With nothing to repeat, as the last of the sheet's examples.
        let answer = Click.Answer(
            verdict: .badSignature,
            echo: Click.Echo(transaction: nil, order: nil)
        )
        #expect(answer.reply.text == #"{"error":-1,"error_note":"SIGN CHECK FAILED!"}"#)
    }
}
