/// The simulated vendor: everything below speaks Octo as its protocol reference says, and nothing
/// here is shared with the adapter that talks to it.
package enum Octo {
    /// Tashkent, in minutes east of Greenwich.
    static let zone: Int64 = 300

    /// Largest refund of one call, in tiyin; it holds for UZS alone (section 3.4).
    static let largestRefund: Int64 = 1_000_000_000
}
