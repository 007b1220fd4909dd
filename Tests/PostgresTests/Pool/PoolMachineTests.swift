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

    @Test func `the minimum is kept and its family's home is taken`() throws {
        for number in UInt64(1)...20 {
            var machine = Self.machine(3, minimum: 2)
            #expect(machine.takeOpening() == true)
            #expect(machine.takeOpening() == true)
            #expect(machine.takeOpening() == false)
            #expect(machine.opened(10) == .rest)
            #expect(machine.opened(11) == .rest)
            let family = PoolMachine.Family(number: number)
            let home = try #require(family.home(among: [10, 11]))
            #expect(machine.acquire(1, of: family) == .take(home))
            #expect(machine.acquire(2, of: family) == .take(home == 10 ? 11 : 10))
            #expect(machine.withdraw(10) == false)
        }
    }

    @Test func `families are spread, and mostly stay where they are when a connection goes`() {
        let families = (UInt64(1)...1_000).map { PoolMachine.Family(number: $0) }
        let homes = families.map { $0.home(among: 1...8) }
        for connection in 1...8 {
            #expect((80...170).contains(homes.count { $0 == connection }))
        }
        let left = families.map { $0.home(among: 1...7) }
        for (before, after) in zip(homes, left) where before != 8 { #expect(before == after) }
    }

    @Test func `who is at home goes first, but nobody is passed over for long`() {
        var machine = Self.machine(2, waiting: 100)
        for number in [10, 11] {
            _ = machine.acquire(number)
            _ = machine.takeOpening()
            #expect(machine.opened(number) == .hand(to: number))
        }
        let all = (UInt64(1)...100).map { PoolMachine.Family(number: $0) }
        let strangers = all.filter { $0.home(among: [10, 11]) == 11 }
        let own = all.filter { $0.home(among: [10, 11]) == 10 }
        #expect(machine.acquire(100, of: strangers[0]) == .wait)
        for (number, family) in own.prefix(20).enumerated() {
            #expect(machine.acquire(200 + number, of: family) == .wait)
        }
        var served: [PoolMachine.Placement] = []
        for _ in 0..<10 { served.append(machine.released(10, isUsable: true)) }
        #expect(served == (0..<8).map { .hand(to: 200 + $0) } + [.hand(to: 100), .hand(to: 208)])
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
