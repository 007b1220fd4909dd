/// Cash that crossed the desk: in for a payment, out for a refund.
package struct CashReceipt: Sendable, Hashable {
    package enum Direction: String, Sendable {
        case received
        case paidOut = "paid_out"
    }

    package let id: ReceiptID
    package let intent: IntentID
    package let attempt: AttemptID
    /// The drawer, in the back office's words.
    package let drawer: String
    package let property: String?
    package let direction: Direction
    package let amount: Money
    package let recordedBy: Actor
    package let recordedAt: Timestamp

    package init(
        id: ReceiptID,
        intent: IntentID,
        attempt: AttemptID,
        drawer: String,
        property: String?,
        direction: Direction,
        amount: Money,
        recordedBy: Actor,
        recordedAt: Timestamp
    ) {
        self.id = id
        self.intent = intent
        self.attempt = attempt
        self.drawer = drawer
        self.property = property
        self.direction = direction
        self.amount = amount
        self.recordedBy = recordedBy
        self.recordedAt = recordedAt
    }
}
