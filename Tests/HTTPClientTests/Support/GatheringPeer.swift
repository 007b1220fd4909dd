import Foundation

/// Accepts a number of connections, one request each, and answers none before all are in.
final class GatheringPeer: Sendable {
    let port: UInt16
    private let listener: Int32

    init(expecting count: Int) {
        let (listener, port) = loopbackListener(backlog: 4_096)
        (self.listener, self.port) = (listener, port)
        Thread.detachNewThread {
            var sockets: [Int32] = []
            while sockets.count < count {
                let socket = accept(listener, nil, nil)
                guard socket >= 0 else { return }
                sockets.append(socket)
            }
            for socket in sockets {
                let connection = PeerConnection(socket: socket) { _ in }
                connection.readRequest()
                connection.respond("ok")
            }
            for socket in sockets { Glibc.close(socket) }
        }
    }

    var url: String { "http://127.0.0.1:\(port)/" }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        Glibc.close(listener)
    }
}
