import ArgumentParser
import PaymentAPI
import PaymentCore
import Storage

struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "Inspect, retry and cancel background work.",
        subcommands: [List.self, Show.self, Retry.self, Cancel.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List a tenant's jobs.")

        @Argument(help: "The tenant.") var tenant: TenantID
        @Option(help: "Only ready or dead ones.") var state: JobListing.State?
        @Option(help: "Only of this kind.") var kind: String?
        @Option(help: "At most so many.") var limit = 100

        func run() async throws {
            try await Runtime.offline(about: tenant) { services in
                let filter = JobFilter(state: state, kind: kind)
                for job in try await services.plans.jobs(filter, limit: limit, in: tenant) {
                    print(job.line)
                }
            }
        }
    }

    /// Which job a command is about.
    struct Name: ParsableArguments {
        @Argument(help: "The tenant.") var tenant: TenantID
        @Argument(help: "The kind of the job, as `gateway jobs list` shows it.") var kind: String
        @Argument(help: "What it is about, for example pay_….") var subject: String

        func find(_ services: Services) async throws -> JobListing? {
            let filter = JobFilter(kind: kind, subject: subject)
            return try await services.plans.jobs(filter, limit: 1, in: tenant).first
        }

        func entry(
            _ command: String,
            as person: String?,
            _ services: Services
        ) async throws -> AuditEntry {
            Caller.command(command, as: person).entry(
                on: "\(kind) \(subject)",
                before: try await find(services).map(AuditDocument.text)
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a job.")

        @OptionGroup var name: Name

        func run() async throws {
            try await Runtime.offline(about: name.tenant) { services in
                guard let job = try await name.find(services) else {
                    throw CommandError("there is no such job")
                }
                print(job.line)
            }
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a job due now, also a dead one."
        )

        @OptionGroup var name: Name

        func run() async throws {
            try await Runtime.offline(about: name.tenant) { services in
                guard let kind = JobKind(rawValue: name.kind) else {
                    throw CommandError("this program knows no such kind of job")
                }
                let entry = try await name.entry("jobs retry", as: nil, services)
                let isFound = try await services.jobs.noting(entry).retry(
                    kind,
                    subject: name.subject,
                    in: name.tenant
                )
                guard isFound else { throw CommandError("there is no such job") }
            }
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a job that waits a dead letter; a retry revives it."
        )

        @OptionGroup var name: Name
        @Option(name: .customLong("as"), help: "Who cancels it.") var person: String

        func run() async throws {
            try await Runtime.offline(about: name.tenant) { services in
                let entry = try await name.entry("jobs cancel", as: person, services)
                let isCancelled = try await services.plans.noting(entry).cancel(
                    kind: name.kind,
                    subject: name.subject,
                    reason: "cancelled by \(person)",
                    in: name.tenant
                )
                guard isCancelled else { throw CommandError("no such job waits") }
            }
        }
    }
}

extension JobListing {
    fileprivate var line: String {
        """
        \(kind)  \(subject)  \(state.rawValue)  due \(dueAt.rfc3339)  run \(run)  \
        \(lastError ?? "")
        """
    }
}

struct WebhooksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhooks",
        abstract: "Inspect and replay received notifications.",
        subcommands: [List.self, Replay.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List notifications.")

        @Argument(help: "The tenant.") var tenant: TenantID
        @Option(help: "received, applied, kept or dead.") var state: Webhook.State?
        @Option(help: "At most so many.") var limit = 50

        func run() async throws {
            try await Runtime.offline(about: tenant) { services in
                let webhooks = try await services.inbox.webhooks(
                    of: tenant,
                    state: state,
                    after: nil,
                    limit: limit
                )
                for webhook in webhooks {
                    print(
                        """
                        \(webhook.id)  \(webhook.vendor)  \(webhook.state.rawValue)  \
                        \(webhook.eventType)  \(webhook.eventKey)  \(webhook.lastError ?? "")
                        """
                    )
                }
            }
        }
    }

    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Apply a dead or kept notification again."
        )

        @Argument(help: "The tenant.") var tenant: TenantID
        @Argument(help: "The notification, whk_….") var webhook: WebhookID

        func run() async throws {
            try await Runtime.offline(about: tenant) { services in
                let entry = Caller.command("webhooks replay").entry(on: webhook.description)
                guard try await services.inbox.noting(entry).replay(webhook, of: tenant) else {
                    throw CommandError("there is no dead or kept notification of this identifier")
                }
            }
        }
    }
}

extension JobListing.State: ExpressibleByArgument {}
extension Webhook.State: ExpressibleByArgument {}
