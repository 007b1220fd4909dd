package import PaymentCore

/// Something about the books that is not as it was sealed, or cannot be right.
package enum LedgerFinding: Sendable, Hashable {
    /// The chain is not as it was sealed.
    case chain(ChainFinding)
    /// A place was booked before the one before it, or before its transfer was posted.
    case misplaced(position: Int64, TransferID)
    /// More of a pending transfer was ended than was announced, or by other accounts.
    case overEnded(position: Int64, TransferID, pending: TransferID)
    /// A transfer that cannot be one, by its phase, its amount or its accounts.
    case malformed(position: Int64, TransferID)
    /// An account's snapshot is not the sum of its transfers.
    case snapshotDiffers(account: String)
    /// A payment's sums and its transfers disagree.
    case intentDiffers(IntentID)
    /// Transfers that no event reports, so that they will never be sealed.
    case untold(transfers: Int)
}

extension LedgerFinding: CustomStringConvertible {
    package var description: String {
        switch self {
        case .chain(let finding): finding.description
        case .misplaced(let position, let id): "position \(position): \(id) is out of time"
        case .overEnded(let position, let id, let pending):
            "position \(position): \(id) ends more of \(pending) than was announced"
        case .malformed(let position, let id): "position \(position): \(id) is no transfer"
        case .snapshotDiffers(let account): "the snapshot of \(account) is not its sum"
        case .intentDiffers(let id): "\(id) and its transfers disagree"
        case .untold(let count): "\(count) transfers are told of by no event"
        }
    }
}
