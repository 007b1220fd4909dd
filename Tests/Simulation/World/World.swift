internal import PaymentCore
internal import TestKit

/// Everything that one history is made of: the thread that cranks it, its time, its chance, what
/// waits, and the record of what was done.
final class World: @unchecked Sendable {
    // Safe because one thread cranks everything: nothing runs beside anything else.
    private(set) var random: SeededGenerator
    let clock = ManualClock()
    let executor = CrankedExecutor()
    /// Callers that wait: for a turn, or for a time.
    private var parked: [Parked] = []
    /// From here on nothing fails, nobody dies and no message is lost.
    private(set) var isQuiet = false
    private(set) var trace: Trace

    @safe private struct Parked {
        // Each is resumed in one place, ``resume(_:)``, which forgets it.
        let wakesAt: Timestamp
        let continuation: UnsafeContinuation<Void, Never>
    }

    init(seed: UInt64, keepsLines: Bool) {
        random = SeededGenerator(seed: seed)
        trace = Trace(keepsLines: keepsLines)
    }

    var now: Timestamp { clock.now }

    func fallQuiet() { isQuiet = true }

    // MARK: Chance

    /// True once in so many times.
    func chance(_ oneIn: Int) -> Bool { random.below(oneIn) == 0 }

    /// As ``chance(_:)``, and never once the world is quiet.
    func fault(_ oneIn: Int) -> Bool { !isQuiet && chance(oneIn) }

    func random(below limit: Int) -> Int { random.below(limit) }

    func number(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + Int64(random.below(Int(range.upperBound - range.lowerBound) + 1))
    }

    func pick<Element>(_ elements: [Element]) -> Element { elements[random.below(elements.count)] }

    // MARK: Waiting

    /// Lets everybody else go first, perhaps: whoever is on the way can be overtaken, or die.
    /// Now and then the way is so long that leases end meanwhile.
    ///
    /// - Parameter longest: the longest way, in seconds. A process itself may stand still for
    ///   longer than a lease; a request to a vendor ends with its timeout.
    func turn(longest: Int64 = 90) async {
        guard !isQuiet else { return }
        switch random.below(32) {
        case 0..<12: return
        case 12: await sleep(for: .seconds(number(1...longest)))
        default: await sleep(for: .zero)
        }
    }

    func sleep(for duration: Duration) async {
        let wakesAt = now + duration
        unsafe await withUnsafeContinuation { continuation in
            parked.append(unsafe Parked(wakesAt: wakesAt, continuation: continuation))
        }
    }

    /// How many of those who wait could go on now.
    var readyCount: Int {
        let now = now
        return parked.count { $0.wakesAt <= now }
    }

    var nextWake: Timestamp? { parked.map { $0.wakesAt }.min() }

    /// Lets the `place`-th of those go on who could.
    func resume(_ place: Int) {
        let now = now
        var left = place
        for index in parked.indices where parked[index].wakesAt <= now {
            if left == 0 {
                return unsafe parked.remove(at: index).continuation.resume()
            }
            left -= 1
        }
    }

    /// Runs every job that is ready.
    func settle() {
        while executor.readyCount > 0 {
            executor.run(executor.readyCount == 1 ? 0 : random.below(executor.readyCount))
        }
    }

    // MARK: Trace

    func note(_ step: Step, _ detail: @autoclosure () -> String = "") {
        trace.note(step, at: now, drawing: random, detail)
    }
}

/// What happened in a history, in order.
struct Trace {
    /// Equal for equal histories.
    private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    private(set) var count = 0
    private(set) var lines: [String] = []
    let keepsLines: Bool

    init(keepsLines: Bool) {
        self.keepsLines = keepsLines
    }

    /// The state of the chance tells all earlier choices, so it stands for every detail.
    mutating func note(
        _ step: Step,
        at now: Timestamp,
        drawing random: SeededGenerator,
        _ detail: () -> String
    ) {
        var chance = random
        let word = chance.next() ^ UInt64(bitPattern: now.microseconds) ^ UInt64(step.rawValue)
        digest = (digest ^ word) &* 0x0000_0100_0000_01B3
        count += 1
        guard keepsLines else { return }
        let seconds = Double(now.microseconds - 1_760_000_000_000_000) / 1_000_000
        lines.append("\(seconds)\t\(step)\t\(detail())")
    }
}

/// The kinds of things that are noted.
enum Step: UInt8, Sendable {
    case asks
    case answered
    case vendor
    case vendorEvent
    case payer
    case commit
    case delivers
    case visits
    case dies
    case passes
    case fault
    case quiet
}
