package import Glibc
import Synchronization

/// A child process that lives as long as the pipe to its standard input is open, and so no longer
/// than this process, however that ends. Speaks in lines: a command down, an answer up.
package final class Companion: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private struct Pipes {
        let input: Int32
        let output: Int32
        var unread: [UInt8] = []
    }

    private let name: String
    private let pipes: Mutex<Pipes>
    package let process: pid_t

    package init(_ arguments: [String]) throws {
        name = arguments[0]
        let (childInput, input) = try Self.pipe()
        let (output, childOutput) = try Self.pipe()
        defer {
            close(childInput)
            close(childOutput)
        }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, childInput, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, childOutput, 1)
        // A thread that blocks signals would hand that down, and the child could not be ended.
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var nothing = sigset_t()
        unsafe sigemptyset(&nothing)
        unsafe posix_spawnattr_setsigmask(&attributes, &nothing)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var child: pid_t = 0
        var words: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
        unsafe words.append(nil)
        defer { while let word = unsafe words.popLast() { unsafe free(word) } }
        let status = unsafe posix_spawnp(
            &child,
            arguments[0],
            &actions,
            &attributes,
            words,
            environ
        )
        guard status == 0 else {
            throw Failure(description: "\(name) cannot be started: \(status)")
        }
        process = child
        pipes = Mutex(Pipes(input: input, output: output))
    }

    /// Ends the child and waits for it.
    deinit {
        pipes.withLock { pipes in
            close(pipes.input)
            close(pipes.output)
        }
        waitpid(process, nil, 0)
    }

    /// Sends a line and returns the line that answers it. Blocks.
    package func ask(_ command: String) throws -> String {
        let line = Array((command + "\n").utf8)
        let sent = pipes.withLock { pipes in
            unsafe line.withUnsafeBytes {
                unsafe send(pipes.input, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
        }
        guard sent == line.count else { throw Failure(description: "\(name) is gone") }
        return try readLine()
    }

    /// The next line of output. Blocks.
    package func readLine() throws -> String {
        try pipes.withLock { pipes in
            while true {
                if let end = pipes.unread.firstIndex(of: UInt8(ascii: "\n")) {
                    let line = String(decoding: pipes.unread[..<end], as: UTF8.self)
                    pipes.unread.removeSubrange(...end)
                    return line
                }
                var chunk = [UInt8](repeating: 0, count: 4096)
                let count = unsafe chunk.withUnsafeMutableBytes {
                    unsafe read(pipes.output, $0.baseAddress, $0.count)
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw Failure(description: "\(name) ended") }
                pipes.unread += chunk[..<count]
            }
        }
    }

    /// Closed on exec from the first instant: another child must not keep this one alive.
    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            throw Failure(description: "no pipe: \(errno)")
        }
        return (ends[0], ends[1])
    }
}
