package import JSON

extension Stripe.Vendor {
    package struct Settings: SimulatorSettings {
        /// The secret keys that are let in; empty lets any test key in.
        package var secretKeys: Set<String> = []
        /// How long search does not see a new payment.
        package var searchLag = Duration.seconds(2)

        package init() {}

        package static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                var settings = Settings()
                let keys = fields.optional("secret_keys", .array(.string(bytes: 1...200)))
                settings.secretKeys = Set(keys ?? [])
                if let lag = fields.optional("search_lag_ms", .int64(in: 0...600_000)) {
                    settings.searchLag = .milliseconds(lag)
                }
                try fields.finish()
                return settings
            }
        }

        /// Live keys are never let in: nothing here is live.
        func accepts(_ key: String) -> Bool {
            if !secretKeys.isEmpty { return secretKeys.contains(key) }
            return key.hasPrefix("sk_test_") || key.hasPrefix("rk_test_")
        }
    }

    /// A receiver of events.
    package struct Endpoint: WebhookEndpoint, Equatable {
        package var url: String
        /// More than one while a secret is rolled: each signs.
        package var secrets: [String]
        /// The event types it wants; empty is all.
        package var types: Set<String>

        package init(url: String, secrets: [String], types: Set<String> = []) {
            self.url = url
            self.secrets = secrets
            self.types = types
        }

        package static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                let url = fields.required("url", .string(bytes: 1...2_000))
                let secrets = fields.required(
                    "secrets",
                    .array(.string(bytes: 1...200), count: 1...5)
                )
                let types = fields.optional("types", .array(.string(bytes: 1...100)))
                let required = try fields.finish(url, secrets)
                return Endpoint(url: required.0, secrets: required.1, types: Set(types ?? []))
            }
        }

        package func takes(_ type: String) -> Bool {
            types.isEmpty || types.contains(type)
        }

        package func write(to object: inout JSONWriter) {
            object.member("url", url)
            object.member("secrets", secrets.count)
            object.array("types") { list in
                for type in types.sorted() { list.element(type) }
            }
        }
    }
}
