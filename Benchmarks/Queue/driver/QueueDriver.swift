import ArgumentParser
import PaymentCore
import Postgres
import Reactor
import Storage

/// Claims and finishes jobs through the service's own store, and shows the statements that it sends.
@main
struct QueueDriver: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue-driver",
        abstract: "Claims and finishes jobs as a worker's store does.",
        subcommands: [Claim.self, Script.self]
    )
}

/// Jobs that find nothing to do: of any subject, and no vendor is asked.
private let kind = JobKind.applyEvents

struct Claim: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Claims and finishes due jobs for a time; prints jobs per second."
    )

    @Option(help: "Where the database is.") var database: String
    @Option(help: "The tenant whose jobs they are.") var tenant: String
    @Option(help: "Connections, each with one claim at a time.") var connections = 8
    @Option(help: "Jobs of one claim.") var batch = 1
    @Option(help: "How long, in seconds.") var seconds = 10

    func run() async throws {
        guard let tenant = TenantID(tenant) else { throw ValidationError("--tenant is no tenant") }
        let loop = try EventLoop(name: "queue")
        loop.start()
        var configuration = PostgresConfiguration(url: PostgresURL(database))
        configuration.maximumConnections = connections
        let settings = configuration
        let (connections, batch, seconds) = (connections, batch, seconds)
        let count = try await loop.submit {
            let pool = try PostgresPool(
                loop: loop,
                blocking: BlockingPool(),
                configuration: settings
            )
            let jobs = PostgresJobStore(pool: pool, marks: WorkMarks())
            let end = ContinuousClock.now + .seconds(seconds)
            let sum = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<connections {
                    group.addTask(executorPreference: loop) {
                        try await Self.work(jobs, tenant, batch, until: end)
                    }
                }
                return try await group.reduce(0, +)
            }
            await pool.drain(within: .seconds(1))
            return sum
        }
        await loop.stop()
        print(count / seconds)
    }

    /// Claims and finishes until the time is over; returns how many jobs were finished.
    private static func work(
        _ jobs: PostgresJobStore,
        _ tenant: TenantID,
        _ batch: Int,
        until end: ContinuousClock.Instant
    ) async throws -> Int {
        var finished = 0
        while ContinuousClock.now < end {
            let claimed = try await jobs.claim(
                [kind],
                limit: batch,
                lease: .seconds(60),
                in: tenant
            )
            guard !claimed.isEmpty else { throw ValidationError("too few jobs were made") }
            for job in claimed { try await jobs.finish(job, in: tenant) }
            finished += claimed.count
        }
        return finished
    }
}

struct Script: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints the same statements as a script for pgbench, one job each."
    )

    func run() throws {
        print(try Self.statement("job.claim", binds: ["kinds", "limit", "lease"]) + "\n\\gset")
        print(try Self.statement("job.finish", binds: ["kind", "subject", "epoch"]) + ";")
    }

    /// A statement of the store's with pgbench's variables for its binds.
    private static func statement(_ name: String, binds: [String]) throws -> String {
        guard let statement = StatementList.tenant.first(where: { $0.name == name }) else {
            throw ValidationError("the store has no statement \(name)")
        }
        return binds.enumerated().reduce(statement.sql) { sql, bind in
            sql.replacing("$\(bind.offset + 1)", with: ":\(bind.element)")
        }
    }
}
