import PaymentCore
import TestKit
import Testing

/// Payments by what a payer hands over once: sent with the request that brought it, kept nowhere,
/// and never sent where it may have arrived.
@Suite struct OneTimeTokenTests {
    let vendor = BookkeepingVendor("till", capabilities: Self.capabilities)
    let gateway: MemoryGateway

    init() {
        gateway = MemoryGateway(vendor: vendor)
    }

    private static let code = "code-of-the-payer"
    private static let capabilities = Capabilities(
        operations: [.authorize, .refund, .lookUp],
        methodKinds: [.card],
        oneTimeTokens: [.wallet],
        recovery: .lookUp
    )

    private func command(
        _ kind: MethodKind = .wallet,
        token: String? = code,
        confirm: Bool = true,
        provider: VendorID? = nil
    ) -> CreateIntent {
        CreateIntent(
            amount: Money(1_000, .usd),
            captureMethod: .automatic,
            method: kind,
            oneTimeToken: token.map { VendorToken($0) },
            provider: provider,
            confirm: confirm
        )
    }

    private func pay(
        _ command: CreateIntent? = nil,
        at gateway: MemoryGateway? = nil
    ) async throws(WorkflowError) -> WorkflowAnswer {
        let gateway = gateway ?? self.gateway
        return try await gateway.workflows.createIntent(
            command ?? self.command(),
            under: gateway.key("k"),
            for: gateway.caller,
            in: gateway.tenant
        )
    }

    private func stored(_ answer: WorkflowAnswer) async throws -> Payment {
        let id = try #require(answer.payment?.intent.id)
        return try #require(try await gateway.store.payment(id, in: gateway.tenant))
    }

    @Test func `a token is sent once, and is in nothing that is stored`() async throws {
        let answer = try await pay()
        let payment = try await stored(answer)
        #expect(payment.intent.state == .captured)
        #expect(payment.intent.method.kind == .wallet)
        #expect(vendor.oneTimeTokens == [Self.code])
        var text = ""
        dump(payment, to: &text)
        dump(try await gateway.store.idempotency("k", in: gateway.tenant), to: &text)
        #expect(!text.contains(Self.code))
        let replay = try await pay()
        #expect(replay.isReplay)
        #expect(vendor.oneTimeTokens.count == 1)
    }

    @Test func `a lost answer is looked up, and the token never sent again`() async throws {
        vendor.failNext(.answerLost)
        let answer = try await pay()
        #expect(answer.answer.status == 202)
        gateway.clock.advance(by: .seconds(60))
        try await gateway.work()
        #expect(try await stored(answer).intent.state == .captured)
        #expect(vendor.oneTimeTokens.count == 1)
        #expect(vendor.payments.count == 1)
    }

    @Test func `who died before the answer came has it looked up`() async throws {
        let hanging = HangingVendor(vendor)
        let gateway = MemoryGateway(port: hanging)
        let dying = Task { try await pay(at: gateway) }
        while !hanging.isHanging { await Task.yield() }
        gateway.clock.advance(by: .seconds(60))
        try await gateway.work()
        #expect(vendor.oneTimeTokens.isEmpty, "it was never sent, and there is nothing to send")
        hanging.letGo(with: .unknown(.connectionLost))
        _ = try await dying.value
        #expect(vendor.payments.isEmpty)
    }

    @Test func `a vendor that was not reached is sent the token by the next try`() async throws {
        vendor.failNext(.unreachable)
        #expect(try await pay().answer.status == 503)
        let again = try await pay()
        #expect(try await stored(again).intent.state == .captured)
        #expect(vendor.oneTimeTokens == [Self.code, Self.code])
        #expect(vendor.payments.count == 1)
    }

    @Test func `an intent that was only created is authorized with one`() async throws {
        let created = try await pay(command(token: nil, confirm: false))
        let id = try #require(created.payment?.intent.id)
        let taken = try await gateway.workflows.authorizeIntent(
            id,
            method: nil,
            oneTimeToken: VendorToken(Self.code),
            provider: nil,
            under: gateway.key("authorize"),
            for: gateway.caller,
            in: gateway.tenant
        )
        #expect(taken.payment?.intent.state == .captured)
        #expect(vendor.oneTimeTokens == [Self.code])
    }

    @Test(
        arguments: [
            (.card, Self.code, .oneTimeToken), (.wallet, nil, .methodKind),
        ] as [(MethodKind, String?, Refusal.Unsupported)]
    )
    func `what the vendor does not take so is refused, and nobody is asked`(
        kind: MethodKind,
        token: String?,
        obstacle: Refusal.Unsupported
    ) async throws {
        let refused = await #expect(throws: WorkflowError.self) {
            try await pay(command(kind, token: token, provider: vendor.vendor))
        }
        guard case .refused(.notSupported(obstacle)) = refused?.code else {
            Issue.record("\(String(describing: refused))")
            return
        }
        #expect(vendor.calls == 0)
    }

    @Test func `without routes a token finds the vendor that takes it, a page the other`()
        async throws
    {
        let pages = BookkeepingVendor(
            "pages",
            capabilities: Capabilities(
                operations: [.authorize, .refund, .lookUp],
                methodKinds: [.wallet],
                recovery: .lookUp
            )
        )
        let gateway = MemoryGateway(vendor: pages, others: [vendor])
        let taken = try await pay(at: gateway)
        #expect(taken.payment?.intent.vendor == vendor.vendor)
        let preview = try await gateway.workflows.previewRoute(
            RoutedPayment(
                intent: gateway.identifiers.make(),
                amount: Money(1_000, .usd),
                methodKind: .wallet
            ),
            stored: nil,
            provider: nil,
            in: gateway.tenant
        )
        #expect(preview.candidates.map(\.vendor) == [pages.vendor])
    }

    @Test func `a declined token goes on to no other vendor`() async throws {
        let other = BookkeepingVendor("other", capabilities: Self.capabilities)
        let gateway = MemoryGateway(vendor: vendor, others: [other])
        try await gateway.route(cascading: true)
        vendor.failNext(.decline(Decline(.soft, code: "insufficient_funds")))
        #expect(try await pay(at: gateway).answer.status == 402)
        #expect(other.calls == 0)
    }
}
