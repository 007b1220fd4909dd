import HTTPServer
import Logging
import PaymentAPI
import PaymentCore
import Postgres
import Reactor

/// What a process does when its database is away at its start: it waits, alive and not ready, and
/// asks again less and less often. So machines can be started in any order, and a process that an
/// orchestrator starts again and again helps nobody.
///
/// A login that is refused is waited for, too: over the wire it looks like a server that starts, and
/// passwords are changed in two places, one after the other. The log says what kept it.
struct DatabaseWait {
    let loop: EventLoop
    /// Where probes are answered meanwhile.
    let rooms: [HTTPServerConfiguration]
    let settings: Configuration
    let api: APIConfiguration
    let logger: Logger

    private static let shortest = Duration.milliseconds(250)
    private static let longest = Duration.seconds(5)
    private static let passing: Set<PostgresError.Code> = [
        .unavailable, .poolTimeout, .connectionLost,
    ]

    /// Returns when `reach` has succeeded; throws what does not pass by waiting.
    func until(_ reach: () async throws -> Void) async throws {
        guard let reason = try await absence(reach) else { return }
        logger.warning("waiting for the database: GATEWAY_DATABASE_URL", metadata: reason)
        let servers = try rooms.map { room in
            var room = room
            room.renderProblem = PaymentAPIHandler.problemRenderer(api)
            let server = HTTPServer(loop: loop, configuration: room, handler: WaitingRoom(api))
            try settings.listening(on: room.address) { () throws(SystemError) in
                try server.listen()
            }
            return server
        }
        var pause = Self.shortest
        repeat {
            try await loop.sleep(for: pause)
            pause = min(pause * 2, Self.longest)
        } while try await isAbsent(reach)
        for server in servers { await server.drain(within: .milliseconds(100)) }
    }

    private func isAbsent(_ reach: () async throws -> Void) async throws -> Bool {
        guard let reason = try await absence(reach) else { return false }
        logger.info("the database is still away", metadata: reason)
        return true
    }

    /// Why the database cannot be had; nil when it can.
    private func absence(_ reach: () async throws -> Void) async throws -> Logger.Metadata? {
        do {
            try await reach()
            return nil
        } catch let error as PostgresError where Self.passing.contains(error.code) {
            return ["reason": "\(error.message)"]
        } catch let error as StoreError where error.code == .unavailable {
            return ["reason": "\(error.message)"]
        }
    }
}
