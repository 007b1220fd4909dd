package import PaymentCore

/// Something about the books that is not as it was sealed or cannot be.
package enum LedgerFinding: Sendable, Hashable {
    /// Places that nothing stands at, between two that something does.
    case missing(ClosedRange<Int64>)
    /// A place whose transfer is gone.
    case deleted(position: Int64, TransferID)
    /// A transfer, or its seal, is not what was sealed.
    case changed(position: Int64, TransferID)
    /// A place was booked before the one before it, or before its transfer was posted.
    case misplaced(position: Int64, TransferID)
    /// More of a pending transfer was ended than was announced, or by other accounts.
    case overEnded(position: Int64, TransferID, pending: TransferID)
    /// A transfer that is none: its phase, its amount or its accounts.
    case malformed(position: Int64, TransferID)
    /// A stored head says another hash than the chain has.
    case headDiffers(position: Int64)
    /// A head's signature is not the key's.
    case headForged(position: Int64)
    /// A head that was known elsewhere is not in the chain: it was changed, or its end cut off.
    case headMissing(position: Int64)
    /// The sealer, or a head, knows of more than is there.
    case truncated(at: Int64, expected: Int64)
    /// An account's snapshot is not the sum of its transfers.
    case snapshotDiffers(account: String)
    /// A payment's sums and its transfers disagree.
    case intentDiffers(IntentID)
    /// Transfers that no event tells of, so that they will never be sealed.
    case untold(transfers: Int)
}

extension LedgerFinding: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let places) where places.count == 1:
            "position \(places.lowerBound) is missing"
        case .missing(let places):
            "positions \(places.lowerBound) to \(places.upperBound) are missing"
        case .deleted(let position, let id): "position \(position): \(id) was deleted"
        case .changed(let position, let id):
            "position \(position): \(id) is not what was sealed"
        case .misplaced(let position, let id): "position \(position): \(id) is out of time"
        case .overEnded(let position, let id, let pending):
            "position \(position): \(id) ends more of \(pending) than was announced"
        case .malformed(let position, let id): "position \(position): \(id) is no transfer"
        case .headDiffers(let position): "the head at \(position) has another hash"
        case .headForged(let position): "the head at \(position) was not signed by its key"
        case .headMissing(let position): "a known head at \(position) is not in the chain"
        case .truncated(let end, let expected): "the chain ends at \(end), not at \(expected)"
        case .snapshotDiffers(let account): "the snapshot of \(account) is not its sum"
        case .intentDiffers(let id): "\(id) and its transfers disagree"
        case .untold(let count): "\(count) transfers are told of by no event"
        }
    }
}
