internal import Cryptography
internal import Glibc
package import Reactor

/// A file that only its owner may read, such as a key file. Blocks.
package enum OwnFile {
    /// Makes the file unless it is there, and returns when it survives a loss of power.
    ///
    /// It is written beside its place, under a name that nobody else takes, and linked there when it
    /// is whole: of any number of makers, in whatever processes and containers, one file stands.
    package static func make(_ path: String, _ content: [UInt8]) throws(SystemError) {
        if unsafe access(path, F_OK) != 0 {
            let draft = "\(path).\(Hex.encode(SecureRandom.bytes(8)))"
            let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw SystemError("open", errno) }
            defer { _ = unsafe unlink(draft) }
            try write(content, descriptor)
            // Another maker's file stands.
            guard unsafe link(draft, path) == 0 || errno == EEXIST else {
                throw SystemError("link", errno)
            }
        }
        try sync(folderOf: path)
    }

    /// Writes all of it to the disk, and closes.
    private static func write(_ content: [UInt8], _ descriptor: Int32) throws(SystemError) {
        defer { close(descriptor) }
        var rest = content[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw SystemError("write", errno)
            }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw SystemError("fsync", errno) }
    }

    /// A file's name is stored in its folder.
    private static func sync(folderOf path: String) throws(SystemError) {
        let name = path.lastIndex(of: "/").map { path[...$0] } ?? "./"
        let folder = unsafe open(String(name), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw SystemError("open", errno) }
        defer { close(folder) }
        // Some file systems sync no folders.
        guard fsync(folder) == 0 || errno == EINVAL else { throw SystemError("fsync", errno) }
    }
}
