import ArgumentParser
import Cryptography
import PaymentAPI
import PaymentCore
import Storage

struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Create, list and revoke API keys.",
        subcommands: [Create.self, List.self, Revoke.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a key and print it: it is shown this once."
        )

        @Option(help: "The tenant it belongs to.") var tenant: TenantID?
        @Flag(help: "A key of the platform, which names a tenant in each request.")
        var platform = false
        @Option(help: "What it is for.") var name: String
        @Option(
            parsing: .upToNextOption,
            help: "What it may do, for example billing.view billing.create."
        )
        var permission: [Permission] = []
        @Flag(help: "Everything.") var allPermissions = false

        func validate() throws {
            guard (tenant != nil) != platform else {
                throw ValidationError("give either --tenant or --platform")
            }
            guard allPermissions || !permission.isEmpty else {
                throw ValidationError("give --permission or --all-permissions")
            }
        }

        func run() async throws {
            try await Runtime.offline(about: tenant) { services in
                let secret = APIKeySecret.generate()
                let key = APIKey(
                    id: SystemIdentifiers().make(),
                    tenant: tenant,
                    name: name,
                    permissions: allPermissions ? Set(Permission.allCases) : Set(permission),
                    rateLimit: nil,
                    createdAt: SystemClock().now,
                    expiresAt: nil,
                    isRevoked: false
                )
                let entry = Caller.command("key create").entry(
                    on: key.id.description,
                    after: AuditDocument.text(of: key)
                )
                try await services.control.noting(entry).insert(key, hash: secret.hash)
                print(secret.text)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List keys, without secrets.")

        @Option(help: "The tenant; without it, the platform's keys.") var tenant: TenantID?

        func run() async throws {
            try await Runtime.offline(about: tenant) { services in
                for key in try await services.control.keys(of: tenant) {
                    let permissions = key.permissions.map(\.rawValue).sorted()
                    print(
                        """
                        \(key.id)  \(key.isRevoked ? "revoked" : "active")  \(key.name)  \
                        \(permissions.joined(separator: ","))
                        """
                    )
                }
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revoke a key; effective everywhere within 5 seconds."
        )

        @Argument(help: "The key's identifier, key_….") var key: APIKeyID
        @Option(help: "The tenant it belongs to; without it, the platform's.")
        var tenant: TenantID?

        func run() async throws {
            try await Runtime.offline(about: tenant) { services in
                let known = try await services.control.keys(of: tenant).first { $0.id == key }
                let entry = Caller.command("key revoke").entry(
                    on: key.description,
                    before: known.map(AuditDocument.text)
                )
                guard try await services.control.noting(entry).revoke(key, of: tenant) else {
                    throw CommandError("there is no such key")
                }
            }
        }
    }
}

extension Permission: ExpressibleByArgument {}

extension Identifier: ExpressibleByArgument {
    init?(argument: String) {
        self.init(argument)
    }
}
