import HTTP
import JSON
import PaymentCore
import Testing
import VendorRecordings

@testable import Vendors

/// Stored cards, without any card number passing here (section 4.2).
@Suite(.time(ClickFixture.now)) struct ClickTokenTests {
    private let token = VendorToken("3B1FF0F4-2A6B")

    private func step(
        _ operation: TokenOperation,
        _ answer: String? = nil,
        status: Int = 200,
        isEnabled: Bool = true
    ) throws -> VendorStep<TokenOutcome> {
        let account = ClickFixture.account(changing: ["card_tokens": [isEnabled ? "on" : "off"]])
        return try Click.Dialect(account).step(
            operation,
            key: "k",
            after: answer.map {
                [HTTPResponse(status: HTTPStatus(status), body: Array($0.utf8))]
            } ?? []
        )
    }

    @Test(arguments: TokenOperation.samples)
    func `nothing of it works until the account is set up for it`(
        operation: TokenOperation
    ) throws {
        #expect(throws: VendorRejection.self) { try step(operation, isEnabled: false) }
    }

    @Test func `the payer's browser asks for the token`() throws {
        let open = TokenOperation.openSession(
            session: Sample.session,
            customerReference: nil,
            kind: .card,
            offSession: true,
            returnURL: nil
        )
        guard
            case .opened(let reference, .vendorLibrary(let secret, let key)) =
                try #require(try step(open).outcome)
        else {
            Issue.record("a session is opened without a call")
            return
        }
        #expect(reference == "\(Sample.session)")
        #expect(key == "85335")
        let parameters = try JSONValue.parse(secret.value)
        #expect(
            parameters["endpoint"] == "https://api.click.uz/v2/merchant/card_token/request"
        )
        #expect(!secret.value.contains(ClickFixture.secret))
    }

    @Test func `a token is verified by the code that its owner got`() throws {
        let read = TokenOperation.readMethod(token: VendorToken("3B1FF0F4-2A6B:123456"))
        let request = try #require(try step(read).request).request
        #expect(request.url == "https://api.click.uz/v2/merchant/card_token/verify")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"service_id":85335,"card_token":"3B1FF0F4-2A6B","sms_code":123456}"#
        )
        let verified = try step(read, #"{"error_code":0,"card_number":"860006******6311"}"#)
        #expect(
            verified.outcome
                == .method(
                    MethodDetails(brand: "uzcard", last4: "6311"),
                    customerReference: nil
                )
        )
        let wrong = try step(read, #"{"error_code":-7,"error_note":"Wrong code"}"#)
        #expect(
            wrong.outcome == .declined(Decline(.authenticationRequired, code: "-7"))
        )
    }

    @Test func `a token without a code cannot be read`() throws {
        let outcome = try #require(try step(.readMethod(token: token)).outcome)
        guard case .rejected(let rejection) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(rejection.reason == .notFound)
    }

    @Test func `a token is forgotten at Click`() throws {
        let detach = TokenOperation.detach(token: VendorToken("3B1FF0F4-2A6B:123456"))
        let request = try #require(try step(detach).request).request
        #expect(request.method == .delete)
        #expect(
            request.url == "https://api.click.uz/v2/merchant/card_token/85335/3B1FF0F4-2A6B"
        )
        #expect(try step(detach, #"{"error_code":0}"#).outcome == .done)
        #expect(try step(detach, "", status: 502).outcome == .unknown(.vendorError))
        #expect(throws: VendorRejection.self) {
            try step(.detach(token: VendorToken("../../payment/reversal")))
        }
    }

    @Test func `no request of ours has a field for a card number`() throws {
        for operation in TokenOperation.samples {
            guard let request = try step(operation).request?.request else { continue }
            let text = String(decoding: request.body, as: UTF8.self)
            #expect(!text.contains("card_number") && !text.contains("expire_date"))
        }
    }

    @Test func `an account can do what it is set up for`() throws {
        let all = Click.descriptor.capabilities
        let plain = try Click.Dialect(ClickFixture.account()).narrowed(all)
        #expect(plain.partialRefund == false && plain.offSession == false)
        #expect(plain.operations.isDisjoint(with: [.tokenize, .detach, .registerSale]))
        let whole = try Click.Dialect(
            ClickFixture.account(changing: [
                "card_tokens": ["on"], "partial_refunds": ["on"],
                "fiscal_package_code": ["1501319"],
                "fiscal_tin": ["305123456"],
            ])
        ).narrowed(all)
        #expect(whole.partialRefund && whole.offSession)
        #expect(whole.operations == all.operations)
    }
}
