package import CoreMetrics
import Synchronization

/// The swift-metrics backend: keeps every series in memory and writes them out when scraped.
///
/// Making a metric looks it up under a lock; counting takes none that others hold for long. Keep
/// the `Counter` or `Timer`, do not make one per request.
package final class MetricsRegistry: MetricsFactory {
    private struct State {
        var descriptions: [String: MetricDescription] = [:]
        var families: [String: MetricFamily] = [:]
        var collectors: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())
    private let seriesLimit: Int

    /// - Parameter seriesLimit: Series per metric; further labels are counted together, as
    ///   `_other`, so that a caller's input can never grow memory without end.
    package init(seriesLimit: Int = 1_000) {
        self.seriesLimit = seriesLimit
    }

    /// States what a metric is for; call it before that is first made, or its buckets are the usual
    /// ones.
    package func describe(_ descriptions: [MetricDescription]) {
        state.withLock { state in
            for description in descriptions { state.descriptions[description.name] = description }
        }
    }

    /// Calls `collect` before each exposition, to set gauges that are read rather than counted.
    package func addCollector(_ collect: @escaping @Sendable () -> Void) {
        state.withLock { $0.collectors.append(collect) }
    }

    /// The exposition in Prometheus' text format 0.0.4; its type is `contentType`.
    package func exposition() -> [UInt8] {
        for collect in state.withLock(\.collectors) { collect() }
        return Exposition(state.withLock { Array($0.families.values) }).bytes
    }

    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    // MARK: MetricsFactory

    package func makeCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any CounterHandler {
        counter(label, dimensions)
    }

    package func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        counter(label, dimensions)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions)
    }

    package func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        if aggregate { histogram(label, dimensions) } else { gauge(label, dimensions) }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions)
    }

    package func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
        remove(handler)
    }
    package func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

    // MARK: Series

    private func counter(_ name: String, _ dimensions: [(String, String)]) -> CounterSeries {
        guard case .counter(let series) = series(name, .counter, dimensions) else {
            preconditionFailure("\(name) is not a counter everywhere")
        }
        return series
    }

    private func gauge(_ name: String, _ dimensions: [(String, String)]) -> GaugeSeries {
        guard case .gauge(let series) = series(name, .gauge, dimensions) else {
            preconditionFailure("\(name) is not a gauge everywhere")
        }
        return series
    }

    private func histogram(_ name: String, _ dimensions: [(String, String)]) -> HistogramSeries {
        guard case .histogram(let series) = series(name, .histogram, dimensions) else {
            preconditionFailure("\(name) is not a histogram everywhere")
        }
        return series
    }

    private func series(
        _ label: String,
        _ kind: MetricFamily.Kind,
        _ dimensions: [(String, String)]
    ) -> MetricFamily.Series {
        let name = MetricLabels.legalName(label, allowsColon: true)
        let labels = MetricLabels(dimensions)
        return state.withLock { state in
            let description = state.descriptions[name] ?? MetricDescription(name, help: "")
            return state.families[
                name,
                default: MetricFamily(description: description, kind: kind)
            ].series(labels, limit: seriesLimit)
        }
    }

    private func remove(_ object: AnyObject) {
        state.withLock { state in
            for name in state.families.keys { state.families[name]?.remove(object) }
        }
    }
}
