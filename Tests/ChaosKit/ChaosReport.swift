/// How a run went.
package struct ChaosReport: Sendable, CustomStringConvertible {
    package let seed: UInt64
    package let violations: [String]
    /// Faults of each kind.
    package let faults: [String: Int]
    package let payments: Int
    package let events: Int
    /// Requests that clients made, repetitions apart.
    package let requests: Int
    /// How many tries they took.
    package let tries: Int
    /// Shares of them that were answered within so many seconds.
    package let answered: [(seconds: Int, share: Double)]
    /// The longest time in which nobody was answered.
    package let worstGap: Duration
    /// From the last fault until nothing was open.
    package let settling: Duration
    /// The age of the oldest due job that was seen later than a minute after the last kill.
    package let oldestJob: Duration
    /// How gateways ended that nobody had ended.
    package let endings: [Int32]
    /// Where the logs are, when they were kept.
    package let folder: String?

    package var kills: Int { faults["kill -9"] ?? 0 }

    package var description: String {
        var lines = ["seed \(seed)"]
        lines += faults.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "  \($0.value) × \($0.key)" }
        lines.append(
            "\(payments) payments, \(events) events, \(requests) requests in \(tries) tries"
        )
        lines += answered.map { entry in
            "  answered within \(entry.seconds) s: \(Self.percent(entry.share))"
        }
        lines.append("  longest time without any answer: \(Self.seconds(worstGap))")
        lines.append("settled \(Self.seconds(settling)) after the last fault")
        lines.append(
            "oldest job due, a minute after the last kill and later: \(Self.seconds(oldestJob))"
        )
        if !endings.isEmpty { lines.append("gateways that ended by themselves: \(endings)") }
        lines += violations.prefix(50).map { "violated: \($0)" }
        if let folder { lines.append("logs: \(folder)") }
        lines.append(
            violations.isEmpty
                ? "nothing lost, nothing doubled"
                : "\(violations.count) violations; repeat with SEED=\(seed)"
        )
        return lines.joined(separator: "\n")
    }

    private static func percent(_ share: Double) -> String {
        "\((share * 10_000).rounded() / 100) %"
    }

    private static func seconds(_ duration: Duration) -> String {
        "\((duration / .seconds(1) * 10).rounded() / 10) s"
    }
}
