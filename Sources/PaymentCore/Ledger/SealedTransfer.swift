/// A transfer with its place in the books, word for word as it is stored: what is sealed, exported
/// and verified must show a corrupted row too, so nothing is parsed into types that could refuse.
package struct SealedTransfer: ChainLink, Hashable {
    /// Dense, from 1.
    package let position: Int64
    /// The latest moment that was posted up to here: never decreases along the positions.
    package let bookedAt: Timestamp
    package let id: TransferID
    /// The event that reports it, and which of its transfers this one is, from 1.
    package let event: EventID
    package let line: Int64
    /// The payment that moved, and how many events it had published by then.
    package let intent: IntentID?
    package let sequence: Int64?
    package let phase: String
    package let debit: String
    package let credit: String
    package let amount: Int64
    package let currency: String
    package let code: String
    package let reference: String
    package let pending: TransferID?
    package let reverses: TransferID?
    package let postedAt: Timestamp

    package init(
        position: Int64,
        bookedAt: Timestamp,
        id: TransferID,
        event: EventID,
        line: Int64,
        intent: IntentID?,
        sequence: Int64?,
        phase: String,
        debit: String,
        credit: String,
        amount: Int64,
        currency: String,
        code: String,
        reference: String,
        pending: TransferID?,
        reverses: TransferID?,
        postedAt: Timestamp
    ) {
        self.position = position
        self.bookedAt = bookedAt
        self.id = id
        self.event = event
        self.line = line
        self.intent = intent
        self.sequence = sequence
        self.phase = phase
        self.debit = debit
        self.credit = credit
        self.amount = amount
        self.currency = currency
        self.code = code
        self.reference = reference
        self.pending = pending
        self.reverses = reverses
        self.postedAt = postedAt
    }
}

extension SealedTransfer {
    package var values: [SealedValue] {
        [
            .integer(position),
            .time(bookedAt),
            .id(id),
            .id(event),
            .integer(line),
            .id(orNull: intent),
            sequence.map { .integer($0) } ?? .null,
            .text(phase),
            .text(debit),
            .text(credit),
            .integer(amount),
            .text(currency),
            .text(code),
            .text(reference),
            .id(orNull: pending),
            .id(orNull: reverses),
            .time(postedAt),
        ]
    }

    package static let fieldNames = [
        "position", "booked_at", "id", "event_id", "line", "intent_id", "sequence", "phase",
        "debit", "credit", "amount", "currency", "code", "reference", "pending_id", "reverses_id",
        "posted_at",
    ]

    /// Adds what it does to the account on one of its sides; nothing when its phase is not valid.
    /// Throws ``MoneyError/overflow``.
    package func add(
        to balance: inout LedgerBalance,
        on side: LedgerAccount.Kind.Side
    ) throws(MoneyError) {
        guard let phase = Transfer.Phase(name: phase, ended: pending) else { return }
        try balance.add(amount, on: side, as: phase)
    }

    /// Adds what it does to both its accounts, by name. Throws ``MoneyError/overflow``; one side
    /// may be added by then.
    package func add(to balances: inout [String: LedgerBalance]) throws(MoneyError) {
        try add(to: &balances[debit, default: LedgerBalance()], on: .debit)
        try add(to: &balances[credit, default: LedgerBalance()], on: .credit)
    }
}
