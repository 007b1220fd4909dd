internal import PaymentCore
internal import TestKit

/// One history: everything that happens between a few clients, processes and vendors, chosen by a
/// seed, until nothing is left to happen. Then it is checked.
package struct History {
    /// What became of it.
    package struct Verdict: Sendable {
        package let seed: UInt64
        /// Promises that were not kept; empty in a good history.
        package let violations: [String]
        /// Equal for equal histories.
        package let digest: UInt64
        /// How many things happened.
        package let steps: Int
        /// The history in words, when they were asked for.
        package let lines: [String]
    }

    private let world: World
    private let scene: Scene
    private let clients: [Client]
    private let seed: UInt64
    private var crashes: Int

    private static let maximumSteps = 20_000

    /// - Parameters:
    ///   - manner: the one kind of vendor that takes part; nil: the seed chooses.
    ///   - keepsLines: whether the verdict tells the history in words.
    package init(
        seed: UInt64,
        manner: Manner? = nil,
        bug: PlantedBug? = nil,
        keepsLines: Bool = false
    ) {
        self.seed = seed
        let world = World(seed: seed, keepsLines: keepsLines)
        self.world = world
        var manners = [manner ?? world.pick(Manner.allCases)]
        if manner == nil, world.chance(4) {
            manners.append(contentsOf: Manner.allCases.filter { !manners.contains($0) }.prefix(1))
        }
        let scene = Scene(
            world,
            manners: manners,
            processes: Int(world.number(1...3)),
            bug: bug
        )
        self.scene = scene
        clients = (0..<Int(world.number(1...2))).map { Client($0, in: scene) }
        crashes = Int(world.number(0...3))
    }

    /// Runs it to its end on the calling thread.
    package mutating func run() -> Verdict {
        let scene = scene
        if scene.vendors.count > 1 {
            // Silence is right: memory refuses no first version.
            world.executor.spawn { try? await scene.cascade() }
            world.settle()
        }
        for client in clients { client.start() }
        if world.chance(12) { world.pick(scene.vendors).breakDown() }
        var steps = 0
        var isAtRest = false
        while !isAtRest, steps < Self.maximumSteps {
            world.settle()
            if !world.isQuiet, clients.allSatisfy(\.isDone), world.chance(4) {
                world.fallQuiet()
                world.note(.quiet)
            }
            isAtRest = !step()
            steps += 1
        }
        var violations = isAtRest ? [] : ["it never comes to rest"]
        let checker = Checker(scene)
        world.executor.spawn { await checker.check() }
        world.settle()
        violations += checker.violations
        return Verdict(
            seed: seed,
            violations: violations,
            digest: world.trace.digest,
            steps: world.trace.count,
            lines: world.trace.lines
        )
    }

    /// Lets one thing happen that could happen now, else lets time pass. False when nothing is left.
    private mutating func step() -> Bool {
        let waiting = world.readyCount
        if crashes > 0, !world.isQuiet, waiting > 0, world.chance(30) {
            crashes -= 1
            scene.kill(Int(world.number(0...Int64(scene.processes.count - 1))))
            return true
        }
        let due = scene.vendors.map(\.dueCount)
        let arriving = scene.vendors.map(\.arrivingCount)
        let visitors = hasDueWork ? scene.processes.filter(\.isFree) : []
        let counts = [waiting] + due + arriving + [min(visitors.count, 1)]
        let total = counts.reduce(0, +)
        guard total > 0 else { return letTimePass() }
        var place = world.random(below: total)
        if place < waiting {
            world.resume(place)
            return true
        }
        place -= waiting
        for (vendor, count) in zip(scene.vendors, due) {
            if place < count {
                vendor.act(place)
                return true
            }
            place -= count
        }
        for (vendor, count) in zip(scene.vendors, arriving) {
            if place < count {
                scene.deliver(place, from: vendor)
                return true
            }
            place -= count
        }
        let visitor = world.pick(visitors)
        world.note(.visits, "\(visitor.life.number)")
        visitor.visit()
        return true
    }

    private var hasDueWork: Bool {
        let now = world.now
        if let due = scene.inbox.nextDue, due <= now { return true }
        if let due = scene.store.nextDue(of: scene.tenant), due <= now { return true }
        return false
    }

    private func letTimePass() -> Bool {
        let times =
            [world.nextWake, scene.inbox.nextDue, scene.store.nextDue(of: scene.tenant)]
            + scene.vendors.map(\.nextTime)
        let now = world.now
        guard let next = times.compactMap(\.self).filter({ $0 > now }).min() else { return false }
        let wait = next - now
        world.note(.passes, "\(wait)")
        world.clock.advance(by: wait)
        return true
    }
}
