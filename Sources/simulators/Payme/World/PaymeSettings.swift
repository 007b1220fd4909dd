package import JSON

extension Payme {
    /// What can be chosen about this vendor.
    package struct Settings: SimulatorSettings {
        /// The smallest and largest amount of a receipt, in tiyin.
        package var minimumAmount: Int64 = 100_000
        package var maximumAmount: Int64 = 100_000_000_000
        /// Of what is taken, in hundredths of a percent.
        package var commissionBasisPoints: Int64 = 100
        /// Whether `receipts.confirm_hold` heeds an `amount`; otherwise it takes the whole.
        package var confirmsPartially = false
        /// How long a refund is queued, a card that answers later takes, and a receipt waits before
        /// the shop is asked again.
        package var queueTime = Duration.seconds(60)
        /// How long the slow test card makes its caller wait.
        package var slowCardTime = Duration.seconds(10)

        package init() {}

        package static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                var settings = Settings()
                let amounts = JSONReader.int64(in: 1...)
                if let amount = fields.optional("minimum_amount", amounts) {
                    settings.minimumAmount = amount
                }
                if let amount = fields.optional("maximum_amount", amounts) {
                    settings.maximumAmount = amount
                }
                if let rate = fields.optional("commission_basis_points", .int64(in: 0...10_000)) {
                    settings.commissionBasisPoints = rate
                }
                if let minds = fields.optional("confirms_partially", .bool) {
                    settings.confirmsPartially = minds
                }
                if let time = fields.optional("queue_time_ms", .int64(in: 0...86_400_000)) {
                    settings.queueTime = .milliseconds(time)
                }
                if let time = fields.optional("slow_card_ms", .int64(in: 0...600_000)) {
                    settings.slowCardTime = .milliseconds(time)
                }
                try fields.finish()
                return settings
            }
        }
    }
}
