internal import TestKit

/// A build of the gateway and the migrations that belong to it.
package struct Release: Sendable {
    let program: String
    let migrations: String
    /// The names of its settings.
    private let settings: Set<String>

    package init(program: String, migrations: String) throws {
        let reference = try Program.run(
            ["config", "--reference"],
            environment: [:],
            program: program
        )
        settings = Set(reference.matches(of: /`(GATEWAY_[A-Z_]+)`/).map { String($0.output.1) })
        self.program = program
        self.migrations = migrations
    }

    /// What its processes are told: its own migrations, and nothing that it would refuse because it
    /// is older than the setting.
    func environment(_ common: [String: String]) -> [String: String] {
        common.filter { settings.contains($0.key) }
            .merging(["GATEWAY_MIGRATIONS": migrations]) { $1 }
    }
}
