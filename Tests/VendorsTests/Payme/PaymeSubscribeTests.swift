import HTTP
import JSON
import PaymentCore
import Testing
import VendorRecordings

@testable import Vendors

/// What we ask by the Subscribe API, and what its answers mean (sections 2.2, 4 and 8).
@Suite struct PaymeSubscribeTests {
    private static let receipt = "673de2a7a1b2c3d4e5f60799"
    private let changes = ["subscribe": ["on"], "holds": ["on"]]

    private func step(
        _ operation: VendorOperation,
        _ answers: [String] = [],
        changing more: [String: [String]] = [:]
    ) throws -> VendorStep<VendorOutcome> {
        let account = PaymeFixture.account(changing: changes.merging(more) { $1 })
        return try Payme.Dialect(account).step(
            operation,
            key: Sample.key,
            after: answers.map { HTTPResponse(status: .ok, body: Array($0.utf8)) }
        )
    }

    private func authorize(
        hold: Bool = false,
        payer: VendorOperation.Payer? = nil,
        items: [Order.Item] = []
    ) throws -> VendorOperation {
        .authorize(
            .sample(
                try PaymeFixture.soum(PaymeFixture.amount),
                manualCapture: hold,
                token: VendorToken("63119c6b1e2d4f7a8b9c0d1e"),
                orderReference: "BK-1001",
                payer: payer,
                items: items
            )
        )
    }

    private func receipt(_ state: Int, step: Int = 1, amount: Int64 = 15_000_000) -> String {
        #"{"jsonrpc":"2.0","id":\#(step),"result":{"receipt":{"_id":"\#(Self.receipt)","create_time":1732093700000,"pay_time":0,"cancel_time":0,"state":\#(state),"type":1,"amount":\#(amount),"currency":860,"commission":0,"account":[{"name":"order_id","title":"Order","value":"\#(Sample.attempt)","main":true}],"card":{"number":"860006******6311","expire":"0399"}}}}"#
    }

    private func failure(_ code: Int, _ message: String = "x", step: Int = 1) -> String {
        #"{"jsonrpc":"2.0","id":\#(step),"error":{"code":\#(code),"message":"\#(message)","data":null}}"#
    }

    private func body(_ step: VendorStep<VendorOutcome>) throws -> String {
        String(decoding: try #require(step.request).request.body, as: UTF8.self)
    }

    // MARK: Requests

    @Test func `a call carries the sheet's header`() throws {
        let (request, effect) = try #require(try step(authorize()).request)
        #expect(effect == .movesMoney)
        #expect(request.method == .post)
        #expect(request.url == "https://checkout.paycom.uz/api")
        #expect(
            request.fields["X-Auth"]
                == "64f1a2b3c4d5e6f708192a3b:Zt4wQ8@pL1vX6mB9#rN2sD5fG7hJ0kCyTuE3"
        )
        #expect(request.fields[.cacheControl] == "no-cache")
        #expect(request.fields[.contentType] == "application/json")
    }

