internal import Glibc

/// Small files: keys and pointers to credentials. Blocks.
enum FileBytes {
    struct Failure: Error, CustomStringConvertible {
        let errorNumber: Int32
        var description: String { "errno \(errorNumber)" }
    }

    /// The whole file; fails with EFBIG beyond `limit`.
    static func read(_ path: String, atMost limit: Int) throws(Failure) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(errorNumber: errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
            }
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw Failure(errorNumber: errno)
            }
            bytes.append(contentsOf: chunk.prefix(count))
            guard bytes.count <= limit else { throw Failure(errorNumber: EFBIG) }
        }
    }
}
