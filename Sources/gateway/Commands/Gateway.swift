import ArgumentParser

/// The command line.
@main
struct Gateway: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway",
        abstract: "A payment gateway: one API over every payment vendor.",
        discussion: """
            Settings come from the environment, or from the file that GATEWAY_CONFIG_FILE names: \
            `gateway config` shows them, `gateway config --reference` explains them.
            """,
        version: Version.text,
        subcommands: [
            Serve.self, Migrate.self, TenantCommand.self, KeyCommand.self, AccountCommand.self,
            IntentCommand.self, LedgerCommand.self, AuditCommand.self, JobsCommand.self,
            UnknownsCommand.self,
            WebhooksCommand.self, EventsCommand.self, SchemasCommand.self, ConfigCommand.self,
            Doctor.self, Simulate.self, DemoCommand.self, Ping.self,
        ]
    )

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            exit(withError: CommandError.explaining(error))
        }
    }
}
