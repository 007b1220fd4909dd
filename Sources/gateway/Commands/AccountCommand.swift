import ArgumentParser
import KeyServices
import PaymentAPI
import PaymentCore
import Storage
import Vendors

struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: "Connect tenants to vendors.",
        subcommands: [Create.self, List.self, Fields.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a merchant account and print its identifier.",
            discussion: """
                Credentials are sealed under the tenant's key (--set, --set-from-input), or stay where \
                they are: --from-env field=VARIABLE, --from-file path, --from-secret name. `gateway account \
                fields stripe` lists the fields of a vendor. --replace keeps what is not named; \
                credentials are replaced as a whole, so name all fields or none.
                """
        )

        @Option(help: "The tenant.") var tenant: TenantID
        @Option(help: "The vendor, for example stripe.") var vendor: String
        @Option(help: "What people call it.") var name: String
        @Flag(help: "Payments take it when several accounts could.") var `default` = false
        @Flag(help: "For live money; otherwise test.") var live = false
        @Option(help: "The currency the vendor settles in, when it is one.")
        var settlementCurrency: String?
        @Option(help: "A credential field: name=value; several values of one name rotate.")
        var set: [String] = []
        @Flag(
            help:
                "Such fields, one in each line of standard input, where no process list shows them."
        )
        var setFromInput = false
        @Option(help: "A credential field from the environment: name=VARIABLE.")
        var fromEnv: [String] = []
        @Option(help: "A JSON file with one member per credential field.") var fromFile: String?
        @Option(help: "Such a document in AWS' (ARN) or Google's (name) secret manager.")
        var fromSecret: String?
        @Option(help: "A network that notifications may come from, address/bits; repeatable.")
        var webhookNetwork: [String] = []
        @Flag(help: "Change the account of this name when there is one.") var replace = false

        func validate() throws {
            let sources = [
                !set.isEmpty, setFromInput, !fromEnv.isEmpty, fromFile != nil, fromSecret != nil,
            ]
            guard sources.count(where: { $0 }) <= 1 else {
                throw ValidationError(
                    "give one of --set, --set-from-input, --from-env, --from-file and --from-secret"
                )
            }
        }

        func run() async throws {
            guard let vendor = VendorID(vendor),
                let descriptor = VendorCatalog.descriptor(of: vendor)
            else { throw CommandError("the vendor \(vendor) is not served") }
            let given = try credentials()
            let currency = try settlementCurrency.map { code in
                guard let currency = Currency(code) else {
                    throw CommandError("\(code) is no currency")
                }
                return currency
            }
            let networks = try webhookNetwork.map { text in
                guard let network = IPNetwork(text) else {
                    throw CommandError("\(text) is neither an address nor a network")
                }
                return network
            }
            try await Runtime.offline(about: tenant) { services in
                let known = replace ? try await account(of: vendor, services) : nil
                // A new account without any is one whose vendor needs none.
                let source = given ?? (known == nil ? .stored(Credentials([:])) : nil)
                let route =
                    source == nil ? known?.webhookRoute : try checkedRoute(of: source, descriptor)
                let origins = networks.isEmpty ? known?.webhookNetworks ?? [] : networks
                let account = MerchantAccount(
                    id: known?.id ?? SystemIdentifiers().make(),
                    tenant: tenant,
                    vendor: vendor,
                    name: name,
                    mode: known?.mode ?? (live ? .live : .test),
                    isDefault: `default` || known?.isDefault ?? false,
                    isActive: known?.isActive ?? true,
                    settlementCurrency: currency ?? known?.settlementCurrency,
                    credentials: Credentials([:]),
                    webhookNetworks: origins,
                    webhookRoute: route
                )
                let entry = Caller.command("account create").entry(
                    on: account.id.description,
                    before: known.map { AuditDocument.text(of: $0) },
                    after: AuditDocument.text(of: account, credentialsChanged: source != nil)
                )
                let control = services.control.noting(entry)
                if known == nil, let source {
                    try await control.insert(account, credentials: source)
                } else {
                    try await control.update(account, credentials: source)
                }
                print(account.id)
            }
        }

        /// The account that is replaced; nil when there is none of this name yet.
        private func account(
            of vendor: VendorID,
            _ services: Services
        ) async throws -> MerchantAccount? {
            var named = try await services.control.accounts(of: tenant)
                .filter { $0.vendor == vendor && $0.name == name }
            if named.count > 1 { named = named.filter { $0.mode == (live ? .live : .test) } }
            guard named.count <= 1 else {
                throw CommandError(
                    "\(named.count) accounts have this name: change one of them by the API"
                )
            }
            guard let known = named.first else { return nil }
            guard !live || known.mode == .live else {
                throw CommandError("\(known.id) is for test money, and a mode never changes")
            }
            return known
        }

        /// What the vendor's deliveries call the account, by its stored fields, which are checked.
        private func checkedRoute(
            of source: CredentialSource?,
            _ descriptor: VendorDescriptor
        ) throws -> String? {
            guard case .stored(let credentials)? = source else { return nil }
            let problems = descriptor.problems(in: credentials)
            guard problems.isEmpty else {
                throw CommandError(
                    problems.map { "\($0.field): \($0.code.rawValue)" }.joined(separator: "\n")
                )
            }
            return descriptor.routing.flatMap { credentials[$0.field] }
        }

        /// Nil when none are named.
        private func credentials() throws -> CredentialSource? {
            if let fromFile { return .file(path: fromFile) }
            if let fromSecret {
                guard SecretManagers.isName(fromSecret) else {
                    throw CommandError("\(fromSecret) is no name of a secret")
                }
                return .secret(name: fromSecret)
            }
            if !fromEnv.isEmpty {
                return .environment(
                    Dictionary(try fromEnv.map(Self.pair), uniquingKeysWith: { $1 })
                )
            }
            var fields = set
            if setFromInput { while let line = readLine() { fields.append(line) } }
            guard !fields.isEmpty else { return nil }
            let pairs = try fields.map(Self.pair).map { ($0.0, [$0.1]) }
            return .stored(Credentials(Dictionary(pairs, uniquingKeysWith: +)))
        }

        private static func pair(_ text: String) throws -> (String, String) {
            guard let equals = text.firstIndex(of: "=") else {
                throw CommandError("“\(text)” is not name=value")
            }
            return (String(text[..<equals]), String(text[text.index(after: equals)...]))
        }
    }

    struct Fields: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what an account of a vendor is configured with."
        )

        @Argument(help: "The vendor, for example stripe.") var vendor: String

        func run() throws {
            guard let id = VendorID(vendor), let descriptor = VendorCatalog.descriptor(of: id)
            else { throw CommandError("the vendor \(vendor) is not served") }
            for field in descriptor.fields {
                let marks = [field.isRequired ? "required" : "", field.isSecret ? "secret" : ""]
                    .filter { !$0.isEmpty }.map { " (\($0))" }.joined()
                print("\(field.name)\(marks): \(field.description)")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List accounts, no secrets.")

        @Argument(help: "The tenant.") var tenant: TenantID

        func run() async throws {
            try await Runtime.offline(about: tenant) { services in
                for account in try await services.control.accounts(of: tenant) {
                    print(
                        """
                        \(account.id)  \(account.vendor)  \(account.mode.rawValue)  \
                        \(account.isActive ? "active" : "inactive")\
                        \(account.isDefault ? "  default" : "")  \(account.name)
                        """
                    )
                }
            }
        }
    }
}
