import ArgumentParser
import HTTP
import PaymentCore
import VendorRecordings
import Vendors

/// What an adapter itself costs: its conversations, replayed from the recordings of its tests.
struct Adapters: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Builds requests and reads recorded answers; prints microseconds for each pair."
    )

    @Option(help: "Print every recording that takes longer, in microseconds.") var above = 100.0

    func run() throws {
        row("adapter", "conversations", "mean µs", "worst µs", "of", "target µs")
        for vendor in VendorCatalog.all {
            guard case .dialect(let dialect) = vendor.implementation else { continue }
            try measure(vendor, dialect)
        }
    }

    private func measure(
        _ vendor: VendorDescriptor,
        _ dialect: any VendorDialect.Type
    ) throws {
        let account = Sample.account(of: vendor)
        var times: [(name: String, microseconds: Double)] = []
        for name in Recording.names(of: vendor.name) {
            let recording = try Recording(of: vendor.name, name)
            // Silence is right: notifications and the sample of operations are no conversations.
            guard let operation = try? recording.operation(),
                let answers = try? recording.answers(),
                (try? Self.replay(dialect, account, operation, answers)) != nil
            else { continue }
            let time = try Stopwatch.microseconds {
                try Self.replay(dialect, account, operation, answers)
            }
            times.append((name, time / Double(max(1, answers.count))))
        }
        guard let worst = times.max(by: { $0.microseconds < $1.microseconds }) else { return }
        let mean = times.reduce(0) { $0 + $1.microseconds } / Double(times.count)
        row(
            vendor.name,
            "\(times.count)",
            mean.short,
            worst.microseconds.short,
            worst.name,
            "100"
        )
        for time in times where time.microseconds > above {
            row("", "", "", time.microseconds.short, time.name, "")
        }
    }

    /// As the client talks: the account is read, then every step, each with all answers so far.
    private static func replay(
        _ dialect: any VendorDialect.Type,
        _ account: MerchantAccount,
        _ operation: VendorOperation,
        _ answers: [HTTPResponse]
    ) throws {
        let speaker = try dialect.init(account)
        for count in 0...answers.count {
            let step = try speaker.step(
                operation,
                key: Sample.key,
                after: Array(answers.prefix(count))
            )
            if case .finished = step { return }
        }
    }
}
