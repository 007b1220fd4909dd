/// The simulated vendor: everything below speaks Stripe as its protocol reference says, and nothing
/// here is shared with the adapter that talks to it.
enum Stripe {
    /// Versions as the reference names them; the account's default when a call sends none.
    static let apiVersion = "2026-10-28.endive"

    static let accountID = "acct_1Simulated"
}
