package import JSON

extension PayPal.Vendor {
    package struct Settings: SimulatorSettings {
        /// Who is let in; nil lets in whoever shows any identifier and secret.
        package var clientID: String?
        package var clientSecret: String?
        /// How long an access token lives.
        package var tokenLifetime = Duration.seconds(32_400)
        /// What certificate addresses start with, in place of where the simulator listens.
        package var certificateBase: String?
        package var allowsDuplicateInvoices = false
        package var allowsOverCapture = true
        /// How long a payer has to approve an order.
        package var approvalWindow = Duration.seconds(3 * 3_600)
        /// How long after it happened a transaction shows in the search.
        package var reportingLag = Duration.seconds(3 * 3_600)

        package init() {}

        package static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                var settings = Settings()
                settings.clientID = fields.optional("client_id", .string(bytes: 1...200))
                settings.clientSecret = fields.optional("client_secret", .string(bytes: 1...200))
                settings.certificateBase = fields.optional(
                    "certificate_base",
                    .string(bytes: 1...2_000)
                )
                if let seconds = fields.optional("token_seconds", .int64(in: 1...1_000_000)) {
                    settings.tokenLifetime = .seconds(seconds)
                }
                if let seconds = fields.optional("approval_seconds", .int64(in: 1...1_000_000)) {
                    settings.approvalWindow = .seconds(seconds)
                }
                if let seconds = fields.optional("reporting_seconds", .int64(in: 0...1_000_000)) {
                    settings.reportingLag = .seconds(seconds)
                }
                if let allows = fields.optional("allow_duplicate_invoices", .bool) {
                    settings.allowsDuplicateInvoices = allows
                }
                if let allows = fields.optional("allow_over_capture", .bool) {
                    settings.allowsOverCapture = allows
                }
                try fields.finish()
                return settings
            }
        }

        func accepts(_ id: String, _ secret: String) -> Bool {
            (clientID ?? id) == id && (clientSecret ?? secret) == secret && !id.isEmpty
                && !secret.isEmpty
        }
    }

    /// A receiver of events.
    package struct Endpoint: WebhookEndpoint, Equatable {
        package var url: String
        /// What the vendor calls this registration; a part of what is signed.
        package internal(set) var webhookID: String
        /// The event types it wants; empty and `*` are all.
        package var types: Set<String>
        var isRegistered = true

        package init(url: String, webhookID: String, types: Set<String> = []) {
            self.url = url
            self.webhookID = webhookID
            self.types = types
        }

        package static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                let url = fields.required("url", .string(bytes: 1...2_000))
                let id = fields.required("webhook_id", .string(bytes: 1...50))
                let types = fields.optional("types", .array(.string(bytes: 1...100)))
                let required = try fields.finish(url, id)
                return Endpoint(url: required.0, webhookID: required.1, types: Set(types ?? []))
            }
        }

        package func takes(_ type: String) -> Bool {
            isRegistered && (types.isEmpty || types.contains("*") || types.contains(type))
        }

        package func write(to object: inout JSONWriter) {
            object.member("id", webhookID)
            object.member("url", url)
            object.array("event_types") { list in
                for type in types.sorted() { list.object { $0.member("name", type) } }
            }
        }
    }
}

extension PayPal.Vendor.Endpoint {
    /// The body of `POST /v1/notifications/webhooks`; the vendor gives the identifier.
    static var registrationReader: JSONReader<Self> {
        .object { fields throws(JSONFieldErrors) in
            let url = fields.required("url", .string(bytes: 1...2_000))
            let types = fields.required(
                "event_types",
                .array(
                    .object { type throws(JSONFieldErrors) in
                        let name = type.required("name", .string(bytes: 1...100))
                        return try type.finish(name)
                    },
                    count: 1...100
                )
            )
            let required = try fields.finish(url, types)
            return PayPal.Vendor.Endpoint(
                url: required.0,
                webhookID: "",
                types: Set(required.1)
            )
        }
    }
}
