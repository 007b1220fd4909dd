import ArgumentParser
import Glibc

/// Measures what happens inside the process when a payment goes to a vendor, and signs what the
/// vendors would send.
@main
struct VendorDriver: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vendor-driver",
        abstract: "Measures routing and adapters; signs deliveries.",
        subcommands: [Routing.self, Adapters.self, Deliveries.self]
    )
}

/// Processor time of something that is done over and over.
enum Stopwatch {
    /// Microseconds of one round: the median of batches, each of about a hundredth of a second.
    static func microseconds(_ round: () throws -> Void) rethrows -> Double {
        for _ in 0..<50 { try round() }
        var count = 1
        while try batch(count, round) < 10_000, count < 1 << 24 { count *= 2 }
        let batches = try (0..<11).map { _ in try batch(count, round) / Double(count) }
        return batches.sorted()[batches.count / 2]
    }

    private static func batch(_ count: Int, _ round: () throws -> Void) rethrows -> Double {
        // POSIX counts a million ticks a second.
        let begun = clock()
        for _ in 0..<count { try round() }
        return Double(clock() - begun)
    }
}

/// A row of a table for people.
func row(_ cells: String...) {
    print("| " + cells.joined(separator: " | ") + " |")
}

extension Double {
    /// With one decimal.
    var short: String { "\((self * 10).rounded() / 10)" }
}
