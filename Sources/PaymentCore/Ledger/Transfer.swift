/// One movement of the books: what it takes from one account it gives to another, so that every
/// transfer balances by itself. Never changed: what was pending ends by a further transfer, and
/// what was wrong is reversed by one.
package struct Transfer: Sendable, Hashable {
    /// What it does to the two balances. A pending one is ended by others, in part or whole.
    package enum Phase: Sendable, Hashable {
        /// Counts; with a pending transfer, out of what that one announced.
        case posted(pending: TransferID?)
        /// Announced: may count later.
        case pending
        /// Takes an announcement back.
        case voided(pending: TransferID)
        /// The announcement's time is over.
        case expired(pending: TransferID)
    }

    /// Why money moved. The raw value is the name in database and API.
    package enum Code: String, Sendable, CaseIterable {
        case authorization
        case capture
        /// What is left of an authorization is let go.
        case release
        case refund
        /// A refund was not made, or less of it.
        case refundRelease = "refund_release"
        /// What was booked as done turned out not to be.
        case reversal
        /// The other side of an amount that is settled in another currency.
        case exchange
        /// What happened before the ledger began.
        case opening
    }

    package let id: TransferID
    package let phase: Phase
    package let debit: LedgerAccount
    package let credit: LedgerAccount
    /// In minor units of the currency that both accounts have.
    package let amount: Int64
    package let code: Code
    /// The authorization, capture, void or refund that it books.
    package let reference: String
    /// The transfer that it corrects.
    package let reverses: TransferID?

    /// Throws ``TransferError`` for what would not be a movement between two accounts.
    package init(
        id: TransferID,
        phase: Phase,
        debit: LedgerAccount,
        credit: LedgerAccount,
        amount: Money,
        code: Code,
        reference: String,
        reverses: TransferID? = nil
    ) throws(TransferError) {
        guard amount.isPositive else { throw .notPositive }
        guard debit != credit else { throw .sameAccount }
        guard debit.currency == amount.currency, credit.currency == amount.currency else {
            throw .currenciesDiffer
        }
        self.id = id
        self.phase = phase
        self.debit = debit
        self.credit = credit
        self.amount = amount.minorUnits
        self.code = code
        self.reference = reference
        self.reverses = reverses
    }

    package var currency: Currency { debit.currency }
}

/// Why two accounts and an amount make no transfer.
package enum TransferError: Error, Sendable, Hashable {
    case notPositive
    case sameAccount
    case currenciesDiffer
}

extension Transfer.Phase {
    /// The name in database and API.
    package var name: String {
        switch self {
        case .posted: "posted"
        case .pending: "pending"
        case .voided: "voided"
        case .expired: "expired"
        }
    }

    /// The transfer that it ends, in part or whole.
    package var ended: TransferID? {
        switch self {
        case .posted(let pending): pending
        case .pending: nil
        case .voided(let pending), .expired(let pending): pending
        }
    }

    /// Reads what ``name`` and ``ended`` wrote; nil when the two do not belong together.
    package init?(name: String, ended: TransferID?) {
        switch (name, ended) {
        case ("posted", let pending): self = .posted(pending: pending)
        case ("pending", nil): self = .pending
        case ("voided", let pending?): self = .voided(pending: pending)
        case ("expired", let pending?): self = .expired(pending: pending)
        default: return nil
        }
    }
}
