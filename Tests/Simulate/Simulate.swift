internal import ArgumentParser
internal import Simulation

/// Runs histories of the money simulation, one after the other, on one thread.
@main struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the money simulation and checks every history."
    )

    @Option(help: "How many histories to run.")
    var seeds: UInt64 = 10_000

    @Option(help: "The first seed.")
    var from: UInt64 = 1

    @Option(help: "Only this seed, told in words.")
    var seed: UInt64?

    @Option(help: "Plants a mistake that must be found.")
    var bug: PlantedBug?

    @Option(help: "Only vendors of one manner.")
    var manner: Manner?

    mutating func run() throws {
        if let seed {
            var history = History(seed: seed, manner: manner, bug: bug, keepsLines: true)
            let verdict = history.run()
            for line in verdict.lines { print(line) }
            try report(verdict)
            return print("digest \(String(verdict.digest, radix: 16))")
        }
        let clock = ContinuousClock()
        let start = clock.now
        var steps = 0
        for seed in from..<(from + seeds) {
            var history = History(seed: seed, manner: manner, bug: bug)
            let verdict = history.run()
            steps += verdict.steps
            try report(verdict)
        }
        let seconds = (clock.now - start) / .seconds(1)
        let rate = Int(Double(seeds) / seconds)
        print("\(seeds) histories, \(steps) steps, none violated; \(rate) histories/s")
    }

    private func report(_ verdict: History.Verdict) throws {
        guard !verdict.violations.isEmpty else { return }
        for violation in verdict.violations { print("violated: \(violation)") }
        print("seed \(verdict.seed): repeat with SEED=\(verdict.seed)")
        throw ExitCode.failure
    }
}

extension PlantedBug: ExpressibleByArgument {}
extension Manner: ExpressibleByArgument {}
