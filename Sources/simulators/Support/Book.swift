/// A vendor's own truth: what was held, taken, let go and given back, payment by payment.
///
/// It is written when money moves and reads nothing else, so it can be held against what the
/// vendor's objects show and against what the gateway believes.
package struct Book: Sendable {
    package struct Entry: Sendable, Equatable {
        /// The vendor's identifier of the payment.
        package let payment: String
        package let currency: String
        /// The caller's notes as of the last change.
        package fileprivate(set) var metadata: [String: String]
        /// The idempotency keys of the calls that moved money, in order.
        package fileprivate(set) var keys: [String] = []
        /// The vendor's own word for the payment's state.
        package fileprivate(set) var status = ""
        /// How often the issuer said yes, money was taken, and money was given back.
        package fileprivate(set) var approvals = 0
        package fileprivate(set) var captures = 0
        package fileprivate(set) var refunds = 0
        /// Sums in minor units.
        package fileprivate(set) var authorized: Int64 = 0
        package fileprivate(set) var captured: Int64 = 0
        package fileprivate(set) var released: Int64 = 0
        package fileprivate(set) var refunded: Int64 = 0

        /// Still held: neither taken nor let go.
        package var held: Int64 { authorized - captured - released }
    }

    /// Sums over all payments of one currency, in minor units.
    package struct Totals: Sendable, Equatable {
        package fileprivate(set) var payments = 0
        package fileprivate(set) var authorized: Int64 = 0
        package fileprivate(set) var captured: Int64 = 0
        package fileprivate(set) var released: Int64 = 0
        package fileprivate(set) var refunded: Int64 = 0
    }

    /// One movement of money.
    enum Movement {
        case authorized
        /// More was granted on a hold that stands.
        case raised
        case captured
        case released
        case refunded
        /// A refund failed: the money is back with the merchant.
        case returned
        /// A capture failed after all: the money is back with the payer.
        case uncaptured
    }

    private var entries: Table<Entry>
    /// By currency; entries that had to go for memory are still counted.
    package private(set) var totals: [String: Totals] = [:]

    init(limit: Int?) {
        entries = Table(limit: limit)
    }

    package var count: Int { entries.count }

    /// The entry of a payment, nil when it was never opened or is no longer kept.
    package subscript(payment: String) -> Entry? { entries[payment] }

    /// All entries that are kept, newest first.
    package var newestFirst: [Entry] { Array(entries.newestFirst) }

    mutating func open(_ payment: String, currency: String) {
        entries.insert(Entry(payment: payment, currency: currency, metadata: [:]), id: payment)
        totals[currency, default: Totals()].payments += 1
    }

    mutating func note(_ payment: String, status: String, metadata: [String: String]) {
        entries[payment]?.status = status
        entries[payment]?.metadata = metadata
    }

    /// Writes down a movement of a payment, with the key of the call that caused it.
    mutating func move(_ movement: Movement, _ amount: Int64, of payment: String, key: String?) {
        precondition(amount > 0, "a movement moves something")
        guard var entry = entries[payment] else { return }  // Dropped for memory: nothing to hold.
        var sums = totals[entry.currency, default: Totals()]
        switch movement {
        case .authorized:
            entry.approvals += 1
            entry.authorized += amount
            sums.authorized += amount
        case .raised:
            entry.authorized += amount
            sums.authorized += amount
        case .captured:
            entry.captures += 1
            entry.captured += amount
            sums.captured += amount
        case .released:
            entry.released += amount
            sums.released += amount
        case .refunded:
            entry.refunds += 1
            entry.refunded += amount
            sums.refunded += amount
        case .returned:
            entry.refunded -= amount
            sums.refunded -= amount
        case .uncaptured:
            entry.captured -= amount
            entry.released += amount
            sums.captured -= amount
            sums.released += amount
        }
        precondition(entry.held >= 0, "no more is taken or let go than was held")
        precondition(
            0 <= entry.refunded && entry.refunded <= entry.captured,
            "no more is given back than was taken"
        )
        if let key { entry.keys.append(key) }
        entries[payment] = entry
        totals[entry.currency] = sums
    }
}
