internal import ArgumentParser
internal import ChaosKit

/// Runs an installation under everything at once, and says whether it kept its promises.
@main struct ChaosCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chaos",
        abstract: "Kills, cuts and upgrades a whole installation, and checks every book after."
    )

    @Option(help: "For how long things go wrong.")
    var minutes = 10.0

    @Option(help: "What goes wrong, and when; without it, another each time.")
    var seed: UInt64?

    @Option(help: "Clients that pay at once.")
    var clients = 24

    @Option(help: "The release that serves at first: its program…")
    var earlierProgram: String?

    @Option(help: "…and its folder of migrations.")
    var earlierMigrations: String?

    func run() async throws {
        var plan = ChaosPlan(
            seed: seed ?? UInt64.random(in: 1...999_999),
            duration: .seconds(minutes * 60)
        )
        plan.clients = clients
        if let earlierProgram, let earlierMigrations {
            plan.earlier = try Release(program: earlierProgram, migrations: earlierMigrations)
        }
        print("seed \(plan.seed), \(minutes) minutes")
        let report = try await Chaos.run(plan)
        print(report)
        guard report.violations.isEmpty else { throw ExitCode.failure }
    }
}
