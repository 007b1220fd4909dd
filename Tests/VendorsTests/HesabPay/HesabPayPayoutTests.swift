import Cryptography
import HTTP
import JSON
import PaymentCore
import Testing
import VendorRecordings
import Vendors

/// Refunds as payouts (sections 2.3 and 3.4), for accounts that turn them on.
@Suite struct HesabPayPayoutTests {
    static let wire = #"{"refund_mode":"payout"}"#
    static let account = HesabPayFixture.account(wire: wire, changing: ["pin": ["1234"]])
    static let transaction = "0117000001732093561"

    private static func refund(
        _ amount: Int64 = 120_000,
        isApproved: Bool = true,
        to account: String? = "0790000200",
        from transactions: [String] = [transaction]
    ) -> VendorOperation {
        .refund(
            .sample(
                Money(amount, HesabPayFixture.afn),
                of: transaction,
                original: HesabPayFixture.original(),
                shares: transactions.map { CaptureShare(reference: $0, amount: amount) },
                isApproved: isApproved,
                payerAccount: account.map { VendorToken($0) }
            )
        )
    }

    private func step(
        _ operation: VendorOperation,
        after answers: [HTTPResponse] = []
    ) throws -> VendorStep<VendorOutcome> {
        try HesabPay.Dialect(Self.account).step(operation, key: Sample.key, after: answers)
    }

    private func outcome(_ body: String, status: Int = 200) throws -> VendorOutcome? {
        let answer = HesabPayFixture.answer(body, status: status)
        guard case .finished(let outcome) = try step(Self.refund(), after: [answer]) else {
            return nil
        }
        return outcome
    }

    @Test func `the sheet's vector: a PIN under the beginning of the API key`() {
        let sealed = HesabPay.sealed(
            pin: Secret("1234"),
            apiKey: Secret("ZXhhbXBsZS1oZXNhYi1hcGkta2V5LTAwMDE="),
            vector: Array(0...15)
        )
        #expect(sealed == "AAECAwQFBgcICQoLDA0OD/jZBa8VvOvajkyje6B1p2s=")
    }

    @Test func `a short API key is filled up with zeros`() throws {
        let sealed = HesabPay.sealed(
            pin: Secret("1234"),
            apiKey: Secret("short"),
            vector: Array(0...15)
        )
        let bytes = try #require(Base64.decode(sealed))
        let key = Array("short".utf8) + [UInt8](repeating: 0, count: 27)
        let pin = try AESCBC.decrypt(
            Array(bytes.dropFirst(16)),
            key: Secret(key),
            vector: Array(0...15)
        )
        #expect(pin == Array("1234".utf8))
    }

