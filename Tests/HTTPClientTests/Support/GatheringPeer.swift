import Foundation

/// Accepts a number of connections, one request each, and answers none before all are in.
final class GatheringPeer: Sendable {
    let port: UInt16
    private let listener: Int32

    /// - Parameter gathered: Called when every request has been read and none is answered.
    init(expecting count: Int, gathered: @escaping @Sendable () -> Void = {}) {
        let (listener, port) = loopbackListener(backlog: 4_096)
        (self.listener, self.port) = (listener, port)
        Thread.detachNewThread {
            var sockets: [Int32] = []
            while sockets.count < count {
                let socket = accept(listener, nil, nil)
                guard socket >= 0 else { return }
                keepFromChildren(socket)
                sockets.append(socket)
            }
            let connections = sockets.map { PeerConnection(socket: $0) { _ in } }
            for connection in connections { connection.readRequest() }
            gathered()
            for connection in connections { connection.respond("ok") }
            for connection in connections { connection.close() }
        }
    }

    var url: String { "http://127.0.0.1:\(port)/" }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        Glibc.close(listener)
    }
}
