/// The simulated vendor: everything below speaks Adyen as its protocol reference says, and nothing
/// here is shared with the adapter that talks to it.
package enum Adyen {}

/// Adyen on a loop. It knows no card number: a magic name says how a card behaves.
package typealias AdyenSimulator = Simulator<Adyen.Vendor>
