/// A constant SQL text with a name for metrics and logs.
///
/// Prepared lazily, once per connection and role; a statement is a value, so several of them, with
/// their binds, travel in one pipeline.
///
/// ```swift
/// static let addReceipt = Statement("receipt.add", "insert into receipts (id, amount) values ($1, $2)")
/// try await pool.transaction(role: tenant.role, [addReceipt("rcp_1", 1250)])
/// ```
package struct Statement: Sendable, Hashable {
    /// Short and constant, fit for a metric label.
    package let name: String
    package let sql: String
    /// Whether the server may keep it by name between uses.
    let isPreparable: Bool

    package init(_ name: StaticString, _ sql: StaticString) {
        self.init(name: "\(name)", sql: "\(sql)", isPreparable: true)
    }

    /// A statement assembled at run time from constant fragments, such as a list with filters.
    ///
    /// The loud label is the point: nothing of `sql` may come from a request. Prepared like a
    /// constant one, so keep the number of distinct texts bounded.
    package init(_ name: StaticString, assembledFromConstants sql: String) {
        self.init(name: "\(name)", sql: sql, isPreparable: true)
    }

    /// A statement that is sent once, such as a migration or the DDL of a new tenant.
    ///
    /// `sql` must be reviewed text or made of quoted identifiers; it is parsed again at every use.
    package init(_ name: StaticString, sentOnce sql: String) {
        self.init(name: "\(name)", sql: sql, isPreparable: false)
    }

    init(name: String, sql: String, isPreparable: Bool) {
        self.name = name
        self.sql = sql
        self.isPreparable = isPreparable
    }

    /// This statement with its binds, `$1` first.
    package func callAsFunction(_ binds: PostgresValue...) -> Query {
        Query(self, binds)
    }

    // The text alone decides what the server does; hashing the short name is cheaper.
    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// A statement and the values for its parameters, one message of a pipeline.
package struct Query: Sendable {
    package let statement: Statement
    package let binds: [PostgresValue]

    package init(_ statement: Statement, _ binds: [PostgresValue] = []) {
        self.statement = statement
        self.binds = binds
    }
}

extension Query: CustomStringConvertible {
    /// The statement's name; binds are never shown.
    package var description: String { "\(statement.name)(\(binds.count) binds)" }
}
