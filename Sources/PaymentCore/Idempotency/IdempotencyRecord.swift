/// How far an operation under an idempotency key has come: any replica can finish from here.
package enum RecoveryPoint: String, Sendable, CaseIterable {
    /// The key is taken; nothing is committed with it.
    case started
    /// What will be asked is committed; money may move from here on.
    case validated
    /// The vendor's answer is committed, its final meaning is still open.
    case authorized
    /// The answer is final and stored; a replay returns it.
    case completed
}

/// One key of one tenant and what became of it.
package struct IdempotencyRecord: Sendable, Hashable {
    package let key: String
    /// SHA-256 over method, path and canonical body.
    package let fingerprint: [UInt8]
    /// The request, for operators: `POST /intents`.
    package let operation: String
    package var recoveryPoint: RecoveryPoint
    package var intent: IntentID?
    package var attempt: AttemptID?
    package var answer: StoredAnswer?
    /// Whether someone holds the key's lease by the database's clock.
    package var isRunning: Bool
    package let createdAt: Timestamp

    package init(
        key: String,
        fingerprint: [UInt8],
        operation: String,
        recoveryPoint: RecoveryPoint,
        intent: IntentID?,
        attempt: AttemptID?,
        answer: StoredAnswer?,
        isRunning: Bool,
        createdAt: Timestamp
    ) {
        self.key = key
        self.fingerprint = fingerprint
        self.operation = operation
        self.recoveryPoint = recoveryPoint
        self.intent = intent
        self.attempt = attempt
        self.answer = answer
        self.isRunning = isRunning
        self.createdAt = createdAt
    }
}

/// An answer as it was first given. It never holds a secret.
package struct StoredAnswer: Sendable, Hashable {
    /// The HTTP status.
    package let status: Int
    /// A JSON document.
    package let body: String

    package init(status: Int, body: String) {
        self.status = status
        self.body = body
    }
}
