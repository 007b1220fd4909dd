/// Something about a hash chain that is not as it was sealed.
package enum ChainFinding: Sendable, Hashable {
    /// Empty places between two that are taken.
    case missing(ClosedRange<Int64>)
    /// A place whose link, named by its identifier, is gone.
    case deleted(position: Int64, String)
    /// A link, or its seal, is not what was sealed.
    case changed(position: Int64, String)
    /// A known head's hash is not the one that the chain has.
    case headDiffers(position: Int64)
    /// A head's signature is not the key's.
    case headForged(position: Int64)
    /// Stored heads at these positions, in order, without a signature.
    case headsUnsigned([Int64])
    /// Stored heads at these positions, in order, that name a key whose public half nobody gave.
    case headsOfUnknownKey(String, [Int64])
    /// Places after the last stored head; whoever seals some writes one after them.
    case headless(ClosedRange<Int64>)
    /// A head that was known elsewhere is not in the chain: it was changed, or its end cut off.
    case headMissing(position: Int64)
    /// The sealer, or a head, knows of more than is there.
    case truncated(at: Int64, expected: Int64)
}

extension ChainFinding: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let places) where places.count == 1:
            "position \(places.lowerBound) is missing"
        case .missing(let places):
            "positions \(places.lowerBound) to \(places.upperBound) are missing"
        case .deleted(let position, let name): "position \(position): \(name) was deleted"
        case .changed(let position, let name):
            "position \(position): \(name) is not what was sealed"
        case .headDiffers(let position): "the head at \(position) has another hash"
        case .headForged(let position): "the head at \(position) was not signed by its key"
        case .headsUnsigned(let positions): "\(Self.heads(positions)) no signature"
        case .headsOfUnknownKey(let key, let positions):
            "\(Self.heads(positions)) a signature of the key \(key), which was not given"
        case .headless(let places):
            "positions \(places.lowerBound) to \(places.upperBound) are under no head"
        case .headMissing(let position): "a known head at \(position) is not in the chain"
        case .truncated(let end, let expected): "the chain ends at \(end), not at \(expected)"
        }
    }

    private static func heads(_ positions: [Int64]) -> String {
        let last = positions.last ?? 0
        return positions.count == 1
            ? "the head at \(last) has"
            : "\(positions.count) heads from \(positions.first ?? 0) to \(last) have"
    }
}
