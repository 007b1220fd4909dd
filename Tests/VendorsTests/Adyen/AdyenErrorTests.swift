import HTTP
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Section 4: every row of the table of errors, for a payment that may have moved money.
@Suite struct AdyenErrorTests {
    private let operation = VendorOperation.authorize(.sample(token: AdyenFixture.token))

    private func outcome(
        _ status: Int,
        _ code: String,
        _ fields: HTTPFields = [:]
    ) throws -> VendorOutcome {
        let body = #"{"status":\#(status),"errorCode":"\#(code)","message":"m","errorType":"t"}"#
        return try AdyenFixture.dialect()
            .outcome(of: operation, from: AdyenFixture.answer(status, body, fields))
    }

    @Test(arguments: [
        (500, "905", "unknown_vendor_error"), (503, "0", "unknown_vendor_error"),
        (422, "703", "unknown_vendor_error"), (422, "903", "unknown_vendor_error"),
        (422, "704", "unknown_key_taken"), (429, "0", "not_done_throttled"),
        (401, "000", "rejected_configuration"), (403, "010", "rejected_configuration"),
        (403, "901", "rejected_configuration"), (422, "100", "rejected_invalid_request"),
        (422, "130", "rejected_invalid_request"), (422, "137", "rejected_amount_not_accepted"),
        (422, "138", "rejected_amount_not_accepted"), (422, "167", "rejected_not_found"),
        (400, "702", "rejected_invalid_request"), (422, "800", "rejected_method_not_usable"),
        (422, "802", "rejected_method_not_usable"), (422, "803", "rejected_method_not_usable"),
        (422, "14_0416", "rejected_method_not_usable"), (422, "177", "rejected_invalid_request"),
        (422, "902", "rejected_invalid_request"), (422, "905", "rejected_wrong_state"),
        (422, "906", "rejected_wrong_state"), (422, "907", "rejected_amount_not_accepted"),
        (404, "0", "rejected_not_found"), (422, "nobody_knows", "rejected_invalid_request"),
        (302, "0", "unknown_unrecognized_status"),
    ])
    func `an error of the table`(status: Int, code: String, expected: String) throws {
        #expect(try outcome(status, code).shortForm == expected)
    }

    @Test(arguments: [(422, "902"), (400, "702"), (500, "903")])
    func `a transient error decided nothing: the same key is asked again`(
        status: Int,
        code: String
    ) throws {
        #expect(
            try outcome(status, code, ["transient-error": "true"]) == .unknown(.vendorError)
        )
        let isDefinite = try outcome(status, code, ["transient-error": "false"])
        #expect(
            isDefinite.shortForm
                == (status == 500 ? "unknown_vendor_error" : "rejected_invalid_request")
        )
    }

    @Test(arguments: ["", "<html></html>", "{}", #"{"message":"m"}"#, #"{"errorCode":704}"#])
    func `an error that cannot be read is no verdict`(body: String) throws {
        let dialect = try AdyenFixture.dialect()
        for status in [400, 404, 422] {
            #expect(
                dialect.outcome(of: operation, from: AdyenFixture.answer(status, body))
                    == .unknown(.unreadableReply)
            )
        }
    }

    @Test func `the vendor's code and text go to operators, bounded`() throws {
        let text = String(repeating: "x", count: 1_000)
        let outcome = try AdyenFixture.dialect().outcome(
            of: operation,
            from: AdyenFixture.answer(422, #"{"errorCode":"137","message":"\#(text)"}"#)
        )
        guard case .rejected(let rejection) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(rejection.code == "137")
        #expect(rejection.message.count == 300)
    }

    @Test func `what refused credentials say is not repeated`() throws {
        let outcome = try AdyenFixture.dialect().outcome(
            of: operation,
            from: AdyenFixture.answer(401, #"{"errorCode":"000","message":"AQEsample"}"#)
        )
        guard case .rejected(let rejection) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(!rejection.message.contains("AQEsample"))
    }
}
