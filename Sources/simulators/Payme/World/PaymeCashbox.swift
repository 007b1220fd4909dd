package import JSON

extension Payme {
    /// A cashbox of a merchant: what Payme and the shop know of each other.
    package struct Cashbox: WebhookEndpoint, Equatable {
        /// The cashbox's id, by which links and `X-Auth` name the merchant.
        package var id: String
        /// The cashbox key, in both directions.
        package var key: String
        /// The user name in Payme's Basic login.
        package var login = "Paycom"
        /// Where Payme asks the shop's billing; nil while none is registered.
        package var url: String?
        /// Whether Subscribe receipts are settled with the shop's billing too.
        package var hasBilling = false
        /// Whether Payme has allowed holds.
        package var allowsHolds = true

        package init(id: String, key: String, url: String? = nil) {
            self.id = id
            self.key = key
            self.url = url
        }

        package static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                let id = fields.required("id", .string(bytes: 1...100))
                let key = fields.required("key", .string(bytes: 1...200))
                let url = fields.optional("url", .string(bytes: 1...2_000))
                let login = fields.optional("login", .string(bytes: 1...100))
                let hasBilling = fields.optional("billing", .bool)
                let allowsHolds = fields.optional("holds", .bool)
                let required = try fields.finish(id, key)
                var cashbox = Cashbox(id: required.0, key: required.1, url: url)
                cashbox.login = login ?? cashbox.login
                cashbox.hasBilling = hasBilling ?? cashbox.hasBilling
                cashbox.allowsHolds = allowsHolds ?? cashbox.allowsHolds
                return cashbox
            }
        }

        package func takes(_ type: String) -> Bool { url != nil }

        package func write(to object: inout JSONWriter) {
            object.member("id", id)
            object.member("url", url)
            object.member("login", login)
            object.member("billing", hasBilling)
            object.member("holds", allowsHolds)
        }
    }
}
