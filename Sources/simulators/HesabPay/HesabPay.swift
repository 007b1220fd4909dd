/// The simulated vendor: everything below speaks HesabPay as its protocol reference says, and
/// nothing here is shared with the adapter that talks to it.
///
/// Much of the reference comes from integrations alone: what is marked [C] there is off here, or a
/// setting.
package enum HesabPay {
    /// The only currency, with two decimals though prices are whole in daily use.
    static let currency = "AFN"

    /// Kabul, in minutes east of Greenwich.
    static let zone: Int64 = 270

    /// What `status_code` says of a success.
    static let good: Int64 = 10
}
