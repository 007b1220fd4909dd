package import JSON

extension Octo {
    /// What can be chosen about this vendor.
    package struct Settings: SimulatorSettings {
        /// Where an answer carries its fields: pages, older versions and some calls differ.
        package enum Envelope: String, Sendable, CaseIterable {
            case data
            case flat
            case both
        }

        package var envelope = Envelope.data
        /// How long a hold stands.
        package var holdTime = Duration.seconds(30 * 60)
        /// How long a payment waits for its payer when it does not say.
        package var payerTime = Duration.seconds(15 * 60)
        /// How long a refund is pending; zero answers at once.
        package var refundTime = Duration.seconds(60)
        /// How long a capture is `capture` before it has `succeeded`; zero answers at once.
        package var captureTime = Duration.zero
        /// Between two status reads of one transaction.
        package var readInterval = Duration.seconds(1)
        /// Of what is taken, in hundredths of a percent.
        package var commissionBasisPoints: Int64 = 300
        /// Tiyin in a dollar, for the smallest refund.
        package var dollar: Int64 = 1_270_000
        /// Kopecks in a dollar.
        package var dollarInRubles: Int64 = 9_700
        /// The tax classes of what can be sold; empty takes all.
        package var registeredGoods: Set<String> = []

        package init() {}

        package static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                var settings = Settings()
                if let envelope = fields.optional("envelope", .oneOf(Envelope.self)) {
                    settings.envelope = envelope
                }
                for (name, property) in durations {
                    if let time = fields.optional(name, .int64(in: 0...3_000_000_000)) {
                        settings[keyPath: property] = .milliseconds(time)
                    }
                }
                if let rate = fields.optional("commission_basis_points", .int64(in: 0...10_000)) {
                    settings.commissionBasisPoints = rate
                }
                if let goods = fields.optional("registered_goods", .array(.string(bytes: 1...17))) {
                    settings.registeredGoods = Set(goods)
                }
                try fields.finish()
                return settings
            }
        }

        private static var durations: [(String, WritableKeyPath<Self, Duration>)] {
            [
                ("hold_ms", \.holdTime), ("payer_ms", \.payerTime), ("refund_ms", \.refundTime),
                ("capture_ms", \.captureTime), ("read_interval_ms", \.readInterval),
            ]
        }

        /// One dollar in minor units of a currency.
        func dollar(in currency: Currency) -> Int64 {
            switch currency {
            case .uzs: dollar
            case .usd: 100
            case .rub: dollarInRubles
            }
        }
    }

    enum Currency: String, Sendable, CaseIterable {
        case uzs = "UZS"
        case usd = "USD"
        case rub = "RUB"
    }
}
