import Cryptography
import Foundation
import PaymentCore
import Reactor
import Storage
import Synchronization

/// The file of the key that signs the heads of the books and of the audit trail. It is made with the
/// installation's first data key, and after that only on demand: heads signed by a key that
/// replaced a lost one, or that each machine has for itself, prove nothing to whoever kept
/// another's public half.
final class LedgerKeyFile: Sendable {
    private let path: String
    private let key = Mutex<LedgerKey?>(nil)

    init(_ path: String) {
        self.path = path
    }

    var isThere: Bool { FileManager.default.fileExists(atPath: path) }

    /// Makes the file unless it is there.
    func make() throws(CommandError) {
        do {
            try OwnFile.make(path, try Ed25519Key.generate().pem.reveal())
        } catch {
            throw CommandError("cannot make the key file \(path) of \(Self.setting): \(error)")
        }
    }

    /// The key, read when it is first asked for.
    ///
    /// - Throws: `fault` when the file is gone or cannot be read.
    func open() throws(StoreError) -> LedgerKey {
        if let key = key.withLock({ $0 }) { return key }
        guard isThere else { throw StoreError(.fault, absence) }
        let opened: LedgerKey
        do {
            guard let bytes = FileManager.default.contents(atPath: path) else {
                throw CommandError("it cannot be read")
            }
            opened = LedgerKey(try Ed25519Key(pem: Secret(Array(bytes))))
        } catch {
            throw StoreError(.fault, "the key file \(path) of \(Self.setting): \(error)")
        }
        key.withLock { $0 = opened }
        return opened
    }

    /// What to say when the file is gone.
    var absence: String {
        """
        there is no key file \(path), which signs the books and the audit trail: put the file back \
        from its backup, or name the right one in \(Self.setting); if it is lost for good, \
        `gateway ledger key --new` makes another
        """
    }

    static let setting = "GATEWAY_LEDGER_KEY_FILE"
}

/// What wraps data keys, in an installation whose ledger key is made with the first of them.
struct FoundingKeys: KeyManagement {
    let wrapping: any KeyManagement
    let ledgerKey: LedgerKeyFile

    func begin() async throws(KeyManagementError) {
        try await wrapping.begin()
        do throws(CommandError) {
            try ledgerKey.make()
        } catch {
            throw KeyManagementError(.unavailable, error.description)
        }
    }

    func wrap(
        _ key: Secret,
        of tenant: TenantID
    ) async throws(KeyManagementError) -> WrappedKey {
        try await wrapping.wrap(key, of: tenant)
    }

    func unwrap(
        _ key: WrappedKey,
        of tenant: TenantID
    ) async throws(KeyManagementError) -> Secret {
        try await wrapping.unwrap(key, of: tenant)
    }
}
