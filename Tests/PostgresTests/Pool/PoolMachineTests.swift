import Testing

@testable import Postgres

@Suite struct PoolMachineTests {
    static func machine(_ connections: Int = 2, minimum: Int = 0, waiting: Int = 3) -> PoolMachine {
        PoolMachine(.init(connections: connections, minimum: minimum, waiting: waiting))
    }

    @Test func `a caller without a connection waits for the one that opens`() {
        var machine = Self.machine()
        #expect(machine.acquire(1) == .wait)
        #expect(machine.takeOpening() == true)
        #expect(machine.takeOpening() == false)
        #expect(machine.opened(10) == .hand(to: 1))
        #expect(machine.released(10, isUsable: true) == .rest)
        #expect(machine.acquire(2) == .take(10))
    }

    @Test func `callers are served in order and no more connections than allowed`() {
        var machine = Self.machine(2, waiting: 4)
        for waiter in 1...4 { #expect(machine.acquire(waiter) == .wait) }
        #expect(machine.acquire(5) == .refuse(.full))
        #expect(machine.takeOpening() == true)
        #expect(machine.takeOpening() == true)
        #expect(machine.takeOpening() == false)
        #expect(machine.opened(10) == .hand(to: 1))
        #expect(machine.opened(11) == .hand(to: 2))
        #expect(machine.released(11, isUsable: true) == .hand(to: 3))
        #expect(machine.released(10, isUsable: true) == .hand(to: 4))
    }

    @Test func `callers go before the background, which gets every fourth connection`() {
        var machine = Self.machine(1, waiting: 20)
        _ = machine.acquire(0)
        _ = machine.takeOpening()
        #expect(machine.opened(10) == .hand(to: 0))
        for waiter in 101...104 { #expect(machine.acquire(waiter, as: .background) == .wait) }
        for waiter in 1...7 { #expect(machine.acquire(waiter) == .wait) }
        #expect(machine.abandon(102) == true)
        #expect(machine.waiting == 10)
        for waiter in [1, 2, 3, 101, 4, 5, 6, 103, 7, 104] {
            #expect(machine.released(10, isUsable: true) == .hand(to: waiter))
        }
        #expect(machine.released(10, isUsable: true) == .rest)
        // Alone it waits for nobody.
        #expect(machine.acquire(105, as: .background) == .take(10))
    }

    @Test func `who gave up is passed over`() {
        var machine = Self.machine(1)
        #expect(machine.acquire(1) == .wait)
        #expect(machine.acquire(2) == .wait)
        #expect(machine.abandon(1) == true)
        #expect(machine.abandon(1) == false)
        #expect(machine.takeOpening() == true)
        #expect(machine.opened(10) == .hand(to: 2))
        #expect(machine.abandon(2) == false)
    }

    @Test func `after a failure one attempt at a time follows each pause`() {
        var machine = Self.machine(4)
        for waiter in 1...3 { _ = machine.acquire(waiter) }
        #expect(machine.takeOpening() == true)
        machine.openFailed()
        #expect(machine.isOutOfReach)
        #expect(machine.takeOpening() == false)
        machine.pauseEnded()
        #expect(machine.takeOpening() == true)
        #expect(machine.takeOpening() == false)
        #expect(machine.opened(10) == .hand(to: 1))
        #expect(!machine.isOutOfReach)
        #expect(machine.takeOpening() == true)
        #expect(machine.takeOpening() == true)
        #expect(machine.takeOpening() == false)
    }

    @Test func `a broken connection is replaced while someone waits`() {
        var machine = Self.machine(1)
        _ = machine.acquire(1)
        _ = machine.takeOpening()
        _ = machine.opened(10)
        #expect(machine.acquire(2) == .wait)
        #expect(machine.takeOpening() == false)
        #expect(machine.released(10, isUsable: false) == .close)
        #expect(machine.takeOpening() == true)
        #expect(machine.opened(11) == .hand(to: 2))
    }

    @Test func `the minimum is kept and the preferred connection is taken`() {
        var machine = Self.machine(3, minimum: 2)
        #expect(machine.takeOpening() == true)
        #expect(machine.takeOpening() == true)
        #expect(machine.takeOpening() == false)
        #expect(machine.opened(10) == .rest)
        #expect(machine.opened(11) == .rest)
        #expect(machine.acquire(1, preferring: { $0 == 10 }) == .take(10))
        #expect(machine.acquire(2, preferring: { $0 == 10 }) == .take(11))
        #expect(machine.withdraw(10) == false)
    }

    @Test func `draining refuses newcomers, serves who waits, and closes what comes back`() {
        var machine = Self.machine(2)
        _ = machine.acquire(1)
        _ = machine.takeOpening()
        _ = machine.opened(10)
        _ = machine.released(10, isUsable: true)
        #expect(machine.acquire(2) == .take(10))
        #expect(machine.acquire(3) == .wait)
        #expect(machine.drain() == [])
        #expect(machine.acquire(4) == .refuse(.closed))
        #expect(machine.takeOpening() == true)
        #expect(machine.released(10, isUsable: true) == .hand(to: 3))
        #expect(machine.opened(11) == .close)
        #expect(machine.released(10, isUsable: true) == .close)
        #expect(machine.isEmpty)
    }
}
