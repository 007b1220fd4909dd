internal import Glibc
internal import PaymentCore
package import Reactor

/// Where pointers to credentials lead: the process's environment, files and a secret manager.
package struct SecretSources: Sendable {
    private let variable: @Sendable (String) -> String?
    private let blocking: BlockingPool
    private let managed: ManagedSecrets?

    /// - Parameters:
    ///   - blocking: files are read there.
    ///   - managed: what a secret manager keeps; nil where there is none.
    ///   - variable: reads an environment variable; replaced in tests.
    package init(
        blocking: BlockingPool,
        managed: ManagedSecrets? = nil,
        variable: @escaping @Sendable (String) -> String? = SecretSources.processVariable
    ) {
        self.blocking = blocking
        self.managed = managed
        self.variable = variable
    }

    package static func processVariable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// One variable per field; fields whose variable is not set are left out.
    func environment(_ variables: [String: String]) -> Credentials {
        Credentials(variables.compactMapValues { variable($0).map { [$0] } })
    }

    /// A JSON file with one member per field; empty when it cannot be read.
    func file(_ path: String) async -> Credentials {
        // Silence is right: the account then lacks its fields, and that is what is reported.
        let bytes = try? await blocking.run { try FileBytes.read(path, atMost: 65_536) }
        return bytes.flatMap(CredentialColumns.credentials) ?? Credentials([:])
    }

    /// A secret manager's document with one member per field; empty when it cannot be had.
    func secret(_ name: String) async -> Credentials {
        await managed?.credentials(name) ?? Credentials([:])
    }
}
