/// Takes the framing off one request body, incrementally (RFC 9112 sections 6 and 7.1).
///
/// Pure, like the head's parser: pass what has arrived, use the data it points at, drop what it
/// consumed, and call again until the outcome is `complete`. It never asks to see a byte twice.
package struct HTTPBodyDecoder: Sendable {
    package enum Outcome: Sendable, Hashable {
        /// Part of the body, as a place in the window.
        case data(Range<Int>)
        /// Everything is consumed; the body goes on.
        case needsInput
        /// The body has ended. What the window holds beyond belongs to the next request.
        case complete
    }

    package struct Step: Sendable, Hashable {
        package let outcome: Outcome
        /// Bytes from the start of the window that are done with, data included.
        package let consumed: Int
    }

    private enum State {
        /// In the body, or in a chunk of it: so many bytes to go.
        case data(remaining: Int, isChunk: Bool)
        case chunkSize(value: Int, digits: Int)
        /// In white space after the size, where nothing but an extension may follow.
        case chunkSizeSpace
        case chunkExtension(ChunkExtensionState)
        /// After the carriage return of a chunk's first line.
        case chunkLineFeed(size: Int)
        /// After the data of a chunk.
        case dataReturn
        case dataLineFeed
        case trailers
        case complete
    }

    private let limits: HTTPLimits
    private var state: State
    /// Size of the chunk whose extension is being read.
    private var chunkSize = 0
    private var extensionBytes = 0
    private var trailerLine: [UInt8] = []
    private var trailerBytes = 0
    /// Body bytes announced so far.
    private var bodyBytes = 0
    /// The trailer fields, once complete. They are not merged into the header: a client could
    /// overrule there what others have checked (RFC 9110 section 6.5.1).
    package private(set) var trailers = HTTPFields()

    package init(_ framing: HTTPFraming, limits: HTTPLimits = HTTPLimits()) {
        self.limits = limits
        switch framing {
        case .none, .length(0): state = .complete
        case .length(let length): state = .data(remaining: length, isChunk: false)
        case .chunked: state = .chunkSize(value: 0, digits: 0)
        }
    }

    package var isComplete: Bool {
        if case .complete = state { true } else { false }
    }

    package mutating func decode(_ window: Span<UInt8>) throws(HTTPParseError) -> Step {
        var index = 0
        while true {
            if case .complete = state { return Step(outcome: .complete, consumed: index) }
            guard index < window.count else { return Step(outcome: .needsInput, consumed: index) }
            if case .data(let remaining, let isChunk) = state {
                let end = index + min(remaining, window.count - index)
                let isLast = end - index == remaining
                state =
                    isLast
                    ? (isChunk ? .dataReturn : .complete)
                    : .data(remaining: remaining - (end - index), isChunk: isChunk)
                return Step(outcome: .data(index..<end), consumed: end)
            }
            try take(window[index])
            index += 1
        }
    }
}

extension HTTPBodyDecoder {
    /// Takes one byte of framing in.
    private mutating func take(_ byte: UInt8) throws(HTTPParseError) {
        switch state {
        case .chunkSize(let value, let digits):
            try takeSize(byte, value, digits)
        case .chunkSizeSpace:
            try takeSizeSpace(byte)
        case .chunkExtension(let place):
            if byte == ASCII.carriageReturn, place.mayEnd {
                try announce(chunkSize)
            } else {
                try takeExtension(place.after(byte))
            }
        case .chunkLineFeed(let size):
            guard byte == ASCII.lineFeed else { throw HTTPParseError(.invalidChunkSize) }
            state = size == 0 ? .trailers : .data(remaining: size, isChunk: true)
        case .dataReturn:
            guard byte == ASCII.carriageReturn else { throw HTTPParseError(.invalidChunkEnd) }
            state = .dataLineFeed
        case .dataLineFeed:
            guard byte == ASCII.lineFeed else { throw HTTPParseError(.invalidChunkEnd) }
            state = .chunkSize(value: 0, digits: 0)
        case .trailers:
            try takeTrailer(byte)
        case .data, .complete:
            preconditionFailure("data is taken whole, and nothing behind the end")
        }
    }

