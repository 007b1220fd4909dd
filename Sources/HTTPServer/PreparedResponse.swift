package import HTTP

/// A whole answer rendered beforehand: sending it is a copy and the current date.
package struct PreparedResponse: Sendable {
    package let status: HTTPStatus
    let bodyCount: Int
    /// Head and body, for connections that stay open, that close, and that stay for HTTP/1.0.
    private let open: [UInt8]
    private let closing: [UInt8]
    private let open10: [UInt8]
    /// Where the date stands in each of them.
    let dateStart: Int

    package init(_ status: HTTPStatus, fields: HTTPFields = HTTPFields(), body: [UInt8] = []) {
        self.status = status
        let body = status.isBodiless ? [] : body
        bodyCount = body.count
        let date = [UInt8](repeating: UInt8(ascii: "-"), count: DateCache.length)
        func render(keepsAlive: Bool, _ version: HTTPVersion) -> [UInt8] {
            var bytes: [UInt8] = []
            HTTPResponseWriter.appendHead(
                status,
                fields,
                framing: .length(body.count),
                date: date,
                keepsAlive: keepsAlive,
                version: version,
                to: &bytes
            )
            return bytes + body
        }
        let rendered = render(keepsAlive: true, .http11)
        open = rendered
        closing = render(keepsAlive: false, .http11)
        open10 = render(keepsAlive: true, .http10)
        let places = rendered.indices.filter { rendered[$0...].starts(with: date) }
        guard let first = places.first else { preconditionFailure("every answer has a date") }
        dateStart = first
    }

    /// The message except its date.
    func bytes(keepsAlive: Bool, version: HTTPVersion) -> [UInt8] {
        switch (keepsAlive, version) {
        case (false, _): closing
        case (true, .http11): open
        case (true, .http10): open10
        }
    }
}
