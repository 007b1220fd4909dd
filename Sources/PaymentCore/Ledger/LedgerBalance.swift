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

    /// Adds one side of a transfer. Throws ``MoneyError/overflow``, and adds nothing, when the sums
    /// would no longer fit.
    package mutating func add(
        _ amount: Int64,
        on side: LedgerAccount.Kind.Side,
        as phase: Transfer.Phase
    ) throws(MoneyError) {
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
            (debitsPosted, debitsPending) = (
                try Self.sum(debitsPosted, posted), try Self.sum(debitsPending, pending)
            )
        case .credit:
            (creditsPosted, creditsPending) = (
                try Self.sum(creditsPosted, posted), try Self.sum(creditsPending, pending)
            )
        }
    }

    private static func sum(_ total: Int64, _ amount: Int64) throws(MoneyError) -> Int64 {
        let (sum, overflow) = total.addingReportingOverflow(amount)
        guard !overflow else { throw .overflow }
        return sum
    }
}

extension Sequence<Transfer> {
    /// The balance of every account that the transfers touch. Throws ``MoneyError/overflow``.
    package var balances: [LedgerAccount: LedgerBalance] {
        get throws(MoneyError) {
            var balances: [LedgerAccount: LedgerBalance] = [:]
            for transfer in self {
                try balances[transfer.debit, default: LedgerBalance()]
                    .add(transfer.amount, on: .debit, as: transfer.phase)
                try balances[transfer.credit, default: LedgerBalance()]
                    .add(transfer.amount, on: .credit, as: transfer.phase)
            }
            return balances
        }
    }
}
