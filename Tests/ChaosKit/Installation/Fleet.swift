internal import Glibc
internal import Reactor
internal import Synchronization
internal import TestKit

/// The gateway processes: killed, replaced, and started again by whoever finds one gone, as a
/// supervisor would.
final class Fleet: Sendable {
    private struct Seat {
        var process: ServingProcess
        var release: Release
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
            noteIfGone(seat.process)
            if seat.process.isRunning { seat.process.kill() }
            try restart(place, seat.release)
        }
    }

    /// Lets one finish what it does, and starts another release in its place.
    func replace(_ place: Int, by release: Release) async throws {
        try await hands.run { [self] in
            let seat = seats.withLock { $0[place] }
            stop(seat.process)
            try restart(place, release)
        }
    }

    /// Starts again who has ended.
    func revive() async throws {
        try await hands.run { [self] in
            for place in environments.indices {
                let seat = seats.withLock { $0[place] }
                guard !seat.process.isRunning else { continue }
                noteIfGone(seat.process)
                try restart(place, seat.release)
            }
        }
    }

    /// Ends all in order.
    func stop() async throws {
        try await hands.run { [self] in
            for seat in seats.withLock({ $0 }) { stop(seat.process) }
        }
    }

    /// One that is told to stop before it can hear it ends by the signal, which is as good.
    private func stop(_ process: ServingProcess) {
        noteIfGone(process)
        guard process.isRunning else { return }
        _ = process.stop()
        if process.ending != 0, process.ending != -SIGTERM {
            endings.withLock { $0.append(process.ending) }
        }
    }

    private func noteIfGone(_ process: ServingProcess) {
        if !process.isRunning { endings.withLock { $0.append(process.ending) } }
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
            environment: environment.merging(["GATEWAY_MIGRATIONS": release.migrations]) { $1 },
            logPath: logPath(place, folder),
            program: release.program
        )
    }
}