    @Test func `a receipt is made, then paid`() throws {
        let payer = VendorOperation.Payer(
            customer: Sample.customer,
            name: "A. Karimov",
            email: nil,
            phone: "998901234567"
        )
        #expect(
            try body(step(authorize(payer: payer)))
                == #"{"jsonrpc":"2.0","id":1,"method":"receipts.create","params":{"amount":15000000,"account":{"order_id":"\#(Sample.attempt)"},"description":"BK-1001"}}"#
        )
        #expect(
            try body(step(authorize(payer: payer), [receipt(0)]))
                == #"{"jsonrpc":"2.0","id":2,"method":"receipts.pay","params":{"id":"\#(Self.receipt)","token":"63119c6b1e2d4f7a8b9c0d1e","payer":{"name":"A. Karimov","phone":"998901234567"}}}"#
        )
        let paid = try step(authorize(), [receipt(0), receipt(4, step: 2)])
        guard case .succeeded(let told) = try #require(paid.outcome) else {
            Issue.record("\(paid)")
            return
        }
        #expect(told.reference == Self.receipt)
        #expect(told.captured)
        #expect(told.amount == PaymeFixture.amount)
        #expect(
            told.method
                == MethodDetails(
                    brand: "uzcard",
                    last4: "6311",
                    expiryMonth: 3,
                    expiryYear: 2_099
                )
        )
    }

    @Test func `a hold is asked for twice, and lasts thirty days`() throws {
        #expect(try body(step(authorize(hold: true))).hasSuffix(#""hold":true}}"#))
        #expect(try body(step(authorize(hold: true), [receipt(0)])).hasSuffix(#""hold":true}}"#))
        let held = try step(authorize(hold: true), [receipt(0), receipt(5, step: 2)])
        guard case .succeeded(let told) = try #require(held.outcome) else {
            Issue.record("\(held)")
            return
        }
        #expect(told.captured == false)
        #expect(
            told.authorizationExpiresAt
                == Timestamp(milliseconds: 1_732_093_700_000) + .seconds(30 * 86_400)
        )
        #expect(throws: VendorRejection.self) {
            try step(authorize(hold: true), changing: ["holds": ["off"]])
        }
    }

    @Test func `what is bought goes along`() throws {
        let fiscal = [
            "fiscal_code": ["10704001001000000"], "fiscal_package_code": ["1501319"],
        ]
        let made = try step(authorize(items: PaymeFixture.order.items), changing: fiscal)
        #expect(
            try body(made).contains(
                #""detail":{"receipt_type":0,"items":[{"title":"Hotel room, standard, night","price":7500000,"count":2,"code":"10704001001000000","package_code":"1501319","vat_percent":12}]}"#
            )
        )
    }

    // MARK: Answers

    @Test(arguments: [
        (1, "pending"), (2, "pending"), (3, "pending"), (6, "pending"), (20, "pending"),
        (21, "pending"), (30, "pending"), (4, "succeeded"), (50, "declined_temporary"),
        (0, "unknown_unrecognized_status"), (5, "unknown_unrecognized_status"),
        (77, "unknown_unrecognized_status"),
    ])
    func `where a paid receipt stands`(state: Int, expected: String) throws {
        let paid = try step(authorize(), [receipt(0), receipt(state, step: 2)])
        #expect(paid.outcome?.shortForm == expected)
    }

    @Test(arguments: [
        (-31_630, "Insufficient funds", "declined_soft"), (-31_630, "", "declined_soft"),
        (-31_630, "Карта заблокирована", "declined_hard"),
        (-31_630, "Срок действия карты истек", "declined_hard"),
        (-31_630, "Corporate cards are not accepted", "declined_hard"),
        (-31_630, "Недостаточно средств", "declined_soft"),
        (-31_611, "", "rejected_amount_not_accepted"),
        (-31_612, "", "rejected_amount_not_accepted"), (-31_610, "", "rejected_invalid_request"),
        (-31_601, "", "rejected_configuration"), (-32_504, "", "rejected_configuration"),
        (-32_600, "", "rejected_invalid_request"), (-32_601, "", "rejected_invalid_request"),
        (-32_700, "", "rejected_invalid_request"), (-31_622, "", "unknown_vendor_error"),
        (-31_623, "", "unknown_vendor_error"), (-32_400, "", "unknown_vendor_error"),
        (-31_900, "", "unknown_vendor_error"), (-1, "", "unknown_vendor_error"),
    ])
    func `what a refused payment means`(code: Int, message: String, expected: String) throws {
        let refused = try step(authorize(), [receipt(0), failure(code, message, step: 2)])
        #expect(refused.outcome?.shortForm == expected)
    }

    @Test func `a message may come in three languages`() throws {
        let answer =
            #"{"jsonrpc":"2.0","id":2,"error":{"code":-31630,"message":{"ru":"Карта заблокирована","uz":"Karta bloklangan","en":"Blocked card"}}}"#
        #expect(try step(authorize(), [receipt(0), answer]).outcome?.shortForm == "declined_hard")
    }

    @Test(arguments: [
        (-31_622, "declined_temporary"), (-31_623, "declined_temporary"),
        (-32_400, "unknown_vendor_error"), (-31_611, "rejected_amount_not_accepted"),
    ])
    func `a receipt that was not made moved nothing`(code: Int, expected: String) throws {
        #expect(try step(authorize(), [failure(code)]).outcome?.shortForm == expected)
    }

    @Test func `an answer about something else is no answer`() throws {
        let foreign = receipt(4, step: 2).replacing(Self.receipt, with: PaymeFixture.transaction)
        let answers = [
            receipt(4, step: 7), receipt(4, step: 2).replacing("860,", with: "840,"), foreign,
            "{}", "", #"{"id":2,"result":{}}"#,
        ]
        for answer in answers {
            let outcome = try #require(try step(authorize(), [receipt(0), answer]).outcome)
            #expect(outcome == .unknown(.unreadableReply), "\(answer)")
        }
    }

    @Test func `a receipt of another amount is not paid`() throws {
        let made = try step(authorize(), [receipt(0, amount: 1_500_000)])
        #expect(made.outcome == .unknown(.unrecognizedStatus))
    }

    @Test func `another amount than asked is told as it is`() throws {
        let paid = try step(authorize(), [receipt(0), receipt(4, step: 2, amount: 15_000_001)])
        guard case .succeeded(let told) = try #require(paid.outcome) else {
            Issue.record("\(paid)")
            return
        }
        #expect(told.amount == 15_000_001, "the core raises it")
    }

    // MARK: What follows

    private func followUps() throws -> [(method: String, operation: VendorOperation)] {
        let amount = try PaymeFixture.soum(PaymeFixture.amount)
        let original = VendorOperation.Original.sample(amount)
        return [
            (
                "confirm_hold",
                .capture(.sample(amount, of: Self.receipt, original: original))
            ),
            ("cancel", .void(.sample(of: Self.receipt, original: original))),
            ("cancel", .refund(.sample(amount, of: Self.receipt, original: original))),
        ]
    }

    @Test func `each is one call, and a look at the receipt when it is refused`() throws {
        for (method, operation) in try followUps() {
            #expect(
                try body(step(operation))
                    == #"{"jsonrpc":"2.0","id":1,"method":"receipts.\#(method)","params":{"id":"\#(Self.receipt)"}}"#
            )
            #expect(
                try body(step(operation, [failure(-31_700)]))
                    == #"{"jsonrpc":"2.0","id":2,"method":"receipts.get","params":{"id":"\#(Self.receipt)"}}"#
            )
        }
    }

    @Test(arguments: [
        (4, ["succeeded", "rejected_wrong_state", "unknown_unrecognized_status"]),
        (50, ["rejected_authorization_expired", "succeeded", "succeeded"]),
        (21, ["rejected_authorization_expired", "pending", "pending"]),
        (30, ["pending", "unknown_unrecognized_status", "unknown_unrecognized_status"]),
        (
            5,
            [
                "unknown_unrecognized_status", "unknown_unrecognized_status",
                "unknown_unrecognized_status",
            ]
        ),
    ])
    func `where a receipt stands after a capture, void and refund`(
        state: Int,
        expected: [String]
    ) throws {
        let outcomes = try followUps().map { try step($0.operation, [receipt(state)]).outcome }
        #expect(outcomes.map { $0?.shortForm } == expected)
    }

    @Test func `a refused call whose receipt does not show it done keeps its refusal`() throws {
        for (_, operation) in try followUps() {
            let definite = try step(operation, [failure(-31_610), receipt(6, step: 2)])
            let open = try step(operation, [failure(-32_400), receipt(5, step: 2)])
            #expect(open.outcome == .unknown(.vendorError))
            #expect(definite.outcome != .unknown(.vendorError))
        }
    }

    @Test func `a part is not given back`() throws {
        let original = VendorOperation.Original.sample(
            try PaymeFixture.soum(PaymeFixture.amount)
        )
        let part = VendorOperation.refund(
            .sample(try PaymeFixture.soum(5_000_000), of: Self.receipt, original: original)
        )
        let error = #expect(throws: VendorRejection.self) { try step(part) }
        #expect(error?.reason == .amountNotAccepted)
        #expect(throws: VendorRejection.self) {
            try step(.void(.sample(of: "../receipts")))
        }
    }
}