    @Test func `F7, a payout to one payee`() throws {
        guard case .ask(let request, let effect) = try step(Self.refund()) else {
            Issue.record("nothing is asked")
            return
        }
        #expect(effect == .movesMoney)
        #expect(request.url == "https://api.hesab.com/api/v1/payment/send-money-MultiVendor")
        let body = try JSONValue.parse(request.body)
        #expect(body.objectValue?.names == ["pin", "vendors"])
        #expect(
            body["vendors"]
                == [["account_number": "0790000200", "amount": .number("1200.00")]]
        )
        let sealed = try #require(Base64.decode(body["pin"]?.stringValue ?? ""))
        let pin = try AESCBC.decrypt(
            Array(sealed.dropFirst(16)),
            key: Secret("ZXhhbXBsZS1oZXNhYi1hcGkta2V5LTAw"),
            vector: Array(sealed.prefix(16))
        )
        #expect(pin == Array("1234".utf8))
        // Whoever makes the request makes the same one.
        guard case .ask(let again, _) = try step(Self.refund()) else { return }
        #expect(again == request)
    }

    @Test(arguments: [
        (refund(isApproved: false), "approval_missing"),
        (refund(to: nil), "payer_unknown"),
        (refund(from: []), "payer_unknown"),
        (refund(from: [transaction, "0118"]), "payer_unknown"),
    ])
    func `what may not or cannot be sent is refused before any call`(
        operation: VendorOperation,
        code: String
    ) async {
        let transport = ScriptedTransport(HTTPResponse(status: .ok))
        let outcome = await HesabPay.descriptor.makePort(transport: transport).perform(
            operation,
            key: Sample.key,
            account: Self.account
        )
        guard case .rejected(let rejection) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(rejection.code == code)
        #expect(transport.sent.isEmpty)
    }

    @Test func `a plain yes is done`() throws {
        let done = try outcome(
            """
            {"status_code":10,"success":true,"message":"Money sent","transaction_id":"0119",\
            "results":[{"account_number":"0790000200","success":true}]}
            """
        )
        #expect(done?.receipt?.reference == "0119")
        #expect(done?.receipt?.amount == nil)
        let nameless = try outcome(#"{"status_code":10,"success":true}"#)
        #expect(nameless?.receipt?.reference == "\(HesabPayFixture.attempt)")
    }

    @Test(arguments: [
        ("Insufficient balance", Decline.Class.soft), ("Wrong PIN", .authenticationRequired),
        ("Account is blocked", .hard), ("Try later", .soft),
    ])
    func `a plain no is declined by the table of words`(
        message: String,
        kind: Decline.Class
    ) throws {
        for status in [200, 400] {
            let refused = try outcome(
                #"{"success":false,"status_code":0,"message":"\#(message)"}"#,
                status: status
            )
            guard case .declined(let decline, _) = refused else {
                Issue.record("\(String(describing: refused))")
                return
            }
            #expect(decline.class == kind)
        }
    }

    @Test(arguments: [
        (500, #"{"success":false,"message":"down"}"#, UnknownReason.vendorError),
        (503, "", .vendorError),
        (200, "", .unreadableReply),
        (200, "{}", .unreadableReply),
        (404, "not here", .unreadableReply),
        (400, #"{"detail":"Bad request"}"#, .unreadableReply),
        (200, #"{"success":true,"status_code":7}"#, .unrecognizedStatus),
        (400, #"{"success":true,"status_code":10}"#, .unrecognizedStatus),
        (200, #"{"success":true,"results":[{"success":false}]}"#, .unrecognizedStatus),
    ])
    func `anything else may have sent the money`(
        status: Int,
        body: String,
        reason: UnknownReason
    ) throws {
        #expect(try outcome(body, status: status) == .unknown(reason))
    }

    @Test(arguments: [HTTPTransportError.Code.timeout, .closed, .invalidResponse])
    func `a lost answer is unknown, and nothing is sent twice`(
        code: HTTPTransportError.Code
    ) async {
        let transport = ScriptedTransport(code, mayHaveReachedPeer: true)
        let outcome = await HesabPay.descriptor.makePort(transport: transport).perform(
            Self.refund(),
            key: Sample.key,
            account: Self.account
        )
        guard case .unknown = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(transport.sent.count == 1)
    }

    @Test func `the switch is the account's, and off unless it is turned on`() {
        let port = HesabPay.descriptor.makePort(transport: ScriptedTransport([HTTPResponse]()))
        let usual = port.capabilities(of: HesabPayFixture.account())
        #expect(!usual.operations.contains(.refund))
        #expect(usual.refundApproval == .never)
        let own = port.capabilities(of: Self.account)
        #expect(own.operations == [.authorize, .void, .refund])
        #expect(own.refundApproval == .always)
        #expect(own.partialRefund)
        // A PIN alone turns nothing on.
        let pin = port.capabilities(of: HesabPayFixture.account(changing: ["pin": ["1234"]]))
        #expect(!pin.operations.contains(.refund))
    }

    @Test(arguments: [
        (wire, [CredentialProblem(field: "pin", code: .missing)]),
        (
            #"{"refund_mode":"payout","paths":{"refund":"/r"}}"#,
            [CredentialProblem(field: "wire", code: .invalid)]
        ),
        (#"{"refund_mode":"both"}"#, [CredentialProblem(field: "wire", code: .invalid)]),
        (
            #"{"refund_mode":"payout","paths":{"multi_vendor":null}}"#,
            [CredentialProblem(field: "wire", code: .invalid)]
        ),
    ])
    func `payouts need a PIN, and are no second way beside a refund endpoint`(
        wire: String,
        problems: [CredentialProblem]
    ) {
        let account = HesabPayFixture.account(wire: wire)
        #expect(HesabPay.descriptor.problems(in: account.credentials) == problems)
        #expect(throws: VendorRejection.self) { try HesabPay.Dialect(account) }
    }

    @Test func `the payer's account is kept for payouts alone`() throws {
        func payer(
            _ account: MerchantAccount,
            _ delivery: WebhookDelivery
        ) throws -> VendorToken? {
            let notice = try HesabPay.Dialect(account).readNotices(in: delivery).first
            guard case .snapshot(.payment(let payment)) = notice?.content else { return nil }
            return payment.payerAccount
        }
        #expect(
            try payer(Self.account, HesabPayFixture.success) == VendorToken("0790000117")
        )
        #expect(try payer(HesabPayFixture.account(), HesabPayFixture.success) == nil)
        #expect(try payer(Self.account, HesabPayFixture.failure) == nil)
        let text = String(decoding: HesabPayFixture.success.body, as: UTF8.self)
        for masked in ["•••••••117", "07 90", ""] {
            let delivery = HesabPayFixture.webhook(
                text.replacing("0790000117", with: masked)
            )
            #expect(try payer(Self.account, delivery) == nil)
        }
    }
}
