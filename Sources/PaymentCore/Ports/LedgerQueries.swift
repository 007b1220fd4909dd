/// An account with what had gone through it.
package struct LedgerAccountBalance: Sendable, Hashable {
    package let account: LedgerAccount
    package let balance: LedgerBalance

    package init(account: LedgerAccount, balance: LedgerBalance) {
        self.account = account
        self.balance = balance
    }
}

/// A transfer in the chain, with the hash at its place.
package struct SealedEntry: Sendable, Hashable {
    package let transfer: SealedTransfer
    package let hash: [UInt8]

    package init(transfer: SealedTransfer, hash: [UInt8]) {
        self.transfer = transfer
        self.hash = hash
    }
}

/// A part of an account's transfers in the order of the books.
package struct LedgerStatement: Sendable, Hashable {
    /// What had gone through before the first entry.
    package let opening: LedgerBalance
    package let entries: [SealedTransfer]
    /// Whether more follow in the period.
    package let hasMore: Bool

    package init(opening: LedgerBalance, entries: [SealedTransfer], hasMore: Bool) {
        self.opening = opening
        self.entries = entries
        self.hasMore = hasMore
    }
}

/// A payment's sums, to be compared with the books.
package struct BookedIntent: Sendable, Hashable {
    package let id: IntentID
    package let currency: Currency
    package let captured: Int64
    package let refunded: Int64
    package let capturable: Int64
    package let refundReserved: Int64

    package init(
        id: IntentID,
        currency: Currency,
        captured: Int64,
        refunded: Int64,
        capturable: Int64,
        refundReserved: Int64
    ) {
        self.id = id
        self.currency = currency
        self.captured = captured
        self.refunded = refunded
        self.capturable = capturable
        self.refundReserved = refundReserved
    }
}

/// Reads of a tenant's books. A time stands for the place up to which the books were written then,
/// so what is answered for a past time never changes.
package protocol LedgerQueries: Sendable {
    /// Every account by name with its balance at a time; nil: now, with what is not sealed yet.
    func balances(
        at moment: Timestamp?,
        in tenant: TenantID
    ) async throws(StoreError) -> [LedgerAccountBalance]

    /// An account's sealed transfers after a place and within a period; nil when nothing ever
    /// went through it.
    func statement(
        of account: LedgerAccount,
        after position: Int64,
        from: Timestamp?,
        before: Timestamp?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> LedgerStatement?

    /// The chain after a place.
    func entries(
        after position: Int64,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [SealedEntry]

    /// The latest head; nil while nothing is sealed.
    func head(in tenant: TenantID) async throws(StoreError) -> LedgerHead?

    /// Heads after a place, in order.
    func heads(
        after position: Int64,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> [LedgerHead]

    /// Payments all of whose transfers are sealed up to a place, by identifier.
    func intents(
        bookedUpTo position: Int64,
        after id: IntentID?,
        limit: Int,
        in tenant: TenantID
    ) async throws(StoreError) -> Page<BookedIntent>
}
