import Cryptography
import Foundation
import PaymentCore
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
        do throws(CommandError) {
            try OwnFile.make(path) {
                "# Wraps the tenants' data keys. Without it, tokens and credentials are lost.\n"
                    + LocalKeys.line() + "\n"
            }
        } catch {
            throw KeyManagementError(.unavailable, error.description)
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

    /// What to say when the file is gone that wraps what is stored.
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
    ///   away and a ledger key that cannot be had.
    func requireKeys() async throws {
        let configuration = shared.configuration
        if configuration.lacksKeyFile, try await hasDataKeys() {
            throw SettingError(
                name: "GATEWAY_KEY_FILE",
                reason: KeyFile.absence(configuration.keyFile)
            )
        }
        _ = try shared.ledgerKey.open()
    }

    private func hasDataKeys() async throws(StoreError) -> Bool {
        do throws(StoreError) {
            return try await KeyRing.exist(in: pool)
        } catch {
            // Nothing is stored before the first migration.
            guard error.code == .wrongSchemaVersion else { throw error }
            return false
        }
    }
}

/// The file of the key that signs the books' heads, made when it is first needed.
final class LedgerKeyFile: Sendable {
    private let path: String
    private let key = Mutex<LedgerKey?>(nil)

    init(_ path: String) {
        self.path = path
    }

    /// - Throws: `fault` when the file can be neither read nor made.
    func open() throws(StoreError) -> LedgerKey {
        if let key = key.withLock({ $0 }) { return key }
        let opened: LedgerKey
        do {
            try OwnFile.make(path) {
                String(decoding: try Ed25519Key.generate().pem.reveal(), as: UTF8.self)
            }
            guard let bytes = FileManager.default.contents(atPath: path) else {
                throw CommandError("it cannot be read")
            }
            opened = LedgerKey(try Ed25519Key(pem: Secret(Array(bytes))))
        } catch {
            throw StoreError(.fault, "the key file \(path) of GATEWAY_LEDGER_KEY_FILE: \(error)")
        }
        key.withLock { $0 = opened }
        return opened
    }
}

/// A file that is readable by its owner alone.
private enum OwnFile {
    /// Makes the file unless it is there: written whole beside its place and moved there, so that
    /// two makers leave one good file.
    static func make(_ path: String, _ text: () throws -> String) throws(CommandError) {
        guard !FileManager.default.fileExists(atPath: path) else { return }
        let draft = "\(path).\(ProcessInfo.processInfo.processIdentifier)"
        do {
            guard
                FileManager.default.createFile(
                    atPath: draft,
                    contents: Data(try text().utf8),
                    attributes: [.posixPermissions: 0o600]
                )
            else { throw CommandError("cannot write the key file \(path)") }
            // Linking fails when another process was first; its file stands.
            _ = unsafe link(draft, path)
            try FileManager.default.removeItem(atPath: draft)
        } catch let error as CommandError {
            throw error
        } catch {
            throw CommandError("cannot write the key file \(path): \(error)")
        }
    }
}
