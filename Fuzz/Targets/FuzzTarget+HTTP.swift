internal import HTTP
internal import TestKit

extension FuzzTarget {
    /// The first byte says where the stream is cut; however that is, it reads the same.
    static func runHTTP(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let stream = Array(bytes.dropFirst())
        let limits = HTTPLimits(requestLineBytes: 200, headerBytes: 400, bodyBytes: 300)
        let length = max(1, Int(first) % 17)
        var pieces: [[UInt8]] = []
        for start in stride(from: 0, to: stream.count, by: length) {
            pieces.append(Array(stream[start..<min(start + length, stream.count)]))
        }
        let whole = Reading([stream], limits: limits)
        precondition(Reading(pieces, limits: limits) == whole, "a stream reads as it is cut")
    }
}
