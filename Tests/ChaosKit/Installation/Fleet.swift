internal import Glibc
internal import Reactor
internal import Synchronization
internal import TestKit

/// The gateway processes: killed, replaced, and started again by whoever finds one gone, as a
/// supervisor would.
final class Fleet: Sendable {
    private struct Seat {
        var process: ServingProcess
        /// What is started when it ends.
        var release: Release
        /// Whether it was told to stop.
        var isStopping = false
    }

    private let seats: Mutex<[Seat]>
    private let environments: [[String: String]]
    private let folder: String
    /// One thread: what is done to a process is done after the other.
    private let hands = BlockingPool(name: "fleet", threads: 1)
    /// How processes ended that nobody had ended: exit statuses, signals as negative numbers.
    private let endings = Mutex<[Int32]>([])

    /// - Parameter environments: the settings of each process.
    init(_ environments: [[String: String]], _ release: Release, folder: String) throws {
        self.environments = environments
        self.folder = folder
        seats = Mutex(
            try environments.indices.map { place in
                Seat(
                    process: try Self.start(place, release, environments[place], folder),
                    release: release
                )
            }
        )
    }

    var count: Int { environments.count }
    var ownEndings: [Int32] { endings.withLock { $0 } }
    func logPath(_ place: Int) -> String { Self.logPath(place, folder) }

    /// Kills one at once and starts it again.
    func kill(_ place: Int) async throws {
        try await hands.run { [self] in
            let seat = seats.withLock { $0[place] }
            if seat.process.isRunning { seat.process.kill() } else { note(seat) }
            try restart(place, seat.release)
        }
    }

    /// Lets one finish what it does, and starts another release in its place. It may be killed
    /// before it has finished.
    func replace(_ place: Int, by release: Release) async throws {
        let process = try await hands.run { [self] in
            let process = seats.withLock { seats in
                seats[place].release = release
                seats[place].isStopping = true
                return seats[place].process
            }
            if process.isRunning { process.send(SIGTERM) }
            return process
        }
        while process.isRunning { try await pause(.milliseconds(100)) }
        try await revive()
    }

    /// Starts again who has ended.
    func revive() async throws {
        try await hands.run { [self] in
            for place in environments.indices {
                let seat = seats.withLock { $0[place] }
                guard !seat.process.isRunning else { continue }
                note(seat)
                try restart(place, seat.release)
            }
        }
    }

    /// Ends all in order.
    func stop() async throws {
        try await hands.run { [self] in
            for place in environments.indices {
                var seat = seats.withLock { $0[place] }
                if seat.process.isRunning {
                    seat.isStopping = true
                    _ = seat.process.stop()
                }
                note(seat)
            }
        }
    }

    /// One that is told to stop before it can hear it ends by the signal, which is as good.
    private func note(_ seat: Seat) {
        let ending = seat.process.ending
        guard !seat.isStopping || ![0, -SIGTERM].contains(ending) else { return }
        endings.withLock { $0.append(ending) }
    }

    private func restart(_ place: Int, _ release: Release) throws {
        let process = try Self.start(place, release, environments[place], folder)
        seats.withLock { $0[place] = Seat(process: process, release: release) }
    }

    private static func logPath(_ place: Int, _ folder: String) -> String {
        "\(folder)/gateway-\(place).log"
    }

    private static func start(
        _ place: Int,
        _ release: Release,
        _ environment: [String: String],
        _ folder: String
    ) throws -> ServingProcess {
        try ServingProcess(
            ["serve"],
            environment: release.environment(environment),
            logPath: logPath(place, folder),
            program: release.program
        )
    }
}
