internal import PaymentCore
internal import Postgres

/// A schema, the role that owns it, and the role of the schema's own name that requests run under:
/// the statements that make and remove them. None needs a superuser.
struct SchemaOwnership {
    let schema: String
    let owner: String

    init(_ schema: TenantSchema) {
        self.init(schema: schema.role, owner: schema.owner)
    }

    private init(schema: String, owner: String) {
        self.schema = schema
        self.owner = owner
    }

    static let control = SchemaOwnership(
        schema: TenantSchema.control,
        owner: TenantSchema.controlOwner
    )

    /// The logins that administer and that serve.
    struct Logins {
        /// Runs this; may take the owner's role, to migrate.
        let provisioner: String
        /// Serve requests; may take the request role, and inherit nothing by it.
        let serving: [String]
        /// Since Postgres 16 the grant says what only a login's own NOINHERIT said before.
        let hasGrantOptions: Bool
    }

    func make(_ logins: Logins) -> [Query] {
        let terms = logins.hasGrantOptions ? " with inherit false, set true" : ""
        let request = quoted(schema)
        let owner = quoted(owner)
        let provisioner = quoted(logins.provisioner)
        let texts =
            [
                "create role \(owner) nologin noinherit",
                "create role \(request) nologin noinherit",
                "grant \(owner) to \(provisioner)\(terms)",
            ]
            + logins.serving.map {
                "grant \(request) to \(quoted($0))\(terms)"
            }
            + ["create schema \(request) authorization \(owner)"]
        return texts.map { Query(Statement("schema.make", sentOnce: $0)) }
    }

    /// The name in double quotes, so that it is taken exactly as it is.
    private func quoted(_ name: String) -> String {
        let parts = name.split(separator: "\"", omittingEmptySubsequences: false)
        return "\"\(parts.joined(separator: "\"\""))\""
    }

    /// Removes everything for good. The schema goes as its owner, the roles as the provisioner.
    func erase() -> [Query] {
        let texts = [
            "drop schema if exists \(quoted(schema)) cascade",
            "drop role if exists \(quoted(schema))",
            "drop role if exists \(quoted(owner))",
        ]
        return texts.map { Query(Statement("schema.erase", sentOnce: $0)) }
    }
}
