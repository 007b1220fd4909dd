/// The simulated vendor: everything below speaks Click as its protocol reference says, in both
/// directions, and nothing here is shared with the adapter that talks to it.
package enum Click {
    /// The only currency: soums, in links and in the Merchant API with decimals, in fiscal data in
    /// tiyin.
    static let currency = "UZS"

    /// Tashkent, in minutes east of Greenwich.
    static let zone: Int64 = 300

    /// How long a CLICK Pass code can be paid with.
    static let passLifetime = Duration.seconds(120)

    /// How long a CLICK Pass payment waits for its confirmation (section 3.6).
    static let confirmationTime = Duration.seconds(30)
}
