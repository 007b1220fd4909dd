import ArgumentParser
import Cryptography
import Foundation
import PaymentAPI
import PaymentCore
import Storage

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Read, export and verify a tenant's audit trail; read the platform's.",
        subcommands: [List.self, Export.self, Verify.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List who did what, newest first."
        )

        @Argument(help: "The tenant.") var tenant: TenantID?
        @Flag(help: "What was done to tenants and the platform's own keys, instead.")
        var platform = false
        @Option(help: "Only of this API key, person or command's user.") var actor: String?
        @Option(help: "Only this action.") var action: String?
        @Option(help: "Only what was done to this.") var resource: String?
        @Option(help: "Recorded then or later (RFC 3339).") var from: String?
        @Option(help: "Recorded earlier (RFC 3339).") var to: String?
        @Option(help: "At most so many.") var limit = 50

        func validate() throws {
            guard (tenant != nil) != platform else {
                throw ValidationError("give either a tenant or --platform")
            }
        }

        func run() async throws {
            let filter = AuditFilter(
                actor: actor,
                action: action,
                resource: resource,
                from: try from.map(CommandTime.read),
                before: try to.map(CommandTime.read)
            )
            try await Runtime.offline(about: tenant) { services in
                let records =
                    if let tenant {
                        try await services.trail.records(
                            filter,
                            after: nil,
                            limit: limit,
                            in: tenant
                        ).elements
                    } else {
                        try await services.control.platformRecords(filter, limit: limit)
                    }
                for record in records { Self.show(record) }
            }
        }

        private static func show(_ record: AuditRecord) {
            let author = record.author
            let who = [
                author.actor.key?.description, author.actor.person, author.commandUser,
                author.address,
            ].compactMap(\.self).joined(separator: " ")
            print(
                """
                \(record.id)  \(record.recordedAt.rfc3339)  \(record.action)  \
                \(record.resource)  \(who)
                """
            )
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the sealed trail as JSON Lines to the standard output."
        )

        @Argument(help: "The tenant.") var tenant: TenantID

        func run() async throws {
            try await Runtime.offline(about: tenant) { services in
                let export = try await AuditExport(of: tenant, from: services.trail)
                try await export.write { bytes in
                    try FileHandle.standardOutput.write(contentsOf: Data(bytes))
                }
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Recompute the trail: chain and signatures.",
            discussion: """
                Exits with status 1 when something is found. Heads that were kept elsewhere show \
                also that the end was not cut off: give them as a file of JSON lines, such as an \
                earlier export or published audit.sealed events.
                """
        )

        @Argument(help: "The tenant.") var tenant: TenantID
        @OptionGroup var evidence: KnownEvidence

        func run() async throws {
            let known = try evidence.heads(of: .audit)
            let report = try await Runtime.offline(about: tenant) { services in
                try await AuditVerification(
                    trail: services.trail,
                    publicKeys: evidence.keys(beside: services.shared.ledgerKey),
                    known: known
                ).run(tenant)
            }
            print(
                """
                \(report.entries) entries  \(report.heads) heads, \
                \(report.signatures) signatures checked
                """
            )
            evidence.show(known)
            try Verdict(head: report.head, findings: report.findings).show(
                waiting: report.waiting > 0 ? "\(report.waiting) entries wait to be sealed" : nil,
                whole: "the trail is whole"
            )
        }
    }
}

enum CommandTime {
    static func read(_ text: String) throws -> Timestamp {
        guard let moment = Timestamp(rfc3339: text) else {
            throw CommandError("\(text) is no RFC 3339 time")
        }
        return moment
    }
}

extension Caller {
    /// Somebody at the command line.
    ///
    /// - Parameters:
    ///   - command: its words, as they are typed after `gateway`.
    ///   - person: whom they name.
    static func command(_ command: String, as person: String? = nil) -> Caller {
        Caller(
            requestID: "cli",
            language: .english,
            actor: Actor(key: nil, person: person),
            traceparent: nil,
            commandUser: NSUserName(),
            action: "gateway \(command)"
        )
    }

    /// Another service's event, by the end of its type.
    static func event(_ type: String) -> Caller {
        Caller(
            requestID: "event",
            language: .english,
            actor: Actor(key: nil, person: nil),
            traceparent: nil,
            action: type
        )
    }

    /// Its entry in the trail.
    func entry(on resource: String, before: String? = nil, after: String? = nil) -> AuditEntry {
        entry(SystemIdentifiers().make(), on: resource, before: before, after: after)
    }
}
