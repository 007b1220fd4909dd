/// All series of one name, which are of one kind.
struct MetricFamily {
    enum Series {
        case counter(CounterSeries)
        case gauge(GaugeSeries)
        case histogram(HistogramSeries)

        var kind: Kind {
            switch self {
            case .counter: .counter
            case .gauge: .gauge
            case .histogram: .histogram
            }
        }

        /// What a handler is compared by when it is destroyed.
        var object: AnyObject {
            switch self {
            case .counter(let series): series
            case .gauge(let series): series
            case .histogram(let series): series
            }
        }
    }

    enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    let description: MetricDescription
    let kind: Kind
    private(set) var series: [MetricLabels: Series] = [:]
    /// How often labels came for which there was no room.
    private(set) var overflows = 0

    init(description: MetricDescription, kind: Kind) {
        self.description = description
        self.kind = kind
    }

    /// The series with these labels, made when it is new; at most `limit` of them.
    mutating func series(_ labels: MetricLabels, limit: Int) -> Series {
        if let existing = series[labels] { return existing }
        if series.count >= limit {
            overflows += 1
            let overflow = labels.overflow
            return series[overflow] ?? insert(overflow)
        }
        return insert(labels)
    }

    mutating func remove(_ object: AnyObject) {
        series = series.filter { $0.value.object !== object }
    }

    private mutating func insert(_ labels: MetricLabels) -> Series {
        let new: Series =
            switch kind {
            case .counter: .counter(CounterSeries())
            case .gauge: .gauge(GaugeSeries())
            case .histogram: .histogram(HistogramSeries(bounds: description.buckets))
            }
        series[labels] = new
        return new
    }
}
