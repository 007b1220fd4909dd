internal import Glibc

extension MigrationCatalog {
    /// Reads every `.sql` file of a folder. Blocks.
    package init(folder: String) throws(PostgresError) {
        var migrations: [Migration] = []
        for file in try Self.files(in: folder) where file.hasSuffix(".sql") {
            migrations.append(
                try Migration(file: file, text: try Self.text(of: "\(folder)/\(file)"))
            )
        }
        try self.init(migrations)
    }

    private static func files(in folder: String) throws(PostgresError) -> [String] {
        guard let stream = unsafe opendir(folder) else { throw unreadable(folder) }
        defer { unsafe closedir(stream) }
        var files: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                unsafe String(cString: UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self))
            }
            files.append(name)
        }
        return files
    }

    private static func text(of path: String) throws(PostgresError) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe read(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path) }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw PostgresError(.migration, "\(path) is not UTF-8")
        }
        return text
    }

    private static func unreadable(_ path: String) -> PostgresError {
        PostgresError(.migration, "\(path) cannot be read (errno \(errno))")
    }
}
