internal import PaymentCore
internal import TestKit

/// What outlives every process: the database, the inbox, the vendors, and the processes' places.
final class Scene: @unchecked Sendable {
    // Safe because one thread cranks everything.
    let world: World
    let bug: PlantedBug?
    let store: InMemoryStore
    let inbox: InMemoryInbox
    let identifiers = SequentialIdentifiers()
    let routes = InMemoryRoutes()
    let vendors: [SimulatedVendor]
    let accounts: [MerchantAccount]
    let tenant: TenantID
    private(set) var processes: [GatewayProcess] = []
    /// What clients were told, in order.
    var replies: [Reply] = []

    struct Reply: Sendable {
        let key: String
        let answer: StoredAnswer
    }

    init(_ world: World, manners: [Manner], processes count: Int, bug: PlantedBug?) {
        self.world = world
        self.bug = bug
        store = InMemoryStore(clock: world.clock)
        inbox = InMemoryInbox(clock: world.clock)
        let tenant: TenantID = identifiers.make()
        self.tenant = tenant
        vendors = manners.map { SimulatedVendor($0, in: world) }
        let identifiers = identifiers
        accounts = manners.enumerated().map { place, manner in
            MerchantAccount(
                id: identifiers.make(),
                tenant: tenant,
                vendor: manner.vendor,
                name: "main",
                mode: .test,
                isDefault: place == 0,
                isActive: true,
                settlementCurrency: nil,
                credentials: Credentials([:])
            )
        }
        processes = (0..<count).map { GatewayProcess($0, in: self) }
    }

    func account(of vendor: SimulatedVendor) -> MerchantAccount? {
        accounts.first { $0.vendor == vendor.manner.vendor }
    }

    func anyProcess() -> GatewayProcess { world.pick(processes) }

    /// A process dies, and another takes its place.
    func kill(_ place: Int) {
        world.note(.dies, "\(place)")
        processes[place].life.end()
        processes[place] = GatewayProcess(place, in: self)
    }

    /// The same payment goes on to the next vendor after a definite "no".
    func cascade() async throws(StoreError) {
        let rule = RoutingRule(
            name: "all",
            conditions: .init(),
            targets: accounts.map { .init($0.id, weight: 0) },
            cascades: true
        )
        try await routes.insert(
            StoredRoutes(version: 1, rules: [rule], changedBy: .system, changedAt: world.now),
            in: tenant
        )
    }
}
