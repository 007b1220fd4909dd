/// The transfers of one commit: written all or none, and reported by one event of the same commit,
/// whose place in the feed becomes theirs in the books.
package struct Posting: Sendable, Hashable {
    package let event: EventID
    /// The payment that moved, and how many events it had published by then.
    package let intent: IntentID
    package let sequence: Int64
    package let transfers: [Transfer]
    /// Whether accounts' limits may refuse it: what we ask for, never what has happened.
    package let obeysLimits: Bool

    /// Nil when there is nothing to post.
    ///
    /// - Parameter event: the last one of the commit.
    package init?(
        _ transfers: [Transfer],
        of intent: IntentID,
        toldBy event: OutboxEvent?,
        obeyingLimits: Bool = false
    ) {
        guard !transfers.isEmpty, let event else { return nil }
        self.event = event.id
        self.intent = intent
        sequence = event.sequence
        self.transfers = transfers
        obeysLimits = obeyingLimits
    }
}
