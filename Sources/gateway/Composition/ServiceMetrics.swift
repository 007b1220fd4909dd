/// The process's metrics.
struct ServiceMetrics: Sendable {
    static func bootstrap() -> ServiceMetrics { ServiceMetrics() }

    /// Prometheus' text format.
    func exposition() -> [UInt8] { [] }
}
