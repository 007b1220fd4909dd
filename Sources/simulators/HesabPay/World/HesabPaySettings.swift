package import JSON

extension HesabPay {
    /// What can be chosen about this vendor: integrations saw different things.
    package struct Settings: SimulatorSettings {
        /// What the checkout's address is called in an answer.
        package enum AddressName: String, Sendable, CaseIterable {
            case url
            case paymentURL = "payment_url"
            case camelCase = "paymentUrl"
        }

        package var addressName = AddressName.url
        /// Whether answers and webhooks name the session, and its end.
        package var namesSessions = false
        /// Whether webhooks leave the shop's reference out, as older ones did.
        package var leavesReferenceOut = false
        /// Whether amounts are written with decimals.
        package var writesDecimals = false
        /// How long the page takes a payer.
        package var sessionTime = Duration.seconds(3_600)
        /// Calls that are not documented; nil has none.
        package var statusPath: String?
        package var refundPath: String?
        /// Wallets that no money can be sent to.
        package var blockedPayees: Set<String> = []

        package init() {}

        package static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                var settings = Settings()
                if let name = fields.optional("address_name", .oneOf(AddressName.self)) {
                    settings.addressName = name
                }
                if let names = fields.optional("names_sessions", .bool) {
                    settings.namesSessions = names
                }
                if let leaves = fields.optional("leaves_reference_out", .bool) {
                    settings.leavesReferenceOut = leaves
                }
                if let writes = fields.optional("writes_decimals", .bool) {
                    settings.writesDecimals = writes
                }
                if let time = fields.optional("session_ms", .int64(in: 1...604_800_000)) {
                    settings.sessionTime = .milliseconds(time)
                }
                settings.statusPath = fields.optional("status_path", .string(bytes: 2...200))
                settings.refundPath = fields.optional("refund_path", .string(bytes: 2...200))
                let blocked = fields.optional("blocked_payees", .array(.string(bytes: 1...50)))
                settings.blockedPayees = Set(blocked ?? [])
                try fields.finish()
                return settings
            }
        }
    }
}
