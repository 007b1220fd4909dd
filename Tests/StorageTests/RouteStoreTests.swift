import PaymentCore
import Storage
import TestKit
import Testing

@Suite
struct RouteStoreTests {
    private static func routes(
        _ version: Int64,
        _ names: [String],
        _ fixture: StorageFixture
    ) -> StoredRoutes {
        StoredRoutes(
            version: version,
            rules: names.map { name in
                RoutingRule(
                    name: name,
                    conditions: .init(),
                    targets: [.init(fixture.identifiers.make(), weight: 1)],
                    cascades: false
                )
            },
            changedBy: Actor(key: fixture.identifiers.make(), person: "anna"),
            changedAt: RealClock().now
        )
    }

    @Test
    func `rules come back as they were written`() async throws {
        try await withTenant { fixture, tenant in
            let rules = [
                RoutingRule(
                    name: "kabul \"large\" ü",
                    conditions: .init(
                        properties: ["kabul-1", "kabul-2"],
                        methodKinds: [.card, .mobileMoney],
                        currencies: [.usd, .eur],
                        countries: Set(["AF", "UZ"].compactMap(Country.init)),
                        amounts: 5_000...90_000
                    ),
                    targets: [
                        .init(fixture.identifiers.make(), weight: 70),
                        .init(fixture.identifiers.make(), weight: 0),
                    ],
                    cascades: true
                ),
                RoutingRule(
                    name: "rest",
                    conditions: .init(),
                    targets: [.init(fixture.identifiers.make(), weight: 1)],
                    cascades: false
                ),
            ]
            let written = StoredRoutes(
                version: 1,
                rules: rules,
                changedBy: Actor(key: nil, person: nil),
                changedAt: RealClock().now
            )
            try await fixture.control.insert(written, in: tenant)
            #expect(try await fixture.control.routes(of: tenant, version: nil) == written)
        }
    }

    @Test
    func `every version is kept, and the last one holds`() async throws {
        try await withTenant { fixture, tenant in
            let control = fixture.control
            #expect(try await control.routesVersion(of: tenant) == 0)
            #expect(try await control.routes(of: tenant, version: nil) == nil)
            let first = Self.routes(1, ["a"], fixture)
            let second = Self.routes(2, [], fixture)
            try await control.insert(first, in: tenant)
            try await control.insert(second, in: tenant)
            #expect(try await control.routesVersion(of: tenant) == 2)
            #expect(try await control.routes(of: tenant, version: nil) == second)
            #expect(try await control.routes(of: tenant, version: 1) == first)
            #expect(try await control.routes(of: tenant, version: 3) == nil)
            let stranger: TenantID = fixture.identifiers.make()
            #expect(try await control.routes(of: stranger, version: nil) == nil)
        }
    }

    @Test
    func `a change over another version than the one that holds is refused`() async throws {
        try await withTenant { fixture, tenant in
            let control = fixture.control
            try await control.insert(Self.routes(1, ["a"], fixture), in: tenant)
            for version: Int64 in [1, 3] {
                let late = Self.routes(version, ["b"], fixture)
                let error = await #expect(throws: StoreError.self) {
                    try await control.insert(late, in: tenant)
                }
                #expect(error?.code == .stale)
            }
            #expect(try await control.routesVersion(of: tenant) == 1)
        }
    }

    @Test
    func `of two that change the same version at once one wins`() async throws {
        try await withTenant { fixture, tenant in
            let control = fixture.control
            let won = await withTaskGroup { group in
                for number in 0..<6 {
                    let routes = Self.routes(1, ["r\(number)"], fixture)
                    group.addTask {
                        // Silence is right: all but one lose.
                        (try? await control.insert(routes, in: tenant)) != nil
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(won == 1)
            let version = try await control.routesVersion(of: tenant)
            #expect(version == 1)
        }
    }
}
