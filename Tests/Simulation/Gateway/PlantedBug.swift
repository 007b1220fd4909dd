/// A mistake that a gateway could have, made by what surrounds it: each must be found by the
/// checker, or the checker is blind.
package enum PlantedBug: String, CaseIterable, Sendable {
    /// A commit overwrites what somebody else stored since it was read.
    case versionUnguarded = "version-unguarded"
    /// Phase one is stored only after the vendor was asked.
    case attemptStoredAfterCall = "attempt-stored-after-call"
    /// Every call has a key of its own at the vendor.
    case vendorKeyLost = "vendor-key-lost"
    /// What is repeated is repeated under a new key.
    case recoveryUnderNewKey = "recovery-under-new-key"
    /// A lost answer counts as a decline.
    case unknownTakenForNo = "unknown-taken-for-no"
    /// A commit whose answer is lost counts as done.
    case lostCommitTakenForDone = "lost-commit-taken-for-done"
    /// Captures are not told of.
    case eventSkipped = "event-skipped"
    /// An event tells of the state before.
    case eventStale = "event-stale"
    /// Refunds are not posted.
    case transferDropped = "transfer-dropped"
    /// The client's key is not kept.
    case clientKeyForgotten = "client-key-forgotten"
    /// What was asked has no job that looks after it.
    case jobForgotten = "job-forgotten"
    /// A repeated notification is taken for a new one.
    case duplicateNoticeApplied = "duplicate-notice-applied"
    /// An asker that is still at work counts as gone.
    case leaseIgnored = "lease-ignored"
}
