internal import HTTP
package import HTTPServer
package import Logging
internal import Metrics
internal import Observability

/// Counts every request per route, and logs what the server answered by itself; what the API
/// answered it logs itself, knowing more. One per loop.
package final class APIObserver: HTTPServerObserver, @unchecked Sendable {
    // Safe because: touched only on its loop, where the server calls it.

    private struct Outcome: Hashable {
        let route: String
        let method: String
        let status: Int
    }

    private struct Instruments {
        let requests: Counter
        let duration: Metrics.Timer
    }

    private var instruments: [Outcome: Instruments] = [:]
    private let accessLog: Logger?

    package init(accessLog: Logger?) {
        self.accessLog = accessLog
    }

    package func finished(_ record: HTTPServerRecord) {
        let outcome = Outcome(
            route: record.route ?? "none",
            method: Self.label(record.method),
            status: record.status.code
        )
        let instruments = instruments(of: outcome)
        instruments.requests.increment()
        instruments.duration.record(duration: record.duration)
        if record.isServerMade { log(record) }
    }

    /// Made once per outcome, of which there are only so many: routes, known methods, statuses.
    private func instruments(of outcome: Outcome) -> Instruments {
        if let known = instruments[outcome] { return known }
        let route = [("route", outcome.route), ("method", outcome.method)]
        let made = Instruments(
            requests: Counter(
                label: APIMetrics.requests.name,
                dimensions: route + [("status", "\(outcome.status)")]
            ),
            duration: Metrics.Timer(label: APIMetrics.duration.name, dimensions: route)
        )
        instruments[outcome] = made
        return made
    }

    /// A method of the caller's invention is not a label.
    private static func label(_ method: HTTPMethod?) -> String {
        switch method {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case nil: "none"
        case _?: "other"
        }
    }

    private func log(_ record: HTTPServerRecord) {
        accessLog?.info(
            "request answered by the server",
            metadata: [
                "method": "\(Self.label(record.method))",
                "status": "\(record.status.code)",
                "request_id": "\(record.requestID)",
                "peer": "\(record.peerAddress)",
            ]
        )
    }
}
