internal import Metrics
package import Observability
internal import PaymentCore

/// What the API counts.
package enum APIMetrics {
    package static let requests = MetricDescription(
        "http_requests_total",
        help: "Requests answered, by route, method and status."
    )
    package static let duration = MetricDescription(
        "http_request_duration_seconds",
        help: "Time from a request's head to its answer, by route and method."
    )
    package static let problems = MetricDescription(
        "api_problems_total",
        help: "Answers other than success, by the code of the problem."
    )
    package static let deliveries = MetricDescription(
        "webhook_events_total",
        help: "Events in vendors' deliveries, by vendor and result: new, duplicate, refused "
            + "or barred."
    )

    /// For the registry, before the first request.
    package static let all = [requests, duration, problems, deliveries]
}

/// The API's own counters, made once. One set per loop.
struct APICounters: Sendable {
    struct Deliveries: Sendable {
        let new: Counter
        let duplicate: Counter
        let refused: Counter
        /// From an address that is not allowed.
        let barred: Counter
    }

    private let problems: [ProblemCode: Counter]
    private let deliveries: [VendorID: Deliveries]

    init(vendors: [VendorID]) {
        problems = Dictionary(
            uniqueKeysWithValues: ProblemCode.allCases.map { code in
                let dimensions = [("code", code.rawValue)]
                return (code, Counter(label: APIMetrics.problems.name, dimensions: dimensions))
            }
        )
        deliveries = Dictionary(
            vendors.map { vendor in
                func counter(_ result: String) -> Counter {
                    Counter(
                        label: APIMetrics.deliveries.name,
                        dimensions: [("vendor", vendor.name), ("result", result)]
                    )
                }
                return (
                    vendor,
                    Deliveries(
                        new: counter("new"),
                        duplicate: counter("duplicate"),
                        refused: counter("refused"),
                        barred: counter("barred")
                    )
                )
            },
            uniquingKeysWith: { first, _ in first }
        )
    }

    func count(_ problem: ProblemCode) { problems[problem]?.increment() }

    subscript(vendor: VendorID) -> Deliveries? { deliveries[vendor] }
}
