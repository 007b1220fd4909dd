import ArgumentParser
import PaymentCore
import Storage

struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "Inspect and retry background work.",
        subcommands: [List.self, Retry.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List a tenant's jobs.")

        @Argument(help: "The tenant.") var tenant: TenantID
        @Option(help: "Only ready or dead ones.") var state: JobListing.State?
        @Option(help: "At most so many.") var limit = 100

        func run() async throws {
            try await Runtime.offline { services in
                let jobs = try await services.jobs.jobs(state: state, limit: limit, in: tenant)
                for job in jobs {
                    print(
                        """
                        \(job.kind.rawValue)  \(job.subject)  \(job.state.rawValue)  \
                        due \(job.dueAt.rfc3339)  run \(job.run)  \(job.lastError ?? "")
                        """
                    )
                }
            }
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a job due now, also a dead one."
        )

        @Argument(help: "The tenant.") var tenant: TenantID
        @Argument(help: "The kind of the job.") var kind: JobKind
        @Argument(help: "What it is about, for example pay_….") var subject: String

        func run() async throws {
            try await Runtime.offline { services in
                guard try await services.jobs.retry(kind, subject: subject, in: tenant) else {
                    throw CommandError("there is no such job")
                }
            }
        }
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
            try await Runtime.offline { services in
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
            try await Runtime.offline { services in
                guard try await services.inbox.replay(webhook, of: tenant) else {
                    throw CommandError("there is no dead or kept notification of this identifier")
                }
            }
        }
    }
}

extension JobListing.State: ExpressibleByArgument {}
extension JobKind: ExpressibleByArgument {}
extension Webhook.State: ExpressibleByArgument {}
