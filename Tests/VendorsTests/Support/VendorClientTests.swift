import HTTP
import PaymentCore
import Synchronization
import Testing
import VendorRecordings
import Vendors

/// What the shared client adds to a dialect.
@Suite struct VendorClientTests {
    @Test func `limits come from the capabilities`() async throws {
        let transport = ScriptedTransport(HTTPResponse(status: .ok))
        let stripe = Stripe.descriptor
        _ = await stripe.makePort(transport: transport)
            .perform(.authorize(.sample()), key: Sample.key, account: StripeFixture.account())
        let options = try #require(transport.sent.first).options
        #expect(options.totalTimeout == stripe.capabilities.callTimeout)
        #expect(options.connectTimeout == .seconds(5))
        #expect(options.maximumResponseBytes == 1 << 20)
        #expect(!options.freshConnection, "the vendor's key makes a repetition harmless")
    }

    @Test(arguments: [
        (HTTPTransportError.Code.timeout, UnknownReason.timeout), (.closed, .connectionLost),
        (.connect, .connectionLost), (.tls, .connectionLost), (.cancelled, .interrupted),
        (.tooLarge, .unreadableReply), (.invalidResponse, .unreadableReply),
    ])
    func `a lost answer says how it was lost`(
        code: HTTPTransportError.Code,
        reason: UnknownReason
    ) async {
        let transport = ScriptedTransport(code, mayHaveReachedPeer: true)
        let outcome = await Stripe.descriptor.makePort(transport: transport)
            .perform(.capture(.sample()), key: Sample.key, account: StripeFixture.account())
        #expect(outcome == .unknown(reason))
    }

    @Test func `every call is observed, in bounded words and without secrets`() async throws {
        let log = CallLog()
        let ticks = Mutex(ContinuousClock.now)
        let client = VendorClient(
            vendor: Stripe.descriptor.id,
            capabilities: Stripe.descriptor.capabilities,
            dialect: Stripe.Dialect.self,
            transport: ScriptedTransport(try StripeFixture.recording("declined").answer()),
            observer: log,
            now: {
                ticks.withLock { now in
                    now += .milliseconds(70)
                    return now
                }
            }
        )
        let account = StripeFixture.account()
        _ = await client.perform(.authorize(.sample()), key: Sample.key, account: account)
        _ = await client.perform(
            TokenOperation.detach(token: VendorToken("pm_1")),
            key: Sample.key,
            account: account
        )
        #expect(log.calls.map(\.outcome) == ["declined_soft", "declined_soft"])
        #expect(log.calls.map(\.operation) == [.authorize, .detach])
        #expect(log.calls.map(\.duration) == [.milliseconds(70), .milliseconds(70)])
        #expect(!"\(log.calls)".contains("sk_test"))
    }

    @Test func `what is refused before sending is observed too`() async {
        let log = CallLog()
        let transport = ScriptedTransport(HTTPResponse(status: .ok))
        _ = await Stripe.descriptor.makePort(transport: transport, observer: log).perform(
            .authorize(.sample()),
            key: Sample.key,
            account: StripeFixture.account(changing: ["secret_key": []])
        )
        #expect(log.calls.map(\.outcome) == ["rejected_configuration"])
        #expect(transport.sent.isEmpty)
    }

    @Test func `a notification to an account that cannot verify says so`() async {
        let port = Stripe.descriptor.makePort(
            transport: ScriptedTransport(HTTPResponse(status: .ok))
        )
        let account = StripeFixture.account(changing: ["secret_key": []])
        await #expect(throws: NoticeRefusal.notConfigured) {
            try await port.verify(
                WebhookDelivery(fields: [], body: []),
                account: account,
                now: Sample.now
            )
        }
    }

    @Test func `a field with two values, a wrong shape or a blank is named`() {
        let credentials = StripeFixture.account(
            changing: [
                "secret_key": ["a", "b"], "publishable_key": ["pk_1 "],
                "api_base": ["http://x.example"],
                "webhook_secrets": ["whsec_1", "whsec_2"], "request_multicapture": ["always"],
            ]
        ).credentials
        #expect(
            Stripe.descriptor.problems(in: credentials) == [
                CredentialProblem(field: "secret_key", code: .tooMany),
                CredentialProblem(field: "publishable_key", code: .invalid),
                CredentialProblem(field: "request_multicapture", code: .invalid),
                CredentialProblem(field: "api_base", code: .invalid),
            ]
        )
    }

    @Test func `secrets do not print`() throws {
        let dialect = try StripeFixture.dialect()
        #expect(!"\(dialect)".contains("sk_test_sample"))
        #expect(!"\(dialect)".contains("whsec_test"))
    }
}
