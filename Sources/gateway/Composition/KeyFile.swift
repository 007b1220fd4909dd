import Foundation
import Storage

/// The local key file, made on first use and readable by its owner alone.
enum KeyFile {
    static func open(_ path: String) throws -> LocalKeys {
        if !FileManager.default.fileExists(atPath: path) { try create(path) }
        return try LocalKeys(contentsOf: path)
    }

    /// Written whole beside its place and moved there, so that two makers leave one good file.
    private static func create(_ path: String) throws {
        let draft = "\(path).\(ProcessInfo.processInfo.processIdentifier)"
        let text =
            "# Wraps the tenants' data keys. Without it, tokens and credentials are lost.\n"
            + LocalKeys.line(named: "local-1") + "\n"
        guard
            FileManager.default.createFile(
                atPath: draft,
                contents: Data(text.utf8),
                attributes: [.posixPermissions: 0o600]
            )
        else { throw CommandError("cannot write the key file \(path)") }
        // Linking fails when another process was first; its file stands.
        _ = unsafe link(draft, path)
        try FileManager.default.removeItem(atPath: draft)
    }
}
