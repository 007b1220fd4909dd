import Glibc

/// The result of a non-blocking system call.
package enum Attempt: Equatable {
    /// It happened; for transfers the number of bytes.
    case done(Int)
    /// The kernel would have had to wait.
    case wouldBlock
    /// It failed with this `errno`.
    case failed(Int32)
}

/// Runs one system call, repeating it while signals interrupt it.
///
/// The errnos that only a bug of ours can cause stop the process: a wrong descriptor number may by
/// then belong to somebody else's connection.
@inline(__always)
package func attempt(_ body: () -> Int) -> Attempt {
    while true {
        let result = body()
        if result >= 0 { return .done(result) }
        let number = errno
        switch number {
        case EINTR: continue
        case EAGAIN: return .wouldBlock
        case EBADF, EFAULT, ENOTSOCK: preconditionFailure("a system call got a wrong argument")
        default: return .failed(number)
        }
    }
}

/// Runs one system call that either succeeds or throws.
@discardableResult
package func require(
    _ call: StaticString,
    _ body: () -> Int32
) throws(SystemError) -> Int32 {
    switch attempt({ Int(body()) }) {
    case .done(let result): return Int32(truncatingIfNeeded: result)
    case .wouldBlock: throw SystemError(call, EAGAIN)
    case .failed(let number): throw SystemError(call, number)
    }
}
