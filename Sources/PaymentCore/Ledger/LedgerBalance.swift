/// What went through an account. Posted sums are what counts, pending ones what was announced and
/// has not ended.
package struct LedgerBalance: Sendable, Hashable {
    package var debitsPosted: Int64
    package var creditsPosted: Int64
    package var debitsPending: Int64
    package var creditsPending: Int64

    package init(
        debitsPosted: Int64 = 0,
        creditsPosted: Int64 = 0,
        debitsPending: Int64 = 0,
        creditsPending: Int64 = 0
    ) {
        self.debitsPosted = debitsPosted
        self.creditsPosted = creditsPosted
        self.debitsPending = debitsPending
        self.creditsPending = creditsPending
    }

    /// What the account holds, positive on its normal side.
    package func posted(on side: LedgerAccount.Kind.Side) -> Int64 {
        switch side {
        case .debit: debitsPosted - creditsPosted
        case .credit: creditsPosted - debitsPosted
        }
    }

    /// Adds one side of a transfer.
    package mutating func add(
        _ amount: Int64,
        on side: LedgerAccount.Kind.Side,
        as phase: Transfer.Phase
    ) {
        let posted: Int64
        let pending: Int64
        switch phase {
        case .posted(pending: nil): (posted, pending) = (amount, 0)
        case .posted: (posted, pending) = (amount, -amount)
        case .pending: (posted, pending) = (0, amount)
        case .voided, .expired: (posted, pending) = (0, -amount)
        }
        switch side {
        case .debit:
            debitsPosted += posted
            debitsPending += pending
        case .credit:
            creditsPosted += posted
            creditsPending += pending
        }
    }
}

extension Sequence<Transfer> {
    /// The balance of every account that the transfers touch.
    package var balances: [LedgerAccount: LedgerBalance] {
        var balances: [LedgerAccount: LedgerBalance] = [:]
        for transfer in self {
            balances[transfer.debit, default: LedgerBalance()]
                .add(transfer.amount, on: .debit, as: transfer.phase)
            balances[transfer.credit, default: LedgerBalance()]
                .add(transfer.amount, on: .credit, as: transfer.phase)
        }
        return balances
    }
}
