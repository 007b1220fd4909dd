import ArgumentParser
import PaymentCore
import Storage

struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "Inspect and replay other services' events.",
        subcommands: [List.self, DeadLetters.self, Replay.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List a tenant's events, newest first."
        )

        @Argument(help: "The tenant.") var tenant: TenantID
        @Option(help: "received, applied or dead.") var state: InboundEvent.State?
        @Option(help: "At most so many.") var limit = 50

        func run() async throws {
            try await Runtime.offline(about: tenant) { services in
                try await EventsCommand.show(state, of: tenant, limit, services)
            }
        }
    }

    struct DeadLetters: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "dead-letters",
            abstract: "List a tenant's dead letters; without a tenant, what is for none."
        )

        @Argument(help: "The tenant.") var tenant: TenantID?
        @Option(help: "At most so many.") var limit = 50

        func run() async throws {
            try await Runtime.offline(about: tenant) { services in
                if let tenant {
                    return try await EventsCommand.show(.dead, of: tenant, limit, services)
                }
                for stray in try await services.strays.strays(after: nil, limit: limit) {
                    print(
                        """
                        \(stray.id)  \(stray.reason)  \(stray.origin)  \
                        \(stray.receivedAt.rfc3339)  \(stray.body.prefix(200))
                        """
                    )
                }
            }
        }
    }

    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Let a dead letter have its turn again; one that is for no tenant, by its now."
        )

        @Argument(help: "The event, iev_….") var event: InboundEventID
        @Option(help: "Its tenant, when it has one.") var tenant: TenantID?

        func run() async throws {
            try await Runtime.offline(about: tenant) { services in
                if let tenant {
                    let entry = Caller.command("events replay").entry(on: event.description)
                    guard try await services.events.noting(entry).replay(event, in: tenant) else {
                        throw CommandError("there is no dead letter of this identifier")
                    }
                    return
                }
                switch try await services.workflows.replayStray(event) {
                case nil: throw CommandError("there is no stray event of this identifier")
                case .stray(let reason)?: throw CommandError("still for nobody: \(reason)")
                case .kept(let kept, _)?: print(kept.id)
                }
            }
        }
    }

    private static func show(
        _ state: InboundEvent.State?,
        of tenant: TenantID,
        _ limit: Int,
        _ services: Services
    ) async throws {
        let events = try await services.events.inboundEvents(
            state: state,
            after: nil,
            limit: limit,
            in: tenant
        )
        for event in events {
            print(
                """
                \(event.id)  \(event.state.rawValue)  \(event.event.type)  \(event.aggregate)  \
                \(event.event.id)  \(event.reason?.rawValue ?? "")  \(event.detail ?? "")
                """
            )
        }
    }
}

extension InboundEvent.State: ExpressibleByArgument {}
