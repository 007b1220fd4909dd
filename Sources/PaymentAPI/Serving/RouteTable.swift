internal import HTTP
internal import HTTPServer

/// Every path that is served, checked for shadowing when it is built.
struct RouteTable: Sendable {
    /// What stands behind a path.
    enum Target: Sendable {
        case endpoint(any Endpoint)
        /// A vendor's deliveries: `{vendor}` in the path, and `{account}` unless the delivery
        /// itself names it.
        case webhook(namesAccount: Bool)
        case health
        case readiness
        case metrics
        case document
    }

    static let root = "/api/v1/payments"

    let router: Router<Target>
    private let successes: [String: Int]

    init(_ endpoints: [any Endpoint], surfaces: Set<APIConfiguration.Surface>) throws {
        var routes: [Router<Target>.Route] = [
            try .init(.get, "/health", .health),
            try .init(.get, "/health/ready", .readiness),
            try .init(.get, "/metrics", .metrics),
        ]
        if surfaces.contains(.api) {
            routes.append(try .init(.get, "/openapi.json", .document))
            for endpoint in endpoints {
                let operation = endpoint.operation
                for path in [operation.path, operation.alias].compactMap(\.self) {
                    routes.append(
                        try .init(operation.method, Self.root + path, .endpoint(endpoint))
                    )
                }
            }
        }
        if surfaces.contains(.webhooks) {
            routes.append(try .init(.post, "/webhooks/v1/{vendor}", .webhook(namesAccount: false)))
            // A vendor that asks has an answer of its own for a wrong method.
            for method in [HTTPMethod.get, .post] {
                routes.append(
                    try .init(
                        method,
                        "/webhooks/v1/{vendor}/{account}",
                        .webhook(namesAccount: true)
                    )
                )
            }
        }
        router = try Router(routes)
        successes = Dictionary(
            endpoints.map { ($0.operation.name, $0.operation.success.code) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    static func standard(_ configuration: APIConfiguration) -> RouteTable {
        do {
            return try RouteTable(endpoints, surfaces: configuration.surfaces)
        } catch {
            preconditionFailure(
                "invariant: the routes of the source do not shadow each other: \(error)"
            )
        }
    }

    /// The status of success of an operation by its name, for records that outlive the request.
    func success(of operation: String) -> Int { successes[operation] ?? 200 }
}
