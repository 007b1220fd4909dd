internal import Cryptography
internal import PaymentCore

/// Walks the chain from its origin and finds what is not as it was sealed; one changed row is one
/// finding, whatever stands behind it. Holds the accounts and the
/// announcements that have not ended, nothing else.
struct ChainCheck {
    /// A place as it is stored.
    struct Place {
        let position: Int64
        let transferID: TransferID
        let hash: [UInt8]
        let debit: String?
        let credit: String?
        /// Nil when the row is gone.
        let transfer: SealedTransfer?
    }

    private struct Announcement {
        var left: Int64
        let debit: String
        let credit: String
    }

    private(set) var findings: [LedgerFinding] = []
    private(set) var position: Int64 = 0
    /// What the next hash may stand behind: what is stored, and, where that was spoiled, what it
    /// should have been; nothing behind a gap.
    private var hashes = [LedgerHead.origin]
    private(set) var balances: [String: LedgerBalance] = [:]
    private var bookedAt = Timestamp(seconds: 0)
    private var announced: [TransferID: Announcement] = [:]
    /// Hashes that are known from elsewhere and have not been passed.
    private var heads: ArraySlice<LedgerHead>

    /// - Parameter heads: stored and known ones, by position.
    init(heads: [LedgerHead]) {
        self.heads = heads[...]
    }

    mutating func pass(_ place: Place) {
        if place.position != position + 1 {
            findings.append(.missing(position + 1...place.position - 1))
            hashes = []
        }
        position = place.position
        if let transfer = place.transfer {
            check(transfer, place)
        } else {
            findings.append(.deleted(position: position, place.transferID))
            hashes = [place.hash]
        }
        while let head = heads.first, head.position <= position {
            heads.removeFirst()
            if head.position != position || head.hash != place.hash {
                findings.append(.headDiffers(position: head.position))
            }
        }
    }

    private mutating func check(_ transfer: SealedTransfer, _ place: Place) {
        let sealed = transfer.sealedBytes
        let expected = hashes.map { Digest.sha256.hash($0 + sealed) }
        let isChained = expected.isEmpty || expected.contains(place.hash)
        if !isChained || place.debit != transfer.debit || place.credit != transfer.credit {
            findings.append(.changed(position: position, transfer.id))
        }
        hashes = isChained ? [place.hash] : [place.hash] + expected.prefix(1)
        if transfer.bookedAt < bookedAt || transfer.bookedAt < transfer.postedAt {
            findings.append(.misplaced(position: position, transfer.id))
        }
        bookedAt = max(bookedAt, transfer.bookedAt)
        guard let phase = Transfer.Phase(name: transfer.phase, ended: transfer.pending),
            transfer.amount > 0, transfer.debit != transfer.credit,
            [transfer.debit, transfer.credit].allSatisfy({
                LedgerAccount(id: $0)?.currency.code == transfer.currency
            })
        else { return findings.append(.malformed(position: position, transfer.id)) }
        transfer.add(to: &balances)
        follow(transfer, phase)
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
    /// - Parameter expected: the last position that is known of.
    mutating func end(expected: Int64) {
        if position < expected { findings.append(.truncated(at: position, expected: expected)) }
        for head in heads { findings.append(.headMissing(position: head.position)) }
    }
}
