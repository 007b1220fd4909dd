/// Prometheus' text format 0.0.4: families and series in the order of their names.
struct Exposition {
    private(set) var bytes: [UInt8] = []

    init(_ families: [MetricFamily]) {
        for family in families.sorted(by: { $0.description.name < $1.description.name }) {
            append(family)
        }
        let full = families.filter { $0.overflows > 0 }
        guard !full.isEmpty else { return }
        let name = "metrics_series_overflowed_total"
        appendHeader(
            name,
            help: "Label sets that had no room and were counted as _other.",
            .counter
        )
        for family in full.sorted(by: { $0.description.name < $1.description.name }) {
            let labels = MetricLabels([("metric", family.description.name)])
            appendSample(name, labels.text, Double(family.overflows))
        }
    }

    private mutating func append(_ family: MetricFamily) {
        let name = family.description.name
        appendHeader(name, help: family.description.help, family.kind)
        for (labels, series) in family.series.sorted(by: { $0.key.text < $1.key.text }) {
            switch series {
            case .counter(let counter): appendSample(name, labels.text, counter.value)
            case .gauge(let gauge): appendSample(name, labels.text, gauge.value)
            case .histogram(let histogram): append(histogram, name, labels.text)
            }
        }
    }

    /// Buckets are cumulative and end with infinity, which equals the count.
    private mutating func append(_ histogram: HistogramSeries, _ name: String, _ labels: String) {
        let snapshot = histogram.snapshot
        let prefix = labels.isEmpty ? "" : labels + ","
        var total: UInt64 = 0
        for (bound, count) in zip(histogram.bounds + [.infinity], snapshot.counts) {
            total += count
            appendSample(
                name + "_bucket",
                prefix + "le=\"\(Self.text(bound))\"",
                Double(total)
            )
        }
        appendSample(name + "_sum", labels, snapshot.sum)
        appendSample(name + "_count", labels, Double(total))
    }

    private mutating func appendHeader(_ name: String, help: String, _ kind: MetricFamily.Kind) {
        if !help.isEmpty {
            // Quotes stay as they are in help texts; only these two are escaped.
            let escaped = help.split(separator: "\\", omittingEmptySubsequences: false)
                .joined(separator: #"\\"#)
                .split(separator: "\n", omittingEmptySubsequences: false).joined(separator: #"\n"#)
            bytes += "# HELP \(name) \(escaped)\n".utf8
        }
        bytes += "# TYPE \(name) \(kind.rawValue)\n".utf8
    }

    private mutating func appendSample(_ name: String, _ labels: String, _ value: Double) {
        bytes += name.utf8
        if !labels.isEmpty { bytes += "{\(labels)}".utf8 }
        bytes += " \(Self.text(value))\n".utf8
    }

    /// Whole numbers without a fraction, as Prometheus' own libraries write them.
    private static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return Int64(exactly: value).map(String.init) ?? value.description
    }
}
