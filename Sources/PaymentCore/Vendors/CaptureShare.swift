/// The part of a refund that is taken from one capture: vendors whose refunds attach to captures
/// are asked once for each.
package struct CaptureShare: Sendable, Hashable {
    /// The vendor's id of the capture.
    package let reference: String
    /// In minor units of the intent's currency.
    package let amount: Int64

    package init(reference: String, amount: Int64) {
        self.reference = reference
        self.amount = amount
    }
}
