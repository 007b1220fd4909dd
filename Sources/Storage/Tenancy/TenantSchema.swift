package import PaymentCore

/// The names that a tenant has in the database: its schema, the role of the same name that
/// requests run under, and the role that owns the tables. With `search_path` at `"$user"`, taking
/// the role takes the schema.
package struct TenantSchema: Sendable, Hashable {
    /// `tenant_<32 hexadecimal digits>_payments`: schema and request role.
    package let role: String

    package init(_ tenant: TenantID) {
        let high = String(tenant.uuid.high, radix: 16)
        let low = String(tenant.uuid.low, radix: 16)
        let digits = [high, low].map { String(repeating: "0", count: 16 - $0.utf8.count) + $0 }
        role = "tenant_\(digits.joined())_payments"
    }

    /// Owns the schema and its tables; no one logs in as it, and only migrations run under it.
    package var owner: String { "\(role)_owner" }

    /// The role and schema of what all tenants share.
    package static let control = "gateway_control"
    package static let controlOwner = "gateway_control_owner"
}
