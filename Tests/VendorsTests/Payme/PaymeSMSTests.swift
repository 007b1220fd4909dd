import HTTP
import PaymentCore
import Testing
import VendorRecordings

@testable import Vendors

/// Links by SMS: a receipt that is made and sent (section 4.2).
@Suite struct PaymeSMSTests {
    private static let receipt = "673de2a7a1b2c3d4e5f60799"
    private static let on = ["subscribe": ["on"], "sms_links": ["on"]]

    private func step(
        phone: String? = "+998 90 123-45-67",
        hold: Bool = false,
        after answers: [HTTPResponse] = [],
        changing changes: [String: [String]] = on
    ) throws -> VendorStep<VendorOutcome> {
        let payer = VendorOperation.Payer(
            customer: Sample.customer,
            name: nil,
            email: nil,
            phone: phone
        )
        return try Payme.Dialect(PaymeFixture.account(changing: changes)).step(
            .authorize(
                .sample(
                    try PaymeFixture.soum(PaymeFixture.amount),
                    manualCapture: hold,
                    method: .mobileMoney,
                    token: nil,
                    payer: payer
                )
            ),
            key: Sample.key,
            after: answers
        )
    }

    private func answer(_ text: String) -> HTTPResponse {
        HTTPResponse(status: .ok, body: Array(text.utf8))
    }

    private var made: HTTPResponse {
        answer(
            #"{"jsonrpc":"2.0","id":1,"result":{"receipt":{"_id":"\#(Self.receipt)","create_time":1732093700000,"state":0,"amount":15000000,"currency":860}}}"#
        )
    }

    @Test func `a receipt is made, and sent to the phone`() throws {
        guard case .ask(let create, .opensPage) = try step() else {
            Issue.record("no receipt is made")
            return
        }
        #expect(String(decoding: create.body, as: UTF8.self).contains("receipts.create"))
        guard case .ask(let send, .addition) = try step(after: [made]) else {
            Issue.record("nothing is sent")
            return
        }
        #expect(
            String(decoding: send.body, as: UTF8.self)
                == #"{"jsonrpc":"2.0","id":2,"method":"receipts.send","params":{"id":"\#(Self.receipt)","phone":"998901234567"}}"#
        )
    }

    @Test func `it waits for its payer, whether or not the SMS was confirmed`() throws {
        for sent in [
            answer(#"{"jsonrpc":"2.0","id":2,"result":{"success":true}}"#),
            HTTPResponse(status: .gatewayTimeout),
            answer(#"{"jsonrpc":"2.0","id":2,"error":{"code":-32400,"message":"x","data":null}}"#),
        ] {
            guard
                case .finished(.requiresAction(.redirect(let url), let receipt)) =
                    try step(after: [made, sent])
            else {
                Issue.record("it does not wait")
                return
            }
            #expect(url.hasPrefix("https://checkout.paycom.uz/"))
            #expect(receipt.reference == Self.receipt)
            #expect(!receipt.captured)
        }
    }

    @Test func `a phone that Payme refuses ends it`() throws {
        let refused = answer(
            #"{"jsonrpc":"2.0","id":2,"error":{"code":-31610,"message":"phone","data":null}}"#
        )
        guard case .finished(.rejected(let rejection)) = try step(after: [made, refused]) else {
            Issue.record("it goes on")
            return
        }
        #expect(rejection.code == "-31610")
    }

    @Test func `what was not made for certain is let go: nobody has its link`() throws {
        for unread in [answer("nonsense"), HTTPResponse(status: .internalServerError)] {
            guard case .finished(.abandoned) = try step(after: [unread]) else {
                Issue.record("it is kept")
                return
            }
        }
    }

    @Test(arguments: [nil, "", "901234567", "79991234567", "99890123456x"])
    func `it needs a phone of the country`(phone: String?) {
        #expect(throws: VendorRejection.self) { try step(phone: phone) }
    }

    @Test func `it is the account's switch, and holds nothing`() throws {
        #expect(throws: VendorRejection.self) { try step(changing: ["subscribe": ["on"]]) }
        #expect(throws: VendorRejection.self) { try step(changing: ["sms_links": ["on"]]) }
        #expect(throws: VendorRejection.self) { try step(hold: true) }
        let port = Payme.descriptor.makePort(transport: ScriptedTransport([HTTPResponse]()))
        func kinds(_ changes: [String: [String]]) -> Set<MethodKind> {
            port.capabilities(of: PaymeFixture.account(changing: changes)).methodKinds
        }
        #expect(kinds(["subscribe": ["on"]]) == [.card, .redirect])
        #expect(kinds(Self.on) == [.card, .mobileMoney, .redirect])
    }

    /// A page's time ends a link that nobody began to pay, for Payme asks before it takes money; a
    /// receipt is ended at Payme, and looked up.
    @Test func `our clock alone does not end a receipt`() throws {
        for (reference, ends) in [(Self.receipt, false), ("\(Sample.attempt)", true)] {
            let attempt = Attempt(
                id: Sample.attempt,
                operation: .authorize,
                movement: Sample.refund.uuid,
                ordinal: 1,
                origin: .gateway,
                vendor: Payme.descriptor.id,
                account: nil,
                amount: PaymeFixture.amount,
                reserved: 0,
                isFinal: true,
                reason: nil,
                askedBy: .system,
                askedAt: Sample.now,
                method: .mobileMoney,
                methodID: nil,
                state: .requiresAction(.redirect(url: "https://checkout.paycom.uz/x")),
                reference: reference
            )
            let payment = Payment(
                new: IntentDraft(
                    amount: try PaymeFixture.soum(PaymeFixture.amount),
                    captureMethod: .automatic,
                    method: Intent.Method(kind: .mobileMoney)
                ),
                id: IntentID(Sample.refund.uuid),
                at: Sample.now
            )
            let facts = QuestionFacts(
                now: Sample.now,
                payment: payment,
                attempt: attempt,
                record: nil,
                records: [],
                nextNumber: 1,
                pageEndsAt: Sample.now - .seconds(1)
            )
            #expect((Payme.Questions().sweep(facts) != nil) == ends)
        }
    }
}
