internal import CLinux

/// What a watch wants to hear about. Hang-ups and errors are always reported.
package struct Interest: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let readable = Interest(rawValue: 1)
    package static let writable = Interest(rawValue: 2)
    /// The peer finished sending (`EPOLLRDHUP`).
    package static let peerFinished = Interest(rawValue: 4)
    package static let everything = Interest(rawValue: 7)

    func epollMask(edgeTriggered: Bool) -> UInt32 {
        var mask: UInt32 = edgeTriggered ? EPOLLET.rawValue : 0
        if rawValue & 1 != 0 { mask |= EPOLLIN.rawValue }
        if rawValue & 2 != 0 { mask |= EPOLLOUT.rawValue }
        if rawValue & 4 != 0 { mask |= EPOLLRDHUP.rawValue }
        return mask
    }
}

/// What the kernel reported about a descriptor.
package struct Readiness: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let readable = Readiness(rawValue: 1)
    package static let writable = Readiness(rawValue: 2)
    /// The peer finished sending; what it sent before may still be unread.
    package static let peerFinished = Readiness(rawValue: 4)
    /// Both directions are closed.
    package static let hangUp = Readiness(rawValue: 8)
    package static let error = Readiness(rawValue: 16)

    init(epollMask mask: UInt32) {
        var bits: UInt8 = 0
        if mask & EPOLLIN.rawValue != 0 { bits |= 1 }
        if mask & EPOLLOUT.rawValue != 0 { bits |= 2 }
        if mask & EPOLLRDHUP.rawValue != 0 { bits |= 4 }
        if mask & EPOLLHUP.rawValue != 0 { bits |= 8 }
        if mask & EPOLLERR.rawValue != 0 { bits |= 16 }
        rawValue = bits
    }

    // Masks as numbers: set literals would allocate, once per event.

    /// Whether reading may give something: bytes, the end, or an error.
    package var permitsReading: Bool { rawValue & (1 | 4 | 8 | 16) != 0 }

    /// Whether the peer has ended at least its side.
    package var peerHasEnded: Bool { rawValue & (4 | 8 | 16) != 0 }
}

/// A descriptor registered with a loop, from `EventLoop.watch` until `cancel`.
///
/// Does not own the descriptor: cancel first, then close. The loop holds it while registered.
package final class Watch {
    package let descriptor: Int32
    package private(set) var interest: Interest
    let generation: UInt32
    let ready: (Readiness) -> Void
    private let edgeTriggered: Bool
    private var isRegistered = true
    private unowned let loop: EventLoop

    init(
        loop: EventLoop,
        descriptor: Int32,
        interest: Interest,
        edgeTriggered: Bool,
        generation: UInt32,
        ready: @escaping (Readiness) -> Void
    ) {
        self.loop = loop
        self.descriptor = descriptor
        self.interest = interest
        self.edgeTriggered = edgeTriggered
        self.generation = generation
        self.ready = ready
    }

    /// Replaces what to hear about. The empty interest keeps the registration, silent but for
    /// hang-ups and errors.
    package func update(_ interest: Interest) throws(SystemError) {
        loop.preconditionOnLoop()
        guard isRegistered, interest != self.interest else { return }
        try loop.poller.modify(
            descriptor,
            mask: interest.epollMask(edgeTriggered: edgeTriggered),
            generation: generation
        )
        self.interest = interest
    }

    /// Ends the registration: `ready` is not called again, also not for events already fetched.
    package func cancel() {
        loop.preconditionOnLoop()
        guard isRegistered else { return }
        isRegistered = false
        loop.forget(self)
    }
}
