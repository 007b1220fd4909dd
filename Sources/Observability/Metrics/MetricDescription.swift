/// What a metric is for and how it is counted, stated once where the product lists its metrics.
package struct MetricDescription: Sendable, Hashable {
    /// The name in the exposition, `[a-zA-Z_:][a-zA-Z0-9_:]*`; times end in `_seconds`.
    package let name: String
    /// One sentence for the people who read the dashboard.
    package let help: String
    /// Upper bounds of a histogram's buckets, ascending, without the last one, infinity.
    package let buckets: [Double]

    package init(_ name: String, help: String, buckets: [Double] = MetricDescription.seconds) {
        precondition(
            zip(buckets, buckets.dropFirst()).allSatisfy { $0 < $1 },
            "the buckets of \(name) ascend"
        )
        self.name = name
        self.help = help
        self.buckets = buckets
    }

    /// For times: 0.5 ms to 30 s, finest around the goals of a request.
    package static let seconds = [
        0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
    ]
}
