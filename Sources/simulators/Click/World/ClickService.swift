package import JSON

extension Click {
    /// A service of a merchant: what Click and the shop know of each other.
    package struct Service: WebhookEndpoint, Equatable {
        package var id: Int64
        package var merchantID: Int64
        /// The user in the `Auth` header.
        package var userID: Int64
        /// One secret for both directions (section 1).
        package var secret: String
        /// Where Prepare goes; nil while none is registered.
        package var prepareURL: String?
        /// Where Complete goes; nil is the same address.
        package var completeURL: String?
        /// Whether the contract allows partial reversals.
        package var reversesPartially = false
        /// How the shop is asked (section 3.7).
        package var dialogue = Dialogue.shop
        /// Whether payments by token are settled with the shop too.
        package var asksShopAboutTokens = true
        /// Whether its CLICK Pass payments have to be confirmed.
        package var confirmsPass = false

        package init(
            id: Int64,
            merchantID: Int64,
            userID: Int64,
            secret: String,
            url: String? = nil
        ) {
            (self.id, self.merchantID, self.userID) = (id, merchantID, userID)
            self.secret = secret
            prepareURL = url
        }

        package static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                let id = fields.required("service_id", .int64(in: 1...))
                let merchant = fields.required("merchant_id", .int64(in: 1...))
                let user = fields.required("merchant_user_id", .int64(in: 1...))
                let secret = fields.required("secret_key", .string(bytes: 1...200))
                let prepare = fields.optional("prepare_url", .string(bytes: 1...2_000))
                let complete = fields.optional("complete_url", .string(bytes: 1...2_000))
                let reverses = fields.optional("partial_reversal", .bool)
                let dialogue = fields.optional("protocol", .oneOf(Dialogue.self))
                let asks = fields.optional("asks_about_tokens", .bool)
                let confirms = fields.optional("confirms_pass", .bool)
                let required = try fields.finish(id, merchant, user, secret)
                var service = Service(
                    id: required.0,
                    merchantID: required.1,
                    userID: required.2,
                    secret: required.3,
                    url: prepare
                )
                service.completeURL = complete
                service.reversesPartially = reverses ?? service.reversesPartially
                service.dialogue = dialogue ?? service.dialogue
                service.asksShopAboutTokens = asks ?? service.asksShopAboutTokens
                service.confirmsPass = confirms ?? service.confirmsPass
                return service
            }
        }

        package func takes(_ type: String) -> Bool { prepareURL != nil }

        package func write(to object: inout JSONWriter) {
            object.member("service_id", id)
            object.member("merchant_id", merchantID)
            object.member("merchant_user_id", userID)
            object.member("prepare_url", prepareURL)
            object.member("complete_url", completeURL)
            object.member("partial_reversal", reversesPartially)
            object.member("protocol", dialogue.rawValue)
            object.member("asks_about_tokens", asksShopAboutTokens)
            object.member("confirms_pass", confirmsPass)
        }
    }
}