    private mutating func takeSize(
        _ byte: UInt8,
        _ value: Int,
        _ digits: Int
    ) throws(HTTPParseError) {
        if let digit = ASCII.hexadecimal(byte) {
            // 15 digits cannot overflow; nobody needs more, leading zeros included.
            guard digits < 15 else { throw HTTPParseError(.invalidChunkSize) }
            state = .chunkSize(value: value << 4 | Int(digit), digits: digits + 1)
        } else if digits > 0, byte == ASCII.carriageReturn {
            try announce(value)
        } else if digits > 0, byte == UInt8(ascii: ";") {
            chunkSize = value
            try takeExtension(.beforeName)
        } else if digits > 0, ASCII.isBlank(byte) {
            chunkSize = value
            state = .chunkSizeSpace
            try countExtension()
        } else {
            throw HTTPParseError(.invalidChunkSize)
        }
    }

    /// White space before an extension must be taken (RFC 9112 section 7.1.1, RFC 9110 section
    /// 5.6.3); before the end of the line it must not stand.
    private mutating func takeSizeSpace(_ byte: UInt8) throws(HTTPParseError) {
        if byte == UInt8(ascii: ";") {
            try takeExtension(.beforeName)
        } else if ASCII.isBlank(byte) {
            try countExtension()
        } else {
            throw HTTPParseError(.invalidChunkSize)
        }
    }

    /// Counts a chunk in before any of it is read.
    private mutating func announce(_ size: Int) throws(HTTPParseError) {
        guard size <= limits.bodyBytes - bodyBytes else { throw HTTPParseError(.bodyTooLarge) }
        bodyBytes += size
        state = .chunkLineFeed(size: size)
    }

    private mutating func takeExtension(
        _ next: ChunkExtensionState?
    ) throws(HTTPParseError) {
        guard let next else { throw HTTPParseError(.invalidChunkExtension) }
        state = .chunkExtension(next)
        try countExtension()
    }

    /// Extensions mean nothing to us (RFC 9112 section 7.1.1) and may not cost much: one byte of
    /// data under kilobytes of extension is an attack.
    private mutating func countExtension() throws(HTTPParseError) {
        extensionBytes += 1
        guard extensionBytes <= limits.chunkExtensionBytes else {
            throw HTTPParseError(.invalidChunkExtension)
        }
    }

    private mutating func takeTrailer(_ byte: UInt8) throws(HTTPParseError) {
        trailerBytes += 1
        // The empty line that ends every chunked body is not charged for.
        guard trailerBytes <= limits.trailerBytes + 2 else {
            throw HTTPParseError(.trailersTooLarge)
        }
        guard byte == ASCII.lineFeed else {
            trailerLine.append(byte)
            return
        }
        guard trailerLine.popLast() == ASCII.carriageReturn else {
            throw HTTPParseError(.bareLineFeed)
        }
        if trailerLine.isEmpty {
            state = .complete
        } else {
            let line = trailerLine
            trailerLine = []
            try appendTrailer(line.span)
        }
    }

    private mutating func appendTrailer(_ line: Span<UInt8>) throws(HTTPParseError) {
        guard trailers.count < limits.fieldCount else { throw HTTPParseError(.trailersTooLarge) }
        let field = try FieldLine(line, 0..<line.count)
        let name = HTTPFieldName(token: line.text(field.name))
        guard !Self.forbiddenTrailers.contains(name) else {
            throw HTTPParseError(.forbiddenTrailer)
        }
        trailers.append(parsed: name, line.text(field.value))
    }

    /// Framing, routing, authentication and content format must be known before the body
    /// (RFC 9110 section 6.5.1).
    private static let forbiddenTrailers: Set<HTTPFieldName> = [
        "Authorization", "Connection", "Content-Encoding", "Content-Length", "Content-Range",
        "Content-Type", "Cookie", "Expect", "Host", "Idempotency-Key", "Keep-Alive",
        "Max-Forwards", "Proxy-Authorization", "Proxy-Connection", "Set-Cookie", "TE", "Tenant-Id",
        "Trailer", "Transfer-Encoding", "Upgrade",
    ]
}
