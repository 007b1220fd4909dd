import Glibc

/// A system call that failed: which one and why.
package struct SystemError: Error, Hashable, CustomStringConvertible {
    /// What a caller can act on; everything else is `other`.
    package enum Code: Hashable, Sendable {
        /// The address is taken or not ours (`EADDRINUSE`, `EADDRNOTAVAIL`).
        case addressUnavailable
        /// The process or the machine has no descriptor or memory left.
        case exhausted
        /// The peer is gone.
        case disconnected
        /// Not allowed (`EACCES`, `EPERM`).
        case denied
        case other
    }

    package let call: String
    /// The `errno` value.
    package let number: Int32

    package init(_ call: StaticString, _ number: Int32) {
        self.call = "\(call)"
        self.number = number
    }

    package var code: Code {
        switch number {
        case EADDRINUSE, EADDRNOTAVAIL: .addressUnavailable
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: .exhausted
        case ECONNRESET, EPIPE, ENOTCONN, ECONNABORTED, ETIMEDOUT: .disconnected
        case EACCES, EPERM: .denied
        default: .other
        }
    }

    package var description: String {
        let reason = unsafe String(cString: strerror(number))
        return "\(call): \(reason) (errno \(number))"
    }
}
