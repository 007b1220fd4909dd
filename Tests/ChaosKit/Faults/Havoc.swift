internal import HTTP
internal import JSON
internal import TestKit

/// What goes wrong until the end, each kind in a loop of its own and drawn from the seed. The seed
/// fixes what happens and when; who is hit by it is up to the machine.
struct Havoc: Sendable {
    let place: Installation
    let record: Record
    let seed: UInt64
    let end: ContinuousClock.Instant
    /// Whether notifications may be lost that only a look-up brings back, after a minute.
    let losesNotifications: Bool

    /// Returns when all is over and everything is well again.
    func rage() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await loop(1, 700...3_700, killGateway) }
            group.addTask { await loop(2, 12_000...30_000, hurtDatabase) }
            group.addTask { await loop(3, 300...2_500, cutWire) }
            group.addTask { await loop(4, 15_000...40_000, stopBroker) }
            group.addTask { await loop(5, 300...2_000, hurtVendor) }
            group.addTask { await supervise() }
        }
        await heal()
    }

    private func loop(
        _ number: UInt64,
        _ pauses: ClosedRange<Int>,
        _ strike: (inout SeededGenerator) async throws -> Void
    ) async {
        var random = SeededGenerator(seed: seed ^ number << 32)
        while true {
            let wait = Int.random(in: pauses, using: &random)
            guard ContinuousClock.now + .milliseconds(wait) < end else { return }
            do {
                try await pause(.milliseconds(wait))
                try await strike(&random)
            } catch {
                record.expect(false, "a fault could not be made: \(error)")
            }
        }
    }

    private func supervise() async {
        while ContinuousClock.now < end {
            do {
                try await pause(.milliseconds(250))
                try await place.fleet.revive()
            } catch {
                record.expect(false, "a gateway could not be started: \(error)")
            }
        }
    }

    private func killGateway(_ random: inout SeededGenerator) async throws {
        try await place.fleet.kill(Int.random(in: 0..<place.fleet.count, using: &random))
        record.noteKill()
    }

    /// Stops Postgres as a crash would and starts it again, or makes its disk slow: with
    /// `commit_delay` the server sleeps before each flush of its log, holding the lock that all
    /// other commits wait for, as on a disk that takes so long.
    private func hurtDatabase(_ random: inout SeededGenerator) async throws {
        if Int.random(in: 0..<3, using: &random) < 2 {
            try await place.cluster.restart(immediate: true)
            return record.noteFault("Postgres crash")
        }
        let delay = Int.random(in: 20_000...100_000, using: &random)
        try await place.cluster.configure("commit_siblings", "0")
        try await place.cluster.configure("commit_delay", "\(delay)")
        record.noteFault("slow disk")
        try await pause(.seconds(Int.random(in: 3...8, using: &random)))
        try await place.cluster.configure("commit_delay", nil)
    }

    private func stopBroker(_ random: inout SeededGenerator) async throws {
        place.broker.takeDown()
        record.noteFault("broker outage")
        try await pause(.seconds(Int.random(in: 2...8, using: &random)))
        place.broker.bringUp()
    }

    private func cutWire(_ random: inout SeededGenerator) async throws {
        let wires = place.databaseWires + place.vendors.map(\.wire) + [place.entrance]
        let wire = wires[Int.random(in: 0..<wires.count, using: &random)]
        let length = Int.random(in: 200...2_500, using: &random)
        switch Int.random(in: 0..<7, using: &random) {
        case 0:
            wire.reset()
            return record.noteFault("connections reset")
        case 1:
            wire.set(.cutMidway)
            record.noteFault("answer cut midway")
        case 2:
            wire.set(.cutAtAnswer)
            record.noteFault("answer lost")
        case 3:
            place.databaseWires[length % 2].set(.cutAtCommitAnswer)
            record.noteFault("answer to COMMIT lost")
            try await pause(.milliseconds(length))
            return place.databaseWires[length % 2].set(.pass)
        case 4:
            wire.set(.blackHole)
            record.noteFault("black hole")
        case 5:
            wire.set(.refuse)
            record.noteFault("connections refused")
        default:
            wire.set(.late(milliseconds: UInt32(length / 10)))
            record.noteFault("slow network")
        }
        try await pause(.milliseconds(length))
        wire.set(.pass)
    }

    private func hurtVendor(_ random: inout SeededGenerator) async throws {
        let vendor = place.vendors[Int.random(in: 0..<place.vendors.count, using: &random)]
        let loses = losesNotifications && vendor.manner.canBeAsked
        let fault = VendorFault.random(losingNotifications: loses, using: &random)
        // Silence is right: one that this vendor does not know is none.
        guard let answer = try? await vendor.simulator.send(.post, "/_control/faults", fault.body),
            answer.status < 300
        else { return }
        record.noteFault("vendor: \(fault.kind)")
    }

    /// Everything works from now on.
    private func heal() async {
        for wire in place.databaseWires + place.vendors.map(\.wire) + [place.entrance] {
            wire.set(.pass)
        }
        place.broker.bringUp()
        for vendor in place.vendors {
            do {
                try await vendor.simulator.act("faults", [:], .delete)
            } catch {
                record.expect(false, "faults could not be ended: \(error)")
            }
        }
    }
}
