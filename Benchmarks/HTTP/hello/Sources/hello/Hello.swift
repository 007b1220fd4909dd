import Hummingbird
import Logging
import NIOPosix

/// Hummingbird's smallest server: 200 without a body, on one event loop, as the echo server has one.
@main
struct Hello {
    static func main() async throws {
        let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8082
        let router = Router()
        router.get("health") { _, _ in HTTPResponse.Status.ok }
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: port)),
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup(numberOfThreads: 1)),
            logger: Logger(label: "hello") { _ in SwiftLogNoOpLogHandler() }
        )
        try await application.runService()
    }
}
