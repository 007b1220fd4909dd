import Cryptography
import Foundation
import Storage

/// The local key files, made on first use and readable by their owner alone.
enum KeyFile {
    /// The keys that wrap the tenants' data keys.
    static func open(_ path: String) throws -> LocalKeys {
        try make(path) {
            "# Wraps the tenants' data keys. Without it, tokens and credentials are lost.\n"
                + LocalKeys.line(named: "local-1") + "\n"
        }
        return try LocalKeys(contentsOf: path)
    }

    /// The key that signs the books' heads.
    static func openLedgerKey(_ path: String) throws -> LedgerKey {
        try make(path) {
            String(decoding: try Ed25519Key.generate().pem.reveal(), as: UTF8.self)
        }
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw CommandError("cannot read the key file \(path)")
        }
        return LedgerKey(try Ed25519Key(pem: Secret(Array(bytes))))
    }

    /// Written whole beside its place and moved there, so that two makers leave one good file.
    private static func make(_ path: String, _ text: () throws -> String) throws {
        guard !FileManager.default.fileExists(atPath: path) else { return }
        let draft = "\(path).\(ProcessInfo.processInfo.processIdentifier)"
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
    }
}
