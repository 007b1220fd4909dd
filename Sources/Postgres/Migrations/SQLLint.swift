/// Checks SQL against the rules that let a tenant's schema move to a node of its own: everything in
/// one schema, nothing hidden behind a statement, no state beyond the transaction.
package enum SQLLint {
    package enum Rule: String, Sendable, Hashable, CaseIterable {
        case trigger
        /// `CREATE RULE`, not the rules of this list.
        case rewriteRule = "rule"
        case inheritance
        /// Functions and procedures in the database, and `DO` blocks.
        case procedure
        /// A relation, type or function named with its schema; so also a foreign key or query that
        /// leaves the schema.
        case qualifiedName = "qualified-name"
        case currentSetting = "current-setting"
        /// A function with a different value at each call or an effect of its own; `now()` is
        /// stable.
        case volatileFunction = "volatile-function"
        /// A column's type changed under its name.
        case columnType = "column-type"
        /// `serial` types, identity columns, `CREATE SEQUENCE`: ids come from the application.
        case sequence
        /// `SET`, `LISTEN`, `LOCK`, temporary tables: what outlives or widens a transaction.
        case sessionState = "session-state"
        /// `BEGIN`, `COMMIT` and their kin, `CONCURRENTLY`: each file is one transaction already.
        case transactionControl = "transaction-control"
    }

    package struct Finding: Sendable, Hashable, CustomStringConvertible {
        /// The migration's file, or the statement's name.
        package let file: String
        /// From one.
        package let line: Int
        package let rule: Rule
        /// The word that gave it away.
        package let word: String

        package var description: String { "\(file):\(line): \(rule.rawValue): \(word)" }
    }

    /// What a migration file does that it must not.
    package static func findings(in migration: Migration) -> [Finding] {
        migration.script.pieces.flatMap { findings(in: $0.tokens, file: migration.file) }
    }

    /// What a statement of the application does that it must not. Throws `.migration` for text that
    /// does not lex.
    package static func findings(in statement: Statement) throws(PostgresError) -> [Finding] {
        try SQLScript(statement.sql, file: statement.name).pieces
            .flatMap { findings(in: $0.tokens, file: statement.name) }
    }

    private static func findings(in tokens: [SQLToken], file: String) -> [Finding] {
        let statement = LintedStatement(tokens)
        return statement.findings.map { rule, token in
            Finding(file: file, line: token.line, rule: rule, word: statement.text(of: token))
        }
    }
}
