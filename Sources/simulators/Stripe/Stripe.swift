/// The simulated vendor: everything below speaks Stripe as its protocol reference says, and nothing
/// here is shared with the adapter that talks to it.
package enum Stripe {
    /// Versions as the reference names them; the account's default when a call sends none.
    static let apiVersion = "2026-10-28.endive"

    static let accountID = "acct_1Simulated"
}

/// Stripe on a loop. It knows no card number: a magic payment method says how a card behaves.
package typealias StripeSimulator = Simulator<Stripe.Vendor>
