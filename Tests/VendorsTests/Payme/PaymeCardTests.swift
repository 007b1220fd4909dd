import HTTP
import JSON
import PaymentCore
import Testing
import VendorRecordings

@testable import Vendors

/// Stored cards by the Subscribe API (section 4.1): no card number passes here.
@Suite struct PaymeCardTests {
    private let token = VendorToken("63119c6b1e2d4f7a8b9c0d1e")

    private func step(
        _ operation: TokenOperation,
        _ answers: [String] = []
    ) throws -> VendorStep<TokenOutcome> {
        let account = PaymeFixture.account(changing: ["subscribe": ["on"]])
        return try Payme.Dialect(account).step(
            operation,
            key: "k",
            after: answers.map { HTTPResponse(status: .ok, body: Array($0.utf8)) }
        )
    }

    private func card(verify: Bool = true, recurrent: Bool = true) -> String {
        #"{"id":1,"result":{"card":{"number":"986006******1147","expire":"03/99","token":"t","recurrent":\#(recurrent),"verify":\#(verify)}}}"#
    }

    private func failure(_ code: Int, step: Int = 1) -> String {
        #"{"id":\#(step),"error":{"code":\#(code),"message":"x"}}"#
    }

    @Test func `the payer's browser gets all but the key`() throws {
        let open = TokenOperation.openSession(
            session: Sample.session,
            customerReference: nil,
            kind: .card,
            offSession: true,
            returnURL: nil
        )
        guard
            case .opened(let reference, .vendorLibrary(let secret, let shown)) =
                try #require(try step(open).outcome)
        else {
            Issue.record("a session is opened without a call")
            return
        }
        #expect(reference == "\(Sample.session)")
        #expect(shown == PaymeFixture.merchantID)
        let parameters = try JSONValue.parse(secret.value)
        let expected: JSONValue = [
            "endpoint": "https://checkout.paycom.uz/api",
            "merchant_id": .string(PaymeFixture.merchantID),
            "account": ["order_id": .string("\(Sample.session)")],
        ]
        #expect(parameters == expected)
        #expect(!secret.value.contains(PaymeFixture.key))
        guard
            case .session(let session, let action) = try #require(
                try step(.readSession(reference: reference)).outcome
            )
        else {
            Issue.record("a session is read without a call")
            return
        }
        #expect(session.status == .open)
        #expect(session.session == Sample.session)
        #expect(action != nil)
    }

    @Test func `a wallet's session is refused`() throws {
        let wallet = TokenOperation.openSession(
            session: Sample.session,
            customerReference: nil,
            kind: .wallet,
            offSession: true,
            returnURL: nil
        )
        #expect(throws: VendorRejection.self) { try step(wallet) }
    }

    @Test func `a token is confirmed before it is kept`() throws {
        let read = TokenOperation.readMethod(token: token)
        let attach = TokenOperation.attach(token: token, customerReference: "cus_1")
        for operation in [read, attach] {
            let request = try #require(try step(operation).request).request
            #expect(
                String(decoding: request.body, as: UTF8.self)
                    == #"{"jsonrpc":"2.0","id":1,"method":"cards.check","params":{"token":"63119c6b1e2d4f7a8b9c0d1e"}}"#
            )
            #expect(
                try step(operation, [card(verify: false)]).outcome
                    == .declined(Decline(.authenticationRequired, code: "card_not_verified"))
            )
            #expect(
                try step(operation, [card(recurrent: false)]).outcome
                    == .declined(Decline(.hard, code: "card_not_recurrent"))
            )
        }
        let shown = MethodDetails(brand: "humo", last4: "1147", expiryMonth: 3, expiryYear: 2_099)
        #expect(
            try step(read, [card()]).outcome == .method(shown, customerReference: nil)
        )
        #expect(try step(attach, [card()]).outcome == .done)
        #expect(
            try step(.registerCustomer(customer: Sample.customer, email: nil, name: nil)).outcome
                == .customer(reference: "\(Sample.customer)")
        )
    }

    @Test(arguments: [
        (-31_630, "declined_soft"), (-32_504, "rejected_configuration"),
        (-31_900, "rejected_not_found"), (-32_400, "unknown_vendor_error"),
        (-31_610, "rejected_invalid_request"),
    ])
    func `why a token is not confirmed`(code: Int, expected: String) throws {
        let outcome = try step(.readMethod(token: token), [failure(code)]).outcome
        #expect(outcome?.shortForm == expected)
    }

    @Test func `a token is forgotten, twice as well as once`() throws {
        let detach = TokenOperation.detach(token: token)
        #expect(
            try step(detach, [#"{"id":1,"result":{"success":true}}"#]).outcome == .done
        )
        let check = try #require(try step(detach, [failure(-31_900)]).request).request
        #expect(String(decoding: check.body, as: UTF8.self).contains("cards.check"))
        #expect(try step(detach, [failure(-31_900), failure(-31_900, step: 2)]).outcome == .done)
        let still = card().replacing(#""id":1"#, with: #""id":2"#)
        #expect(
            try step(detach, [failure(-31_900), still]).outcome?.shortForm == "rejected_not_found"
        )
        #expect(
            try step(detach, [failure(-32_504)]).outcome?.shortForm == "rejected_configuration"
        )
        #expect(try step(detach, [""]).outcome == .unknown(.unreadableReply))
    }
}
