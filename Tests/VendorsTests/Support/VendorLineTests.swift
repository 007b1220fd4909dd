import HTTP
import PaymentCore
import Synchronization
import Testing
import VendorRecordings
import Vendors

/// Conversations of several requests, as the one client holds them.
@Suite struct VendorLineTests {
    @Test func `a vendor that wants to be asked slowly is asked after a pause`() async {
        let transport = ScriptedTransport(HTTPResponse(status: .ok))
        let pauses = Mutex<[Duration]>([])
        let outcome = await VendorClient(transport) { pause in
            pauses.withLock { $0.append(pause) }
        }.capture()
        #expect(outcome == .succeeded(VendorReceipt(reference: "200,200,200")))
        #expect(transport.sent.map(\.request.url) == ["read", "move", "fiscal"])
        #expect(pauses.withLock { $0 } == [.milliseconds(1_100)])
    }

    @Test(arguments: HTTPTransportError.Code.allCases, [true, false])
    func `without the answer to an addition the conversation goes on`(
        code: HTTPTransportError.Code,
        mayHaveReachedPeer: Bool
    ) async {
        let answers = [HTTPResponse(status: .ok), HTTPResponse(status: .created)]
        let transport = ScriptedTransport(
            after: answers,
            code,
            mayHaveReachedPeer: mayHaveReachedPeer
        )
        let outcome = await VendorClient(transport).capture()
        #expect(outcome == .succeeded(VendorReceipt(reference: "200,201,504")))
    }

    @Test(arguments: [0, 1])
    func `what came before says what a missing answer means`(heard: Int) async {
        let answers = [HTTPResponse](repeating: HTTPResponse(status: .ok), count: heard)
        let transport = ScriptedTransport(after: answers, .timeout, mayHaveReachedPeer: true)
        let outcome = await VendorClient(transport).capture()
        #expect(outcome == (heard == 0 ? .notDone(.unreachable) : .unknown(.timeout)))
    }
}

extension VendorClient {
    fileprivate convenience init(
        _ transport: ScriptedTransport,
        sleep: @escaping @Sendable (Duration) async -> Void = { _ in }
    ) {
        self.init(
            vendor: VendorID(known: "slow"),
            capabilities: Capabilities(operations: [.capture], methodKinds: [.card]),
            dialect: SlowDialect.self,
            transport: transport,
            sleep: sleep
        )
    }

    fileprivate func capture() async -> VendorOutcome {
        await perform(
            .capture(.sample()),
            key: Sample.key,
            account: Sample.account(of: Stripe.descriptor)
        )
    }
}

/// Reads, then moves, then asks for what may be missing; its receipt names what it heard.
private struct SlowDialect: VendorDialect {
    init(_ account: MerchantAccount) {}

    func step(
        _ operation: VendorOperation,
        key: String,
        after answers: [HTTPResponse]
    ) -> VendorStep<VendorOutcome> {
        switch answers.count {
        case 0: .ask(HTTPRequest(method: .get, url: "read"), .none)
        case 1:
            .askLater(.milliseconds(1_100), HTTPRequest(method: .post, url: "move"), .movesMoney)
        case 2: .ask(HTTPRequest(method: .get, url: "fiscal"), .addition)
        default:
            .finished(
                .succeeded(
                    VendorReceipt(
                        reference: answers.map { "\($0.status.code)" }.joined(separator: ",")
                    )
                )
            )
        }
    }

    static func notices(in delivery: WebhookDelivery) throws(NoticeRefusal) -> [VendorNotice] {
        throw .unreadableBody
    }
}
