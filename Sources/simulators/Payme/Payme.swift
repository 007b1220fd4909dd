/// The simulated vendor: everything below speaks Payme as its protocol reference says, in both
/// directions, and nothing here is shared with the adapter that talks to it.
package enum Payme {
    /// The only currency: soums, counted in tiyin.
    static let currency = "UZS"
    static let currencyNumber: Int64 = 860

    /// How long a transaction may wait for its end, from Payme's own `time` (section 3.3).
    static let transactionLifetime = Duration.seconds(12 * 3_600)

    /// How long a hold stands (section 4.2).
    static let holdLifetime = Duration.seconds(30 * 24 * 3_600)
}
