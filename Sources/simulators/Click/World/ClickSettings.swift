package import JSON

extension Click {
    /// What can be chosen about this vendor.
    package struct Settings: SimulatorSettings {
        /// How far the time in an `Auth` header may be from the real one, in seconds; the window's
        /// size is not published.
        package var clockTolerance: Int64 = 300
        /// Whether `payment/status_by_mti` gives the status too: the reference says both.
        package var tellsStatusByReference = false

        package init() {}

        package static var reader: JSONReader<Self> {
            .object { fields throws(JSONFieldErrors) in
                var settings = Settings()
                if let seconds = fields.optional("clock_tolerance", .int64(in: 1...86_400)) {
                    settings.clockTolerance = seconds
                }
                if let tells = fields.optional("tells_status_by_reference", .bool) {
                    settings.tellsStatusByReference = tells
                }
                try fields.finish()
                return settings
            }
        }
    }
}
