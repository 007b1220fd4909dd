import ArgumentParser
import PaymentCore
import Storage

/// Outcomes that nobody knows, and what two people can do about them.
struct UnknownsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unknowns",
        abstract: "Look at payments whose outcome is unknown or not told, and settle them by hand.",
        subcommands: [List.self, Propose.self, Approve.self, Reject.self],
        defaultSubcommand: List.self
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List a tenant's unknowns, with what is proposed; amounts in minor units."
        )

        @Argument(help: "The tenant.") var tenant: TenantID
        @Option(help: "At most so many.") var limit = 100

        func run() async throws {
            try await Runtime.offline(about: tenant) { services in
                let page = try await services.plans.unknowns(
                    after: nil,
                    limit: limit,
                    in: tenant
                )
                for unknown in page.elements { Self.show(unknown) }
            }
        }

        private static func show(_ unknown: UnknownAttempt) {
            let attempt = unknown.attempt
            print(
                """
                \(attempt.id)  \(unknown.intent)  \(attempt.operation.rawValue)  \
                \(attempt.amount) \(unknown.currency) (minor units)  \(attempt.vendor)  \
                age \(unknown.age.components.seconds) s  looked up \(attempt.lookUps) times  \
                next \(unknown.nextLook?.rfc3339 ?? "never")  owner \(unknown.owner.rawValue)
                """
            )
            if let proposal = unknown.proposal { print("  \(proposal.line)") }
        }
    }

    struct Propose: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Propose what became of an attempt; another person must approve."
        )

        @Argument(help: "The tenant.") var tenant: TenantID
        @Argument(help: "The attempt, att_….") var attempt: AttemptID
        @Option(help: "The vendor's reference, when the money moved.") var succeeded: String?
        @Flag(help: "Nothing moved, for certain.") var notDone = false
        @Option(
            help: "How much moved, unless what was asked: in minor units, 12500 for 125.00 USD."
        )
        var amount: Int64?
        @Option(help: "How this is known.") var reason: String
        @Option(name: .customLong("as"), help: "Who proposes it.") var person: String

        func validate() throws {
            guard (succeeded != nil) != notDone else {
                throw ValidationError("give --succeeded with a reference, or --not-done")
            }
            guard amount.map({ $0 > 0 && !notDone }) ?? true else {
                throw ValidationError("--amount goes with --succeeded, and is above 0")
            }
        }

        func run() async throws {
            let verdict: Settlement.Verdict =
                succeeded.map { .succeeded(reference: $0, amount: amount) } ?? .notDone
            try await Runtime.offline(about: tenant) { services in
                do throws(WorkflowError) {
                    let payment = try await services.workflows.proposeSettlement(
                        of: attempt,
                        verdict,
                        reason: reason,
                        for: .command("unknowns propose", as: person),
                        in: tenant
                    )
                    if let proposal = payment.intent.plans.proposal(about: attempt) {
                        print(proposal.line)
                    }
                } catch {
                    throw CommandError("not proposed: \(CommandError.words(for: error))")
                }
            }
        }
    }

    /// What both decisions take.
    struct Decision: ParsableArguments {
        @Argument(help: "The tenant.") var tenant: TenantID
        @Argument(help: "The attempt, att_….") var attempt: AttemptID
        @Option(help: "Which proposal: when it was made, as `unknowns list` shows it.")
        var proposedAt: Timestamp
        @Option(name: .customLong("as"), help: "Who decides: not who proposed.")
        var person: String

        func make(approves: Bool) async throws {
            try await Runtime.offline(about: tenant) { services in
                do throws(WorkflowError) {
                    let payment = try await services.workflows.decideSettlement(
                        of: attempt,
                        proposedAt: proposedAt,
                        approves: approves,
                        for: .command("unknowns \(approves ? "approve" : "reject")", as: person),
                        in: tenant
                    )
                    print("\(payment.intent.id)  \(payment.intent.state.rawValue)")
                } catch {
                    throw CommandError("not decided: \(CommandError.words(for: error))")
                }
            }
        }
    }

    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Approve what somebody else proposed."
        )

        @OptionGroup var decision: Decision

        func run() async throws { try await decision.make(approves: true) }
    }

    struct Reject: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Turn down what somebody else proposed."
        )

        @OptionGroup var decision: Decision

        func run() async throws { try await decision.make(approves: false) }
    }
}

extension Settlement {
    /// What the second person reads before deciding. What the first one wrote is quoted, so that it
    /// cannot pass for anything else on a terminal.
    fileprivate var line: String {
        let outcome =
            switch verdict {
            case .notDone: "not done"
            case .succeeded(let reference, let amount):
                "succeeded \(reference.debugDescription)" + (amount.map { ", \($0)" } ?? "")
            }
        let person = proposedBy.person?.debugDescription ?? "nobody named"
        return "proposed at \(proposedAt.rfc3339) by \(person): \(outcome), "
            + "because \(reason.debugDescription)"
    }
}

extension Timestamp: ExpressibleByArgument {
    init?(argument: String) {
        self.init(rfc3339: argument)
    }
}
