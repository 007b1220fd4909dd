import Simulation
import Testing

@Suite struct SimulationTests {
    @Test(arguments: [1, 7, 23, 1_234]) func `the same seed lives the same history`(seed: UInt64) {
        var first = History(seed: seed, keepsLines: true)
        var second = History(seed: seed, keepsLines: true)
        let (one, other) = (first.run(), second.run())
        #expect(one.lines == other.lines)
        #expect(one.digest == other.digest)
        #expect(one.steps > 5)
    }

    @Test(arguments: 0..<10) func `every history keeps what was promised`(hundreds: UInt64) {
        for seed in hundreds * 100..<(hundreds + 1) * 100 {
            var history = History(seed: seed)
            let verdict = history.run()
            #expect(verdict.violations.isEmpty, "seed \(seed): \(verdict.violations)")
        }
    }

    @Test(arguments: Manner.allCases) func `every manner of vendor keeps what was promised`(
        manner: Manner
    ) {
        for seed in UInt64(1)...150 {
            var history = History(seed: seed, manner: manner)
            let verdict = history.run()
            #expect(verdict.violations.isEmpty, "seed \(seed): \(verdict.violations)")
        }
    }

    /// Whoever looks for mistakes must find those that are there.
    @Test(arguments: PlantedBug.allCases) func `a planted bug is found`(bug: PlantedBug) {
        let finder = (UInt64(1)...6_000).first { seed in
            var history = History(seed: seed, bug: bug)
            return !history.run().violations.isEmpty
        }
        #expect(finder != nil, "\(bug.rawValue) stays unfound")
    }
}
