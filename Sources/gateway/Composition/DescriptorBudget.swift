import Glibc
import HTTPServer
import Logging

/// How many descriptors the process may have open, and how many of them are left for clients.
struct DescriptorBudget {
    let loops: Int
    /// Connections to the database per loop.
    let databaseConnections: Int

    /// For vendor calls, brokers, files and the loops themselves.
    private static let reserve = 256

    init(loops: Int, databaseConnections: Int) {
        self.loops = loops
        self.databaseConnections = databaseConnections
    }

    init(_ configuration: Configuration) {
        self.init(
            loops: configuration.loops,
            databaseConnections: configuration.databaseConnections
        )
    }

    /// The most client connections of one loop that a limit of `descriptors` leaves room for; at
    /// least one.
    func clients(within descriptors: Int) -> Int {
        let others = databaseConnections + HTTPServer.refusalsAtATime
        return max(1, (descriptors - Self.reserve) / loops - others)
    }

    /// Raises the process's limit as far as it may, and has `server` take no more clients than the
    /// limit leaves room for: a client too many would be refused in the kernel's queue, in silence,
    /// and with it the database and the vendors.
    func apply(to server: inout HTTPServerConfiguration, _ logger: Logger) {
        let descriptors = Self.raiseLimit()
        let allowed = clients(within: descriptors)
        if allowed < server.maximumConnections {
            logger.warning(
                "fewer client connections than GATEWAY_HTTP_CONNECTIONS: too few descriptors",
                metadata: [
                    "set": "\(server.maximumConnections)", "allowed": "\(allowed)",
                    "descriptors": "\(descriptors)",
                ]
            )
            server.maximumConnections = allowed
        }
        server.reportExhaustion = {
            logger.error("no client is accepted: the process has no descriptors or memory left")
        }
    }

    /// Raises the soft limit of descriptors to the hard one, as every process may (getrlimit(2)).
    ///
    /// - Returns: the limit that holds then.
    private static func raiseLimit() -> Int {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard unsafe getrlimit(resource, &limit) == 0 else {
            preconditionFailure("getrlimit fails only when it is called wrongly")
        }
        var raised = limit
        raised.rlim_cur = limit.rlim_max
        let isRaised = unsafe setrlimit(resource, &raised) == 0
        return Int(clamping: isRaised ? raised.rlim_cur : limit.rlim_cur)
    }
}
