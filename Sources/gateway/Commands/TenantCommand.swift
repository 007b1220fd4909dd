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
                switch outcome.result {
                case .success: migrated += 1
                case .failure(let error): failures.append("\(outcome.tenant): \(error.message)")
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
        abstract: "Create, list and drop tenants.",
        subcommands: [Create.self, List.self, Drop.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a tenant with its schema and roles, and print its identifier."
        )

        @Option(help: "What people call it.") var name: String?
        @Flag(help: "Print the tenant of this name when there is one.") var ifAbsent = false
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

    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stop serving a tenant; with --erase, delete its schema and roles for good."
        )

        @Argument(help: "The tenant's identifier.") var tenant: TenantID
        @Flag(help: "Delete the data. There is no way back.") var erase = false

        func run() async throws {
            try await Runtime.offline { services in
                let provisioner = try services.provisioner(for: .command("tenant drop"))
                try await provisioner.set(.dropped, of: tenant)
                if erase { try await provisioner.erase(tenant) }
                print("\(tenant) \(erase ? "was erased" : "is no longer served; its data is kept")")
            }
        }
    }
}

extension Services {
    /// Makes tenants of these names, each ready to serve when it is told.
    fileprivate func create(_ names: [String], made: (TenantID) -> Void) async throws {
        let tenants = names.map { (id: SystemIdentifiers().make() as TenantID, name: $0) }
        var failures: [String] = []
        let provisioner = try self.provisioner(for: .command("tenant create"))
        try await provisioner.createAll(tenants, concurrency: 4) {
            outcome throws(StoreError) in
            switch outcome.result {
            case .success:
                try await store.beginUpkeep(of: outcome.tenant)
                made(outcome.tenant)
            case .failure(let error): failures.append("\(outcome.tenant): \(error.message)")
            }
        }
        guard failures.isEmpty else {
            throw CommandError("not created:\n\(failures.joined(separator: "\n"))")
        }
    }
}
