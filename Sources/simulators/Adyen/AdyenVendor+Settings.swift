package import JSON

extension Adyen.Vendor {
    package struct Settings: SimulatorSettings {
        /// Who is let in; empty lets in whoever shows any key or login.
        package var apiKeys: Set<String> = []
        /// Whose payments these are; empty takes any account.
        package var merchantAccounts: Set<String> = []
        /// Money is taken only when asked for; otherwise at once.
        package var capturesByHand = false
        /// A hold may be captured several times; otherwise the first capture lets the rest go.
        package var capturesSeveralTimes = false
        /// Sends events that accounts have to switch on.
        package var sendsOptionalEvents = true
        /// Shows fields that accounts have to switch on.
        package var showsAdditionalData = true
        /// How many items one notification holds at most.
        package var itemsPerNotification = 1
        /// Takes only `[accepted]` for an answer, as older platforms do.
        package var wantsAccepted = false
        /// How long a modification takes.
        package var processing = Duration.milliseconds(100)

        package init() {}

        package static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                var settings = Settings()
                let keys = fields.optional("api_keys", .array(.string(bytes: 1...500)))
                let accounts = fields.optional(
                    "merchant_accounts",
                    .array(.string(bytes: 1...80))
                )
                settings.apiKeys = Set(keys ?? [])
                settings.merchantAccounts = Set(accounts ?? [])
                settings.capturesByHand = fields.optional("manual_capture", .bool) ?? false
                settings.capturesSeveralTimes =
                    fields.optional("multiple_captures", .bool) ?? false
                settings.sendsOptionalEvents = fields.optional("optional_events", .bool) ?? true
                settings.showsAdditionalData = fields.optional("additional_data", .bool) ?? true
                settings.wantsAccepted = fields.optional("wants_accepted", .bool) ?? false
                let items = fields.optional("items_per_notification", .int64(in: 1...100))
                settings.itemsPerNotification = Int(items ?? 1)
                if let time = fields.optional("processing_ms", .int64(in: 0...3_600_000)) {
                    settings.processing = .milliseconds(time)
                }
                try fields.finish()
                return settings
            }
        }
    }

    /// A receiver of webhooks.
    package struct Endpoint: WebhookEndpoint, Equatable {
        package var url: String
        /// Hexadecimal, the present one first; none sends unsigned.
        package var keys: [String]
        /// For basic authentication; nil sends none.
        package var user: String?
        package var password: String?
        /// The event codes it wants; empty is all.
        package var types: Set<String>

        package init(
            url: String,
            keys: [String],
            user: String? = nil,
            password: String? = nil,
            types: Set<String> = []
        ) {
            self.url = url
            self.keys = keys
            self.user = user
            self.password = password
            self.types = types
        }

        package static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                let url = fields.required("url", .string(bytes: 1...2_000))
                let keys = fields.optional(
                    "secrets",
                    .array(.string(bytes: 64...64), count: 0...5)
                )
                let user = fields.optional("user", .string(bytes: 1...200))
                let password = fields.optional("password", .string(bytes: 1...200))
                let types = fields.optional("types", .array(.string(bytes: 1...100)))
                return Endpoint(
                    url: try fields.finish(url),
                    keys: keys ?? [],
                    user: user,
                    password: password,
                    types: Set(types ?? [])
                )
            }
        }

        package func takes(_ type: String) -> Bool {
            types.isEmpty || types.contains(type)
        }

        package func write(to object: inout JSONWriter) {
            object.member("url", url)
            object.member("secrets", keys.count)
            object.member("user", user)
            object.array("types") { list in
                for type in types.sorted() { list.element(type) }
            }
        }
    }
}
