internal import Reactor

/// Accepts connections of one listening socket, as long as there is room for them.
final class Listener {
    private let socket: ListeningSocket
    private let loop: EventLoop
    private let admit: (consuming Descriptor, SocketAddress) -> Void
    private let reportExhaustion: (@Sendable () -> Void)?
    private var watch: Watch?
    private var isPaused = false
    /// Pending while there are no descriptors or memory.
    private var retry: Timer?
    private var hasReportedExhaustion = false

    /// Connections taken per event: then the others get their turn.
    private static let acceptsInARow = 64
    /// How long to wait for descriptors or memory to become free.
    private static let exhaustionPause = Duration.milliseconds(100)

    init(
        _ configuration: HTTPServerConfiguration,
        _ loop: EventLoop,
        admit: @escaping (consuming Descriptor, SocketAddress) -> Void
    ) throws(SystemError) {
        self.loop = loop
        self.admit = admit
        reportExhaustion = configuration.reportExhaustion
        socket = try ListeningSocket(
            on: configuration.address,
            backlog: configuration.backlog,
            isShared: configuration.isPortShared
        )
        watch = try loop.watch(socket.number, .readable) { [unowned self] _ in
            accept(atMost: Listener.acceptsInARow)
        }
    }

    var address: SocketAddress { socket.address }

    /// Leaves further connections to the kernel's queue.
    func pause() {
        isPaused = true
        // Silence is right: the descriptor is registered and the call only makes it quiet.
        _ = try? watch?.update([])
    }

    func resume() {
        retry?.cancel()
        retry = nil
        guard isPaused else { return }
        isPaused = false
        _ = try? watch?.update(.readable)
    }

    /// Takes those whom the kernel has accepted already and then stops listening.
    func close() {
        accept(atMost: .max)
        watch?.cancel()
        watch = nil
        retry?.cancel()
        retry = nil
    }

    private func accept(atMost limit: Int) {
        for _ in 0..<limit {
            if isPaused { return }
            switch socket.accept() {
            case .connection(let descriptor, let peer):
                admit(descriptor, peer)
            case .none:
                return
            case .exhausted:
                waitForRoom()
            }
        }
    }

    private func waitForRoom() {
        pause()
        retry = loop.schedule(after: Listener.exhaustionPause) { [weak self] in self?.resume() }
        guard !hasReportedExhaustion else { return }
        hasReportedExhaustion = true
        reportExhaustion?()
    }
}
