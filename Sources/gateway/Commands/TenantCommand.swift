import ArgumentParser
import PaymentCore
import Storage

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the control schema and every tenant's schema up to date; can be repeated."
    )

    func run() async throws {
        try await Runtime.offline { services in
            let provisioner = try services.provisioner(for: .command("migrate"))
            try await provisioner.prepareDatabase()
            var failures: [String] = []
            var migrated = 0
            try await provisioner.migrateAll(concurrency: 4) { outcome in
                do throws(StoreError) {
                    _ = try outcome.result.get()
                    // A tenant whose making was cut short may lack it.
                    try await services.upkeep.begin(for: outcome.tenant)
                    migrated += 1
                } catch {
                    failures.append("\(outcome.tenant): \(error.message)")
                }
            }
            guard failures.isEmpty else {
                throw CommandError("not migrated, run again:\n\(failures.joined(separator: "\n"))")
            }
            print("the control schema and \(migrated) tenants are up to date")
        }
    }
}

struct TenantCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tenant",
        abstract: "Create, list, suspend and drop tenants; rotate their data keys.",
        subcommands: [
            Create.self, List.self, Suspend.self, Resume.self, Drop.self, RotateKey.self,
        ]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a tenant with its schema and roles, and print its identifier."
        )

        @Option(help: "What people call it.") var name: String?
        @Flag(help: "Print the tenant of this name when there is one, finished if it was not.")
        var ifAbsent = false
        @Flag(help: "Create one for each line of standard input, several at a time.")
        var fromInput = false

        func validate() throws {
            guard (name != nil) != fromInput else {
                throw ValidationError("give either --name or --from-input")
            }
        }

        func run() async throws {
            var names = name.map { [$0] } ?? []
            if fromInput { while let line = readLine() { names.append(line) } }
            let wanted = names
            try await Runtime.offline { services in
                if ifAbsent,
                    let known = try await services.control.tenants()
                        .first(where: { $0.name == name && $0.state == .active })
                {
                    if !known.hasSchema { try await services.finish(known.id) }
                    return print(known.id)
                }
                try await services.create(wanted) { print($0) }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the tenants.")

        func run() async throws {
            try await Runtime.offline { services in
                for tenant in try await services.control.tenants() {
                    print("\(tenant.id)  \(tenant.state.rawValue)  \(tenant.name)")
                }
            }
        }
    }

    struct Suspend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Refuse what a tenant asks for until it is resumed; within 5 seconds.",
            discussion: """
                Its keys read and change nothing; other services' events and planned retries wait. What \
                was begun goes on, open pages included: vendors are asked how it ended, and what they \
                tell is taken.
                """
        )

        @Argument(help: "The tenant's identifier.") var tenant: TenantID

        func run() async throws {
            try await Runtime.offline { services in
                try await services.set(.suspended, of: tenant, by: "tenant suspend")
                print("\(tenant) is suspended")
            }
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Serve a suspended tenant again; within 5 seconds."
        )

        @Argument(help: "The tenant's identifier.") var tenant: TenantID

        func run() async throws {
            try await Runtime.offline { services in
                try await services.set(.active, of: tenant, by: "tenant resume")
                print("\(tenant) is active")
            }
        }
    }

    struct RotateKey: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate-key",
            abstract: "Give a tenant a new data key, which seals from now on.",
            discussion: """
                The older ones still open what they sealed, and are wrapped anew by the current \
                wrapping key: after --all, an older wrapping key can be taken away. Can be repeated.
                """
        )

        @Argument(help: "The tenant's identifier.") var tenant: TenantID?
        @Flag(help: "Every tenant, dropped ones included: their data is kept, too.")
        var all = false

        func validate() throws {
            guard (tenant != nil) != all else {
                throw ValidationError("give either a tenant or --all")
            }
        }

        func run() async throws {
            try await Runtime.offline(about: tenant) { services in
                let ids =
                    if let tenant { [tenant] } else {
                        try await services.control.tenants().map(\.id)
                    }
                let provisioner = try services.provisioner(for: .command("tenant rotate-key"))
                var failures: [String] = []
                for id in ids {
                    do throws(StoreError) {
                        try await provisioner.rotateKeys(of: id)
                        print("\(id) has a new data key")
                    } catch {
                        failures.append("\(id): \(error.message)")
                    }
                }
                guard failures.isEmpty else {
                    throw CommandError(
                        "not rotated, run again:\n\(failures.joined(separator: "\n"))"
                    )
                }
            }
        }
    }

    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop serving a tenant; with --erase, delete its schema and roles for good."
        )

        @Argument(help: "The tenant's identifier.") var tenant: TenantID
        @Flag(help: "Delete the data. There is no way back.") var erase = false

        func run() async throws {
            try await Runtime.offline(about: tenant) { services in
                let provisioner = try services.provisioner(for: .command("tenant drop"))
                try await provisioner.set(.dropped, of: tenant)
                if erase { try await provisioner.erase(tenant) }
                print("\(tenant) \(erase ? "was erased" : "is no longer served; its data is kept")")
            }
        }
    }
}

extension Services {
    /// Suspends or resumes a tenant; one that is so already stays so, and nothing is noted.
    fileprivate func set(
        _ state: Tenant.State,
        of id: TenantID,
        by command: String
    ) async throws {
        let known = try await known(id).state
        guard known != .dropped else { throw CommandError("\(id) is dropped") }
        guard known != state else { return }
        try await provisioner(for: .command(command)).set(state, of: id)
    }

    /// Makes a tenant ready to serve whose making was cut short.
    fileprivate func finish(_ id: TenantID) async throws {
        _ = try await provisioner(for: .command("tenant create")).migrate(id)
        try await upkeep.begin(for: id)
    }

    /// Makes tenants of these names, each ready to serve when it is reported.
    fileprivate func create(_ names: [String], made: (TenantID) -> Void) async throws {
        let tenants = names.map { (id: SystemIdentifiers().make() as TenantID, name: $0) }
        var failures: [String] = []
        let provisioner = try self.provisioner(for: .command("tenant create"))
        try await provisioner.createAll(tenants, concurrency: 4) {
            outcome throws(StoreError) in
            switch outcome.result {
            case .success:
                try await upkeep.begin(for: outcome.tenant)
                made(outcome.tenant)
            case .failure(let error): failures.append("\(outcome.tenant): \(error.message)")
            }
        }
        guard failures.isEmpty else {
            throw CommandError(
                """
                not created:
                \(failures.joined(separator: "\n"))
                → `gateway migrate` finishes those that `gateway tenant list` shows
                """
            )
        }
    }
}
