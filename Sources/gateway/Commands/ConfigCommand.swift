import ArgumentParser

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Print the effective settings; secrets are masked."
    )

    @Flag(help: "Print every setting with default and accepted values, also when one is wrong.")
    var reference = false

    func run() async throws {
        let configuration = try reference ? Configuration(environment: [:]) : Configuration.load()
        print(
            reference
                ? Self.table(configuration.settings) : Self.effective(configuration.settings)
        )
    }

    /// The table in `docs/operations.md`.
    static func table(_ settings: [SettingDescription]) -> String {
        let head = "| setting | default | accepted | unit | what it is |\n|---|---|---|---|---|\n"
        return head
            + settings.map { setting in
                let shown = setting.defaultValue.isEmpty ? "" : "`\(setting.defaultValue)`"
                let about = setting.about + (setting.isSecret ? " (secret)" : "")
                return
                    "| `\(setting.name)` | \(shown) | \(setting.accepted) | \(setting.unit) | \(about) |"
            }.joined(separator: "\n")
    }

    private static func effective(_ settings: [SettingDescription]) -> String {
        settings.map { setting in
            let source = setting.source == "default" ? "" : "  # \(setting.source)"
            return "\(setting.name)=\(setting.shownValue)\(source)"
        }.joined(separator: "\n")
    }
}
