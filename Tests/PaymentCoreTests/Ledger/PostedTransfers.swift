import PaymentCore
import Testing

/// What a payment's transfers leave, added up commit by commit: none is posted twice, and what ends an
/// announcement ends no more than was announced, between the same accounts.
struct PostedTransfers {
    private struct Announcement {
        let transfer: Transfer
        var left: Int64
    }

    private var known: Set<TransferID> = []
    private var announcements: [TransferID: Announcement] = [:]
    private var balance: Int64 = 0

    mutating func add(_ transfers: [Transfer]) {
        for transfer in transfers {
            #expect(known.insert(transfer.id).inserted, "posted twice: \(transfer)")
            switch transfer.phase {
            case .pending:
                announcements[transfer.id] = Announcement(transfer: transfer, left: transfer.amount)
            case .posted(let pending):
                if transfer.credit.kind == .merchantBalance { balance += transfer.amount }
                if transfer.debit.kind == .merchantBalance { balance -= transfer.amount }
                if let pending { end(pending, by: transfer) }
            case .voided(let pending), .expired(let pending): end(pending, by: transfer)
            }
        }
    }

    private mutating func end(_ id: TransferID, by transfer: Transfer) {
        guard var ended = announcements[id] else {
            Issue.record("it ends what was never announced: \(transfer)")
            return
        }
        ended.left -= transfer.amount
        #expect(ended.left >= 0, "more ended than was announced: \(transfer)")
        #expect(ended.transfer.debit == transfer.debit, "\(transfer)")
        #expect(ended.transfer.credit == transfer.credit, "\(transfer)")
        announcements[id] = ended
    }

    /// Expects what a payment says of itself.
    func expect(_ intent: Intent, sourceLocation: SourceLocation = #_sourceLocation) {
        var (held, reserved) = (Int64(0), Int64(0))
        for announcement in announcements.values {
            if announcement.transfer.credit.kind == .merchantBalance {
                held += announcement.left
            } else {
                reserved += announcement.left
            }
        }
        #expect(balance == intent.captured - intent.refunded, sourceLocation: sourceLocation)
        #expect(held == intent.capturable, sourceLocation: sourceLocation)
        #expect(reserved == intent.refundReserved, sourceLocation: sourceLocation)
    }
}
