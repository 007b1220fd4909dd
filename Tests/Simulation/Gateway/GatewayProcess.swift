internal import PaymentCore
internal import TestKit

/// One process of the gateway: the product's workflows over ports that die with it.
final class GatewayProcess: @unchecked Sendable {
    // Safe because one thread cranks everything.
    let life: Life
    let workflows: PaymentWorkflows
    private let inbox: InboxLine
    private let scene: Scene
    private var isVisiting = false

    init(_ number: Int, in scene: Scene) {
        let life = Life(number, in: scene.world, bug: scene.bug)
        self.life = life
        self.scene = scene
        inbox = InboxLine(life: life, inbox: scene.inbox)
        let tamper = Tamper(scene.bug)
        let store = StoreLine(life: life, store: scene.store, tamper: tamper)
        let directory = Directory(
            lines: scene.vendors.map { VendorLine(life: life, target: $0) },
            accounts: scene.accounts
        )
        let skew: Duration =
            scene.world.chance(6) ? .seconds(scene.world.number(-3_000...3_000)) : .zero
        workflows = PaymentWorkflows(
            store: store,
            jobs: store,
            vendors: directory,
            accounts: directory,
            routes: scene.routes,
            presenter: SimulationPresenter(tamper: tamper),
            clock: SkewedClock(base: scene.world.clock, skew: skew),
            identifiers: scene.identifiers,
            observer: SilentObserver()
        )
    }

    /// Whether it is at work on what is due; one visit at a time.
    var isFree: Bool { !isVisiting }

    /// Does what a worker does once: publishes, runs due jobs, applies what is in the inbox.
    func visit() {
        isVisiting = true
        scene.world.executor.spawn { [self] in
            // Silence is right here and below: what fails is due again.
            _ = try? await workflows.visit(
                scene.tenant,
                limits: .init(events: 16, jobs: 16, lease: .seconds(120))
            )
            await applyInbox()
            isVisiting = false
        }
    }

    private func applyInbox() async {
        guard let claimed = try? await inbox.claim() else { return }
        await withTaskGroup { group in
            for claim in claimed {
                group.addTask { [self] in await apply(claim) }
            }
        }
    }

    private func apply(_ claimed: ClaimedWebhook) async {
        let webhook = claimed.webhook
        do throws(StoreError) {
            guard let delivery = try await claimed.delivery() else { return }
            switch try await workflows.apply(webhook, delivery) {
            case .applied: try await inbox.finish(webhook.id, as: .applied)
            case .kept: try await inbox.finish(webhook.id, as: .kept)
            }
        } catch {
            try? await inbox.postpone(webhook.id, by: .seconds(1 << min(webhook.run, 9)))
        }
    }

    // MARK: What vendors send

    /// Stores a delivery; false when the vendor must send it again.
    func receive(_ delivery: WebhookDelivery, from vendor: SimulatedVendor) async -> Bool {
        guard let account = scene.account(of: vendor) else { return true }
        let line = VendorLine(life: life, target: vendor)
        do {
            let notices = try await line.verify(delivery, account: account, now: scene.world.now)
            let webhooks = notices.map { notice in
                Webhook(
                    scene.identifiers.make(),
                    key: notice.key,
                    type: notice.type,
                    of: account,
                    receivedAt: scene.world.now
                )
            }
            try await inbox.receive(webhooks, delivery: delivery)
            return !life.isOver
        } catch {
            return false
        }
    }

    /// The reply to a question; nil when none arrives.
    func reply(_ delivery: WebhookDelivery, to vendor: SimulatedVendor) async -> String? {
        guard let account = scene.account(of: vendor) else { return nil }
        let reply = await workflows.answerQuestion(delivery, of: account)
        guard !life.isOver, !scene.world.fault(16) else { return nil }
        return reply.map { String(decoding: $0.body, as: UTF8.self) }
    }
}

/// The vendors and accounts that every process serves.
private struct Directory: VendorDirectory, AccountDirectory {
    let lines: [VendorLine]
    let accounts: [MerchantAccount]

    func port(_ vendor: VendorID) -> (any PaymentPort)? { lines.first { $0.vendor == vendor } }

    func accounts(of tenant: TenantID) async throws(StoreError) -> [MerchantAccount] { accounts }
}
