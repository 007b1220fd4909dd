/// The simulated vendor: everything below speaks PayPal as its protocol reference says, and nothing
/// here is shared with the adapter that talks to it.
package enum PayPal {}

/// PayPal on a loop. A magic name says how a payer's wallet or card behaves.
package typealias PayPalSimulator = Simulator<PayPal.Vendor>
