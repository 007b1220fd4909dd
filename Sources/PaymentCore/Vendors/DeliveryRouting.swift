/// How a delivery without our account in its address shows whose it is: by something that the
/// vendor documents, and that one of the account's fields repeats. The account's secrets then
/// decide whether it is genuine.
package struct DeliveryRouting: Sendable {
    /// What a delivery says of its account.
    package struct Name: Sendable, Hashable {
        package let text: String
        /// Nil when it does not tell test from live.
        package let mode: MerchantAccount.Mode?

        package init(_ text: String, mode: MerchantAccount.Mode?) {
            self.text = text
            self.mode = mode
        }
    }

    /// The account's field that holds the name.
    package let field: String
    /// Nil when it says nothing, or two things.
    package let name: @Sendable (WebhookDelivery) -> Name?

    package init(field: String, name: @escaping @Sendable (WebhookDelivery) -> Name?) {
        self.field = field
        self.name = name
    }
}
