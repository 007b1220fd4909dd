/// Why a store did not do what was asked.
package struct StoreError: Error, Sendable {
    package enum Code: String, Sendable, CaseIterable {
        /// Somebody else changed the row first, or a reservation no longer fits: nothing was
        /// written; load and decide again.
        case stale
        /// The idempotency key is taken.
        case duplicateKey = "duplicate_key"
        /// The webhook was applied before.
        case duplicateEffect = "duplicate_effect"
        /// Another unique value is taken, such as a customer's reference.
        case duplicate
        /// An account's limit would be broken: nothing was written.
        case limitExceeded = "limit_exceeded"
        /// A row that the change refers to does not exist in this tenant.
        case missingReference = "missing_reference"
        /// The answer to COMMIT was lost: it may or may not have happened. Read to find out;
        /// never repeat blindly.
        case commitUnknown = "commit_unknown"
        /// The database cannot be reached or is out of connections: nothing was written.
        case unavailable
        /// The tenant's schema is older or newer than this program serves.
        case wrongSchemaVersion = "wrong_schema_version"
        /// The list's filter would read too much.
        case filterTooBroad = "filter_too_broad"
        /// A fault of ours: a statement or a value that Postgres refuses.
        case fault
    }

    package let code: Code
    /// For logs: never holds bound values.
    package let message: String

    package init(_ code: Code, _ message: String = "") {
        self.code = code
        self.message = message
    }
}
