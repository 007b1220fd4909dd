import PaymentCore
import Postgres
import Storage
import TestKit
import Testing

/// What is done to the platform itself is told of in the commit that does it.
@Suite
struct PlatformAuditTests {
    private static let author = AuditAuthor(
        actor: Actor(key: nil, person: nil),
        commandUser: "anna"
    )

    private static func entry(
        _ fixture: StorageFixture,
        _ action: String,
        _ resource: String,
        _ before: String? = nil,
        _ after: String? = nil
    ) -> AuditEntry {
        AuditEntry(
            id: fixture.identifiers.make(),
            author: author,
            action: action,
            resource: resource,
            before: before,
            after: after
        )
    }

    private static func records(
        _ fixture: StorageFixture,
        of resource: String
    ) async throws -> [AuditRecord] {
        try await fixture.control.platformRecords(AuditFilter(resource: resource), limit: 100)
            .reversed()
    }

    @Test
    func `a tenant's life leaves an entry for each step, and what changes nothing leaves none`()
        async throws
    {
        try await withTenant { fixture, _ in
            let provisioner = try TenantProvisioner(
                pool: fixture.pool,
                keys: fixture.keys,
                migrations: StorageFixture.migrations,
                note: { Self.entry(fixture, "test", $0, $1, $2) }
            )
            let tenant: TenantID = fixture.identifiers.make()
            try await provisioner.create(tenant, name: "Hotel")
            try await provisioner.create(tenant, name: "Hotel")
            try await provisioner.set(.dropped, of: tenant)
            try await provisioner.erase(tenant)
            let records = try await Self.records(fixture, of: tenant.description)
            let version = SchemaVersion.tenant
            #expect(
                records.map(\.after) == [
                    #"{"name":"Hotel"}"#, #"{"schema_version":\#(version)}"#,
                    #"{"state":"dropped"}"#, nil,
                ]
            )
            #expect(
                records.map(\.before) == [
                    nil, #"{"schema_version":0}"#, #"{"state":"active"}"#, #"{"name":"Hotel"}"#,
                ]
            )
            #expect(records.allSatisfy { $0.author == Self.author && $0.action == "test" })
            let stranger: TenantID = fixture.identifiers.make()
            try await provisioner.set(.dropped, of: stranger)
            #expect(try await Self.records(fixture, of: stranger.description).isEmpty)
        }
    }

    @Test
    func `the platform's own keys are made and revoked with an entry`() async throws {
        try await withTenant { fixture, _ in
            let key = APIKey(
                id: fixture.identifiers.make(),
                tenant: nil,
                name: "operations",
                permissions: [.view],
                rateLimit: nil,
                createdAt: Timestamp(seconds: 1_700_000_000),
                expiresAt: nil,
                isRevoked: false
            )
            let hash = (0..<32).map { UInt8(truncatingIfNeeded: key.id.uuid.low &>> ($0 % 8)) }
            let name = key.id.description
            try await fixture.control.noting(Self.entry(fixture, "create", name))
                .insert(key, hash: hash)
            // The same again is refused, and so is its entry.
            await #expect(throws: StoreError.self) {
                try await fixture.control.noting(Self.entry(fixture, "again", name))
                    .insert(key, hash: hash)
            }
            let control = fixture.control.noting(Self.entry(fixture, "revoke", name))
            #expect(try await control.revoke(key.id, of: nil))
            let missed = fixture.control.noting(Self.entry(fixture, "miss", name))
            #expect(try await !missed.revoke(fixture.identifiers.make(), of: nil))
            let actions = try await Self.records(fixture, of: name).map(\.action)
            #expect(actions == ["create", "revoke"])
        }
    }
}
