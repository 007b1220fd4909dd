/// One capture of a payment, as reported by a vendor that shows them one by one.
package struct CaptureSnapshot: Sendable, Hashable {
    package enum Status: Sendable, Hashable {
        /// Accepted; whether money moves is still open.
        case pending
        /// The money came in, whatever was given back of it later.
        case succeeded
        /// Refused after all: nothing moved.
        case refused(code: String)
    }

    /// The vendor's id of the capture.
    package var reference: String
    /// Our capture, which the vendor echoes; nil for one that was made elsewhere.
    package var capture: CaptureID?
    /// In minor units of the payment's currency.
    package var amount: Int64
    package var status: Status

    package init(reference: String, capture: CaptureID?, amount: Int64, status: Status) {
        self.reference = reference
        self.capture = capture
        self.amount = amount
        self.status = status
    }
}
