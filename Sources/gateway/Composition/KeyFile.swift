import Cryptography
import Foundation
import PaymentCore
import Reactor
import Storage
import Synchronization

/// The file of the keys that wrap the tenants' data keys. It is made with the installation's first
/// data key and never after: a new file in the place of a lost one, or at a mistaken path, would open
/// nothing that is stored.
final class KeyFile: KeyManagement {
    private let path: String
    /// Nil until there is a file.
    private let keys: Mutex<LocalKeys?>

    /// Reads the file if there is one.
    ///
    /// - Throws: `malformed` or `unavailable` for a file that cannot be used.
    init(_ path: String) throws(KeyManagementError) {
        self.path = path
        keys = Mutex(
            FileManager.default.fileExists(atPath: path) ? try LocalKeys(contentsOf: path) : nil
        )
    }

    func begin() async throws(KeyManagementError) {
        let lines = [
            "# Wraps the tenants' data keys. Without it, tokens and credentials are lost.",
            LocalKeys.line(), "",
        ]
        do throws(SystemError) {
            try OwnFile.make(path, Array(lines.joined(separator: "\n").utf8))
        } catch {
            throw KeyManagementError(.unavailable, "cannot make the key file \(path): \(error)")
        }
    }

    func wrap(
        _ key: Secret,
        of tenant: TenantID
    ) async throws(KeyManagementError) -> WrappedKey {
        try await opened().wrap(key, of: tenant)
    }

    func unwrap(
        _ key: WrappedKey,
        of tenant: TenantID
    ) async throws(KeyManagementError) -> Secret {
        try await opened().unwrap(key, of: tenant)
    }

    /// Another process may have made the file since.
    private func opened() throws(KeyManagementError) -> LocalKeys {
        if let keys = keys.withLock({ $0 }) { return keys }
        guard FileManager.default.fileExists(atPath: path) else {
            throw KeyManagementError(.unavailable, Self.absence(path))
        }
        let found = try LocalKeys(contentsOf: path)
        keys.withLock { $0 = found }
        return found
    }

    /// What to say when the file that wraps what is stored is gone.
    static func absence(_ path: String) -> String {
        """
        there is no key file \(path), but the database of GATEWAY_DATABASE_URL has tenants whose \
        data keys one wraps: put the file back from its backup, or name the right one in \
        GATEWAY_KEY_FILE
        """
    }
}

extension Services {
    /// Stops a process that would serve without the keys of what is stored.
    ///
    /// - Throws: `SettingError` for a key file that is gone, `StoreError` for a database that is
    ///   away and a ledger key that cannot be read.
    func requireKeys() async throws {
        guard try await hasDataKeys() else { return }
        let configuration = shared.configuration
        if configuration.lacksKeyFile {
            throw SettingError(
                name: "GATEWAY_KEY_FILE",
                reason: KeyFile.absence(configuration.keyFile)
            )
        }
        guard shared.ledgerKey.isThere else {
            throw SettingError(name: LedgerKeyFile.setting, reason: shared.ledgerKey.absence)
        }
        _ = try shared.ledgerKey.open()
    }

    /// Whether a tenant was ever made here: the key files come with the first one.
    func hasDataKeys() async throws(StoreError) -> Bool {
        do throws(StoreError) {
            return try await KeyRing.exist(in: pool)
        } catch {
            // Nothing is stored before the first migration.
            guard error.code == .wrongSchemaVersion else { throw error }
            return false
        }
    }
}
