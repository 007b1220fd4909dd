import Metrics
import PaymentCore
import Synchronization

/// A duration of which each loop knows its own: the gauge shows the longest of their last values.
final class LongestGauge: Sendable {
    private let gauge: Gauge
    private let durations = Mutex<[ObjectIdentifier: Duration]>([:])

    init(label: String, factory: any MetricsFactory = MetricsSystem.factory) {
        gauge = Gauge(label: label, factory: factory)
    }

    /// - Parameter loop: whose value replaces its last one.
    func record(_ duration: Duration, on loop: AnyObject) {
        durations.withLock { durations in
            durations[ObjectIdentifier(loop)] = duration
            let longest = durations.values.max() ?? .zero
            gauge.record(Double(longest.microseconds) / 1_000_000)
        }
    }
}

/// A number of each tenant, which any loop may find out: the gauge shows their sum.
final class TenantsGauge: Sendable {
    private struct Numbers {
        /// Of those that have any.
        var each: [TenantID: Int64] = [:]
        var sum: Int64 = 0
    }

    private let gauge: Gauge
    private let numbers = Mutex(Numbers())

    init(label: String, factory: any MetricsFactory = MetricsSystem.factory) {
        gauge = Gauge(label: label, factory: factory)
    }

    func record(_ number: Int64, of tenant: TenantID) {
        numbers.withLock { numbers in
            numbers.sum += number - (numbers.each[tenant] ?? 0)
            numbers.each[tenant] = number > 0 ? number : nil
            gauge.record(numbers.sum)
        }
    }
}
