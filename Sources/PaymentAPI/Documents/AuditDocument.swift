internal import Cryptography
internal import JSON
package import PaymentCore

/// What the audit trail shows of a resource: the document that the API shows of it, and so never
/// a secret.
package enum AuditDocument {
    static func text(_ members: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        writer.object { members(&$0) }
        return writer.text
    }

    package static func text(of key: APIKey) -> String { text { $0.members(of: key) } }

    /// - Parameter credentialsChanged: what they are is not recorded.
    package static func text(
        of account: MerchantAccount,
        credentialsChanged: Bool = false
    ) -> String {
        text {
            $0.members(of: account)
            if credentialsChanged { $0.member("credentials_changed", true) }
        }
    }

    static func text(of routes: StoredRoutes) -> String {
        text { $0.members(of: routes, [], in: .english) }
    }

    static func text(of policies: StoredPolicies) -> String { text { $0.members(of: policies) } }

    static func text(of subscription: EventSubscription, secretChanged: Bool = false) -> String {
        text {
            $0.members(of: subscription)
            if secretChanged { $0.member("secret_changed", true) }
        }
    }

    package static func text(of job: JobListing) -> String { text { $0.members(of: job) } }

    static func text(of limit: LedgerLimit) -> String { text { $0.members(of: limit) } }

    static func text(of monitor: LedgerMonitor) -> String {
        text {
            $0.member("account_id", monitor.account.id)
            $0.member("threshold", monitor.threshold)
            $0.member("age_seconds", monitor.age.microseconds / 1_000_000)
        }
    }

    static func text(of rates: [QuotedRate]) -> String {
        text {
            $0.array("rates") { array in
                for rate in rates { array.object { $0.members(of: rate) } }
            }
        }
    }
}

extension JSONWriter {
    /// A record as it is shown; exports show it as it is sealed.
    mutating func members(of record: AuditRecord) {
        let author = record.author
        member("id", record.id.description)
        member("object", "audit_entry")
        member("recorded_at", record.recordedAt.rfc3339)
        member("action", record.action)
        member("resource", record.resource)
        member("key_id", author.actor.key?.description)
        member("person", author.actor.person)
        member("command_user", author.commandUser)
        member("address", author.address)
        member("request_id", author.requestID)
        document("before", record.before)
        document("after", record.after)
    }

    private mutating func document(_ name: String, _ text: String?) {
        if let text { member(name, raw: Array(text.utf8)) } else { null(name) }
    }
}

/// A tenant's sealed trail as JSON Lines, page by page: memory does not grow with it.
package struct AuditExport: Sendable {
    private static let page = 500

    private let tenant: TenantID
    private let trail: any AuditTrail
    private let head: LedgerHead?

    package init(of tenant: TenantID, from trail: any AuditTrail) async throws(StoreError) {
        self.tenant = tenant
        self.trail = trail
        head = try await trail.head(in: tenant)
    }

    /// Writes all of it up to the head as it was when the export was made, and the head.
    package func write(_ write: ([UInt8]) async throws -> Void) async throws {
        try await write(
            line {
                $0.member("object", "audit_export")
                $0.member("tenant", tenant.description)
            }
        )
        guard let head else { return }
        var position: Int64 = 0
        while position < head.position {
            let page = try await trail.places(after: position, limit: Self.page, in: tenant)
                .filter { $0.sealed.position <= head.position }
            guard let last = page.last else { break }
            let lines = page.flatMap { place in
                line {
                    $0.members(of: place.sealed)
                    $0.member("hash", Hex.encode(place.hash))
                }
            }
            try await write(lines)
            position = last.sealed.position
        }
        try await write(line { $0.members(of: head, in: .audit) })
    }

    private func line(_ members: (inout JSONWriter) -> Void) -> [UInt8] {
        Array((AuditDocument.text(members) + "\n").utf8)
    }
}
