package import HTTP

/// What a server would understand of a stream of bytes: each request with its body, and how it ended.
package struct Reading: Equatable {
    package struct Request: Equatable {
        package var line: String
        package var fields: HTTPFields
        package var framing: HTTPFraming
        package var keepsAlive: Bool
        package var expectsContinue: Bool
        package var body: [UInt8] = []
        package var trailers = HTTPFields()
    }

    package var requests: [Request] = []
    package var refusal: HTTPParseError.Code?
    /// Whether the request whose head was refused asked for a head alone.
    package var isHead = false
    /// Whether bytes of an unfinished request remained.
    package var isInsideRequest = false
}

extension Reading {
    /// Reads `pieces` as they would arrive: the buffer holds what is not consumed, the parser sees it
    /// again with every piece, the decoder sees each byte once.
    package init(_ pieces: [[UInt8]], limits: HTTPLimits = HTTPLimits()) {
        var parser = HTTPRequestParser(limits: limits)
        var decoder: HTTPBodyDecoder?
        var buffer: [UInt8] = []
        do throws(HTTPParseError) {
            for piece in pieces {
                buffer += piece
                while try step(&parser, &decoder, &buffer, limits) {}
            }
            isInsideRequest = decoder != nil || parser.isInsideRequest
        } catch {
            refusal = error.code
            isHead = decoder == nil && parser.isHead(in: buffer.span)
        }
    }

    package init(_ text: String, limits: HTTPLimits = HTTPLimits()) {
        self.init([Array(text.utf8)], limits: limits)
    }

    /// Whether another step can follow at once.
    private mutating func step(
        _ parser: inout HTTPRequestParser,
        _ decoder: inout HTTPBodyDecoder?,
        _ buffer: inout [UInt8],
        _ limits: HTTPLimits
    ) throws(HTTPParseError) -> Bool {
        guard decoder != nil else {
            guard let head = try parser.parse(buffer.span) else { return false }
            requests.append(Request(head, buffer))
            buffer.removeFirst(head.byteCount)
            decoder = HTTPBodyDecoder(head.framing, limits: limits)
            return true
        }
        guard let step = try decoder?.decode(buffer.span) else { return false }
        if case .data(let range) = step.outcome {
            requests[requests.count - 1].body += buffer[range]
        }
        buffer.removeFirst(step.consumed)
        if step.outcome == .complete {
            requests[requests.count - 1].trailers = decoder?.trailers ?? HTTPFields()
            decoder = nil
        }
        return step.outcome != .needsInput
    }
}

extension Reading.Request {
    init(_ head: HTTPRequestHead, _ buffer: [UInt8]) {
        let path = head.path(in: buffer.span)
        let query = head.query(in: buffer.span).map { "?\($0)" } ?? ""
        let authority = head.authority(in: buffer.span) ?? "-"
        line = "\(head.method) \(path)\(query) \(head.targetForm) \(authority) \(head.version)"
        fields = head.fields(in: buffer.span)
        framing = head.framing
        keepsAlive = head.keepsAlive
        expectsContinue = head.expectsContinue
    }
}
