internal import PaymentCore

/// Walks the ledger's chain and checks what its transfers mean. Holds the accounts and the
/// announcements that have not ended, nothing else.
struct ChainCheck {
    /// A place as it is stored.
    struct Place: ChainPlace {
        let position: Int64
        let transferID: TransferID
        let hash: [UInt8]
        /// The numbers of its accounts.
        let debit: Int64
        let credit: Int64
        /// Nil when the row is gone.
        let transfer: SealedTransfer?
    }

    private struct Announcement {
        var left: Int64
        let debit: String
        let credit: String
    }

    private(set) var findings: [LedgerFinding] = []
    private var walk: ChainWalk
    private(set) var balances: [String: LedgerBalance] = [:]
    private var bookedAt = Timestamp(seconds: 0)
    private var announced: [TransferID: Announcement] = [:]

    private let accounts: [Int64: String]
    /// By the accounts' names, which a million transfers repeat.
    private var currencies: [String: String?] = [:]

    /// - Parameters:
    ///   - heads: stored and known ones.
    ///   - accounts: their names by their numbers.
    init(heads: [LedgerHead], accounts: [Int64: String]) {
        walk = ChainWalk(heads: heads)
        self.accounts = accounts
    }

    var position: Int64 { walk.position }

    mutating func pass(_ place: Place) {
        let found = walk.pass(
            place.position,
            place.hash,
            place.transfer,
            named: place.transferID.description
        )
        findings += found.map { .chain($0) }
        guard let transfer = place.transfer else { return }
        if accounts[place.debit] != transfer.debit || accounts[place.credit] != transfer.credit {
            let changed = ChainFinding.changed(position: position, transfer.id.description)
            if !found.contains(changed) { findings.append(.chain(changed)) }
        }
        check(transfer)
    }

    private mutating func check(_ transfer: SealedTransfer) {
        if transfer.bookedAt < bookedAt || transfer.bookedAt < transfer.postedAt {
            findings.append(.misplaced(position: position, transfer.id))
        }
        bookedAt = max(bookedAt, transfer.bookedAt)
        guard let phase = Transfer.Phase(name: transfer.phase, ended: transfer.pending),
            transfer.amount > 0, transfer.debit != transfer.credit,
            currency(of: transfer.debit) == transfer.currency,
            currency(of: transfer.credit) == transfer.currency
        else { return findings.append(.malformed(position: position, transfer.id)) }
        do throws(MoneyError) {
            try transfer.add(to: &balances)
        } catch {
            // Nothing whose sums do not fit was ever sealed.
            findings.append(.malformed(position: position, transfer.id))
        }
        follow(transfer, phase)
    }

    /// The code of an account's currency; nil when there can be no such account.
    private mutating func currency(of account: String) -> String? {
        if let known = currencies[account] { return known }
        let code = LedgerAccount(id: account)?.currency.code
        currencies[account] = .some(code)
        return code
    }

    /// What was announced ends once, between the same accounts.
    private mutating func follow(_ transfer: SealedTransfer, _ phase: Transfer.Phase) {
        if phase == .pending {
            announced[transfer.id] = Announcement(
                left: transfer.amount,
                debit: transfer.debit,
                credit: transfer.credit
            )
        }
        guard let pending = phase.ended else { return }
        guard var open = announced[pending], open.left >= transfer.amount,
            open.debit == transfer.debit, open.credit == transfer.credit
        else {
            return findings.append(
                .overEnded(position: position, transfer.id, pending: pending)
            )
        }
        open.left -= transfer.amount
        announced[pending] = open.left == 0 ? nil : open
    }

    /// Ends the walk.
    ///
    /// - Parameter expected: the last known position.
    mutating func end(expected: Int64) {
        findings += walk.end(expected: expected).map { .chain($0) }
    }
}
