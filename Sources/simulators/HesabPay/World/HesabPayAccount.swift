package import JSON

extension HesabPay {
    /// A merchant's address for webhooks, as the dashboard knows it. A merchant may have several,
    /// with the same key: one for each event.
    package struct Account: WebhookEndpoint, Equatable {
        package var apiKey: String
        /// Nil while none is registered.
        package var url: String?
        /// `payment_success`, `payment_failure`; empty is both.
        package var types: Set<String> = []
        /// Signs webhooks locally in a header field, as the reference proposes (section 2.2);
        /// nil puts signature and time into the body, to be vouched for by a call.
        package var signingKey: String?
        package var signatureField = "X-Hesab-Signature"
        package var timestampField = "X-Hesab-Timestamp"
        /// Opens the merchant's wallet for payouts; nil: none are made.
        package var pin: String?

        package init(apiKey: String, url: String? = nil) {
            self.apiKey = apiKey
            self.url = url
        }

        package static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                let key = fields.required("api_key", .string(bytes: 1...200))
                let url = fields.optional("url", .string(bytes: 1...2_000))
                let types = fields.optional("types", .array(.string(bytes: 1...100)))
                let signingKey = fields.optional("signing_key", .string(bytes: 1...200))
                let signature = fields.optional("signature_field", .string(bytes: 1...100))
                let timestamp = fields.optional("timestamp_field", .string(bytes: 1...100))
                let pin = fields.optional("pin", .string(bytes: 1...50))
                var account = Account(apiKey: try fields.finish(key), url: url)
                account.types = Set(types ?? [])
                account.signingKey = signingKey
                account.signatureField = signature ?? account.signatureField
                account.timestampField = timestamp ?? account.timestampField
                account.pin = pin
                return account
            }
        }

        package func takes(_ type: String) -> Bool {
            url != nil && (types.isEmpty || types.contains(type))
        }

        package func write(to object: inout JSONWriter) {
            object.member("url", url)
            object.member("types", types.sorted())
            object.member("signs", signingKey != nil)
            object.member("pays_out", pin != nil)
        }
    }
}
