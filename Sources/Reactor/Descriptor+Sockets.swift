import Glibc

extension Descriptor {
    /// Receives what has arrived into `bytes[range]`; `.done(0)` means that the peer has finished.
    @inline(__always)
    package func receive(into bytes: inout [UInt8], at range: Range<Int>) -> Attempt {
        precondition(range.upperBound <= bytes.count && !range.isEmpty)
        return unsafe bytes.withUnsafeMutableBytes { buffer in
            let target = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[range])
            return attempt { unsafe recv(number, target.baseAddress, target.count, 0) }
        }
    }

    /// Sends what the kernel takes of `bytes[range]`.
    @inline(__always)
    package func send(_ bytes: [UInt8], at range: Range<Int>) -> Attempt {
        precondition(range.upperBound <= bytes.count)
        return unsafe bytes.withUnsafeBytes { buffer in
            let source = unsafe UnsafeRawBufferPointer(rebasing: buffer[range])
            return attempt {
                unsafe Glibc.send(number, source.baseAddress, source.count, Int32(MSG_NOSIGNAL))
            }
        }
    }

    /// Bytes sent that the peer's kernel has not acknowledged (`SIOCOUTQ`, tcp(7)).
    package var unacknowledgedCount: Int {
        var count: Int32 = 0
        // It fails only on what is no longer a connected socket: nothing is on its way then.
        _ = unsafe ioctl(number, UInt(TIOCOUTQ), &count)
        return Int(count)
    }

    /// Tells the peer that nothing more will be sent; receiving goes on.
    package func finishSending() {
        // It fails only when the peer is gone already, as receiving will show.
        _ = shutdown(number, Int32(SHUT_WR))
    }

    /// Makes closing drop what is unsent and reset the connection: the peer must not take a cut
    /// answer for a whole one.
    package func resetOnClose() {
        var setting = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(
            number,
            SOL_SOCKET,
            SO_LINGER,
            &setting,
            socklen_t(MemoryLayout<linger>.size)
        )
    }

    func set(_ option: Int32, at level: Int32) throws(SystemError) {
        var one: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        try require("setsockopt") { unsafe setsockopt(number, level, option, &one, size) }
    }

    func localAddress() throws(SystemError) -> SocketAddress {
        var raw = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        try require("getsockname") {
            unsafe withUnsafeMutablePointer(to: &raw) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe getsockname(number, $0, &length)
                }
            }
        }
        guard let address = SocketAddress(raw) else {
            preconditionFailure("a socket that we bound has an address of the family we gave it")
        }
        return address
    }
}
