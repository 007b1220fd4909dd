/// A transfer with its place in the books, word for word as it is stored: what is sealed, exported
/// and verified must show a spoiled row too, so nothing here is parsed into types that refuse.
package struct SealedTransfer: Sendable, Hashable {
    /// Dense, from 1.
    package let position: Int64
    /// The latest moment that was posted up to here: never falls along the positions.
    package let bookedAt: Timestamp
    package let id: TransferID
    /// The event that tells of it, and which of its transfers this one is, from 1.
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

/// A value of a sealed document, as exports show it and the hash covers it.
package enum SealedValue: Sendable, Hashable {
    case text(String)
    case integer(Int64)
    case null
}

extension SealedTransfer {
    /// Everything that is sealed, by the names and in the order of the export.
    package var fields: [(name: String, value: SealedValue)] {
        Array(zip(Self.fieldNames, values))
    }

    private var values: [SealedValue] {
        [
            .integer(position),
            .text(bookedAt.rfc3339),
            .text(id.description),
            .text(event.description),
            .integer(line),
            intent.map { .text($0.description) } ?? .null,
            sequence.map { .integer($0) } ?? .null,
            .text(phase),
            .text(debit),
            .text(credit),
            .integer(amount),
            .text(currency),
            .text(code),
            .text(reference),
            pending.map { .text($0.description) } ?? .null,
            reverses.map { .text($0.description) } ?? .null,
            .text(postedAt.rfc3339),
        ]
    }

    /// The names of ``fields``.
    package static let fieldNames = [
        "position", "booked_at", "id", "event_id", "line", "intent_id", "sequence", "phase",
        "debit", "credit", "amount", "currency", "code", "reference", "pending_id", "reverses_id",
        "posted_at",
    ]

    /// The bytes that are hashed behind the hash before: see ``SealedBytes``.
    package var sealedBytes: [UInt8] { SealedBytes(values).bytes }

    /// Adds what it does to the account on one of its sides; nothing when its phase is none.
    package func add(to balance: inout LedgerBalance, on side: LedgerAccount.Kind.Side) {
        guard let phase = Transfer.Phase(name: phase, ended: pending) else { return }
        balance.add(amount, on: side, as: phase)
    }

    /// Adds what it does to both its accounts, by name.
    package func add(to balances: inout [String: LedgerBalance]) {
        add(to: &balances[debit, default: LedgerBalance()], on: .debit)
        add(to: &balances[credit, default: LedgerBalance()], on: .credit)
    }
}

/// Values as bytes that no other values have: each as the length of its text in UTF-8, a colon,
/// the text and a comma; a null as a dash and a comma.
package struct SealedBytes: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init(_ values: [SealedValue]) {
        bytes.reserveCapacity(512)
        for value in values {
            switch value {
            case .text(let text): append(text)
            case .integer(let number): append(String(number))
            case .null: bytes.append(UInt8(ascii: "-"))
            }
            bytes.append(UInt8(ascii: ","))
        }
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: String(text.utf8.count).utf8)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(contentsOf: text.utf8)
    }
}
