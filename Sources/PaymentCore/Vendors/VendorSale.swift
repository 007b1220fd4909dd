/// What was sold with a captured payment, for vendors that issue the receipt that the law requires.
/// The payment stands whatever becomes of that.
package struct VendorSale: Sendable {
    /// The vendor's reference of the payment.
    package let paymentReference: String
    package let amount: Money
    package let items: [Order.Item]
    /// What is kept of the payment in the vendor's words, a JSON object.
    package let details: String?

    package init(
        paymentReference: String,
        amount: Money,
        items: [Order.Item],
        details: String?
    ) {
        self.paymentReference = paymentReference
        self.amount = amount
        self.items = items
        self.details = details
    }
}
