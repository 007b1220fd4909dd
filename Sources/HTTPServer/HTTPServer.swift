package import Cryptography
internal import HTTP
package import Reactor

/// An HTTP/1.1 server on one loop: a listening socket, its connections, and what they share.
///
/// A machine with several loops has a server on each, all listening on the same port.
package final class HTTPServer: @unchecked Sendable {
    // Safe because: touched only on its loop.

    package let loop: EventLoop
    let configuration: HTTPServerConfiguration
    let handler: any HTTPHandler
    let limits: HTTPLimits
    let timeouts: Timeouts
    var pool: BufferPool
    /// Room for ciphertext on its way into a session.
    var scratch: [UInt8]
    /// Where late input of connections goes that are ending.
    var waste = [UInt8](repeating: 0, count: 16 * 1024)
    private(set) var isDraining = false

    private var listener: Listener?
    private var tls: TLSContext?
    private var connections: [Connection] = []
    private var dates = DateCache()
    private var unflushed: [Connection] = []
    private var isFlushScheduled = false
    private var drainWaiter = Waiter()

    /// Connections beyond the limit that are told so in plain text, before accepting stops.
    package static let refusalsAtATime = 64

    package init(loop: EventLoop, configuration: HTTPServerConfiguration, handler: any HTTPHandler)
    {
        self.loop = loop
        self.configuration = configuration
        self.handler = handler
        tls = configuration.tls
        timeouts = Timeouts(configuration)
        limits = HTTPLimits(
            requestLineBytes: configuration.maximumRequestLineBytes,
            headerBytes: configuration.maximumHeaderBytes,
            fieldCount: configuration.maximumHeaderCount,
            bodyBytes: configuration.maximumBodyBytes,
            trailerBytes: configuration.maximumHeaderBytes
        )
        // A head that the parser does not refuse always leaves room for some of the body.
        pool = BufferPool(
            inputSize: limits.requestLineBytes + limits.headerBytes + 8 * 1024
        )
        scratch = tls == nil ? [] : [UInt8](repeating: 0, count: 16 * 1024)
    }

    /// Starts to accept connections, and lives on until `drain`. Call it on the loop.
    ///
    /// - Returns: the address, with the port that the system chose for port 0.
    @discardableResult
    package func listen() throws(SystemError) -> SocketAddress {
        loop.preconditionOnLoop()
        precondition(listener == nil && !isDraining, "a server listens once")
        // Holds the server for as long as it listens: until it is drained.
        let listener = try Listener(configuration, loop) { [self] in admit($0, from: $1) }
        self.listener = listener
        return listener.address
    }

    /// Uses `context` for connections from now on; those that are open keep theirs.
    package func reload(tls context: TLSContext) {
        loop.preconditionOnLoop()
        precondition(tls != nil, "a server does not change between plain text and TLS")
        tls = context
    }

    /// Connections that are open.
    package var connectionCount: Int { connections.count }

    /// Stops accepting, ends idle connections, and lets running requests finish, for at most `limit`;
    /// then cuts what is left. Handlers still running at that time are not stopped. One caller at a
    /// time, on the loop.
    package func drain(within limit: Duration) async {
        loop.preconditionOnLoop()
        isDraining = true
        listener?.close()
        listener = nil
        for connection in connections { connection.drain() }
        guard !connections.isEmpty else { return }
        let timer = loop.schedule(after: limit) { [self] in
            for connection in connections { connection.cut() }
            drainWaiter.resume()
        }
        unsafe await withUnsafeContinuation { unsafe drainWaiter.park($0) }
        timer.cancel()
    }

    // MARK: Connections

    private func admit(_ descriptor: consuming Descriptor, from peer: SocketAddress) {
        let isFull = connections.count >= configuration.maximumConnections
        let session: TLSSession?
        do throws(TLSError) {
            session = if let tls { try TLSSession.accepting(tls) } else { nil }
        } catch {
            return  // No memory for a session: the client sees a closed connection.
        }
        let connection = Connection(descriptor, session, from: peer, server: self)
        connection.position = connections.count
        connections.append(connection)
        do throws(SystemError) {
            try connection.open(refusing: isFull ? .overloaded : nil)
        } catch {
            connection.close()  // epoll has no memory left.
        }
        // Under TLS a refusal would cost a handshake, which is what there is no room for.
        let refusals = tls == nil ? HTTPServer.refusalsAtATime : 0
        if connections.count >= configuration.maximumConnections + refusals { listener?.pause() }
    }

    /// Called by a connection that is closed and whose task has ended.
    func forget(_ connection: Connection) {
        let position = connection.position
        guard position < connections.count, connections[position] === connection else { return }
        let last = connections.removeLast()
        if last !== connection {
            connections[position] = last
            last.position = position
        }
        if connections.count < configuration.maximumConnections { listener?.resume() }
        if connections.isEmpty { drainWaiter.resume() }
    }

    // MARK: Shared by the connections

    /// The value of the Date field.
    func date() -> [UInt8] { dates.value(at: loop.time) }

    /// Flushes `connection` when the jobs of this turn have run.
    func flushAtEndOfTurn(_ connection: Connection) {
        connection.isAwaitingFlush = true
        unflushed.append(connection)
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        loop.endOfTurn(flushAll)
    }

    private lazy var flushAll: () -> Void = { [unowned self] in
        isFlushScheduled = false
        var index = 0
        while index < unflushed.count {
            unflushed[index].isAwaitingFlush = false
            unflushed[index].flush()
            index += 1
        }
        unflushed.removeAll(keepingCapacity: true)
    }

    // MARK: Reporting

    func report(_ exchange: HTTPExchange) {
        guard let observer = configuration.observer else { return }
        observer.finished(
            HTTPServerRecord(
                method: exchange.method,
                path: exchange.path,
                route: exchange.route,
                status: exchange.status,
                bytes: exchange.answerBytes,
                duration: exchange.start.duration(to: .current),
                requestID: exchange.requestID,
                peerAddress: exchange.peerAddress,
                isServerMade: exchange.isServerMade
            )
        )
    }

    /// Reports a request that could not be read, and its answer's status and bytes.
    func reportRefusal(
        _ status: HTTPStatus,
        _ bytes: Int,
        requestID: String,
        peer: SocketAddress
    ) {
        guard let observer = configuration.observer else { return }
        observer.finished(
            HTTPServerRecord(
                method: nil,
                path: nil,
                route: nil,
                status: status,
                bytes: bytes,
                duration: .zero,
                requestID: requestID,
                peerAddress: peer.host,
                isServerMade: true
            )
        )
    }
}
