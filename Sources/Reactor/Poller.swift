internal import CLinux
import Glibc

/// The epoll instance of a loop and the eventfd that wakes it.
///
/// The registration's generation travels with the descriptor in the event, so that an event fetched
/// before its descriptor was closed and reused is recognised as stale.
@safe struct Poller: ~Copyable {
    private let epoll: Descriptor
    private let alarm: Descriptor
    private let events: UnsafeMutableBufferPointer<epoll_event>

    private static let alarmTag = UInt64.max

    init(capacity: Int = 512) throws(SystemError) {
        let epoll = Descriptor(
            adopting: try require("epoll_create1") { epoll_create1(Int32(EPOLL_CLOEXEC)) }
        )
        let alarm = Descriptor(
            adopting: try require("eventfd") { eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)) }
        )
        // Edge-triggered: every write is an event of its own and nobody has to read the counter.
        try Poller.control(
            epoll.number,
            EPOLL_CTL_ADD,
            alarm.number,
            mask: EPOLLIN.rawValue | EPOLLET.rawValue,
            tag: Poller.alarmTag
        )
        self.epoll = epoll
        self.alarm = alarm
        unsafe events = .allocate(capacity: capacity)
    }

    deinit { unsafe events.deallocate() }

    func add(_ descriptor: Int32, mask: UInt32, generation: UInt32) throws(SystemError) {
        let tag = Poller.tag(descriptor, generation)
        try Poller.control(epoll.number, EPOLL_CTL_ADD, descriptor, mask: mask, tag: tag)
    }

    func modify(_ descriptor: Int32, mask: UInt32, generation: UInt32) throws(SystemError) {
        let tag = Poller.tag(descriptor, generation)
        try Poller.control(epoll.number, EPOLL_CTL_MOD, descriptor, mask: mask, tag: tag)
    }

    /// Ends a registration. It may have ended by itself: libpq and libcurl close descriptors of
    /// their own accord, and closing removes them from epoll; so failing is as good as succeeding.
    func remove(_ descriptor: Int32) {
        _ = epoll_ctl(epoll.number, EPOLL_CTL_DEL, descriptor, nil)
    }

    /// Wakes the thread in `wait`, from any thread.
    func wake() {
        // A full counter means that a wake-up is pending already.
        _ = attempt { Int(eventfd_write(alarm.number, 1)) }
    }

    /// Waits for events, which ``dispatch(_:to:)`` then hands out.
    ///
    /// - Parameter milliseconds: how long to wait; -1 without limit.
    /// - Returns: how many there are.
    func wait(milliseconds: Int32) -> Int {
        let outcome = attempt {
            unsafe Int(
                epoll_wait(epoll.number, events.baseAddress, Int32(events.count), milliseconds)
            )
        }
        guard case .done(let count) = outcome else {
            preconditionFailure("epoll_wait fails only when it is called wrongly")
        }
        return count
    }

    /// Hands each of the `count` events that were waited for to `receive`.
    ///
    /// - Returns: whether `wake` was called.
    func dispatch(
        _ count: Int,
        to receive: (_ descriptor: Int32, _ generation: UInt32, _ mask: UInt32) -> Void
    ) -> Bool {
        var woken = false
        for index in 0..<count {
            let event = unsafe events[index]
            let tag = unsafe event.data.u64
            if tag == Poller.alarmTag {
                woken = true
            } else {
                unsafe receive(
                    Int32(truncatingIfNeeded: tag & 0xFFFF_FFFF),
                    UInt32(truncatingIfNeeded: tag >> 32),
                    event.events
                )
            }
        }
        return woken
    }

    private static func tag(_ descriptor: Int32, _ generation: UInt32) -> UInt64 {
        UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
    }

    private static func control(
        _ epoll: Int32,
        _ operation: Int32,
        _ descriptor: Int32,
        mask: UInt32,
        tag: UInt64
    ) throws(SystemError) {
        var event = unsafe epoll_event(events: mask, data: epoll_data_t(u64: tag))
        try require("epoll_ctl") {
            unsafe epoll_ctl(epoll, operation, descriptor, &event)
        }
    }
}
