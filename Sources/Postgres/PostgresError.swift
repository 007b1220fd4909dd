/// What went wrong between us and Postgres. Shows no bind and no server detail that could hold one.
package struct PostgresError: Error, Sendable {
    package enum Code: Sendable, Hashable, CaseIterable {
        /// No connection could be had: nothing was sent, nothing happened.
        case unavailable
        /// All connections were busy until the wait deadline: nothing was sent.
        case poolTimeout
        /// The wait queue was full: nothing was sent.
        case poolFull
        /// The pool drains or has closed: nothing was sent.
        case poolClosed
        /// The server refused a statement; see `sqlState`. The transaction was rolled back.
        case statement
        /// The connection ended before COMMIT was sent: the transaction has not happened.
        case connectionLost
        /// The connection ended after COMMIT was sent and before its answer: it may have happened.
        /// Never repeat; read on a new connection what the transaction would have written.
        case commitUnknown
        /// The deadline passed; the statement was cancelled and its transaction rolled back.
        case deadlineExceeded
        /// The task was cancelled, and the statement with it; the transaction was rolled back.
        case cancelled
        /// An answer does not have the shape that the code asked for.
        case decoding
        /// The caller broke a rule of this module.
        case misuse
        /// A migration or its record is not as it must be.
        case migration
    }

    package let code: Code
    package let sqlState: SQLState?
    /// The name of the statement that failed.
    package internal(set) var statement: String?
    package let constraint: String?
    package let table: String?
    package let column: String?
    package let message: String
    package let cause: (any Error)?

    package init(
        _ code: Code,
        _ message: String,
        sqlState: SQLState? = nil,
        statement: String? = nil,
        constraint: String? = nil,
        table: String? = nil,
        column: String? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.sqlState = sqlState
        self.statement = statement
        self.constraint = constraint
        self.table = table
        self.column = column
        self.cause = cause
    }
}

extension PostgresError.Code {
    /// A constant fit for a metric label.
    package var shortForm: String {
        switch self {
        case .unavailable: "unavailable"
        case .poolTimeout: "pool_timeout"
        case .poolFull: "pool_full"
        case .poolClosed: "pool_closed"
        case .statement: "statement"
        case .connectionLost: "connection_lost"
        case .commitUnknown: "commit_unknown"
        case .deadlineExceeded: "deadline_exceeded"
        case .cancelled: "cancelled"
        case .decoding: "decoding"
        case .misuse: "misuse"
        case .migration: "migration"
        }
    }
}

extension PostgresError: CustomStringConvertible {
    package var description: String {
        var text = "\(code.shortForm): \(message)"
        if let sqlState { text += " [\(sqlState)]" }
        if let statement { text += " in \(statement)" }
        if let constraint { text += ", constraint \(constraint)" }
        if let table { text += ", table \(table)" }
        if let column { text += ", column \(column)" }
        return text
    }
}
