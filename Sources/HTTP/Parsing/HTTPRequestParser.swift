/// Reads request heads from a connection's buffer, incrementally and strictly (RFC 9112).
///
/// Pure: it sees bytes and remembers how far it came. Call `parse` whenever there is more, always
/// with the bytes from the start of the message on; between calls the buffer may move. Every byte is
/// looked at once, and what comes out does not depend on where the input was split.
///
/// It allocates only for the field index, which the next request reuses once the head before it
/// is gone, and for a method of more than 15 bytes.
package struct HTTPRequestParser: Sendable {
    private enum State {
        /// Before or inside the request line.
        case requestLine
        /// After the request line, before the empty line.
        case fields
        /// Refused: nothing that follows can be trusted.
        case refused(HTTPParseError)
    }

    private let limits: HTTPLimits
    private var state = State.requestLine
    private var head = HTTPRequestHead()
    private var facts = FramingFacts()
    /// Where the request line begins, after empty lines.
    private var requestStart = 0
    /// Where the line begins that is being read.
    private var lineStart = 0
    /// Up to where no line feed was found.
    private var scanned = 0
    private var emptyLines = 0
    private var fieldsStart = 0

    package init(limits: HTTPLimits = HTTPLimits()) {
        self.limits = limits
    }

    /// Whether a request has begun: what then arrives too slowly is answered with 408.
    package var isInsideRequest: Bool {
        switch state {
        case .requestLine: scanned > lineStart
        case .fields, .refused: true
        }
    }

    /// Whether the request that `window` begins with asks for a head alone, as far as it has come:
    /// its answer has no content then, nor has a refusal (RFC 9110 section 9.3.2).
    package func isHead(in window: Span<UInt8>) -> Bool {
        let end = requestStart + 5
        return window.count >= end && window.equals("HEAD ", in: requestStart..<end)
    }

    /// The head, when `window` holds all of it, else nil. Afterwards the parser stands before the
    /// next request, whose window begins after the body. Once it has thrown, it throws for ever.
    package mutating func parse(
        _ window: Span<UInt8>
    ) throws(HTTPParseError) -> HTTPRequestHead? {
        if case .refused(let error) = state { throw error }
        do throws(HTTPParseError) {
            while let line = try nextLine(window) {
                if try read(line, window) { return finish() }
            }
            return nil
        } catch {
            state = .refused(error)
            throw error
        }
    }
}

extension HTTPRequestParser {
    /// The next complete line without its end, or nil when more bytes are needed.
    private mutating func nextLine(_ window: Span<UInt8>) throws(HTTPParseError) -> Range<Int>? {
        if case .requestLine = state, lineStart < window.count {
            // What cannot begin a request, such as a TLS hello, need not be waited for.
            let first = window[lineStart]
            guard
                ASCII.isToken(first) || first == ASCII.carriageReturn || first == ASCII.lineFeed
            else { throw HTTPParseError(.invalidMethod) }
        }
        let lineFeed = window.firstIndex(of: ASCII.lineFeed, in: scanned..<window.count)
        scanned = lineFeed ?? window.count
        try checkLimits(seen: lineFeed.map { $0 + 1 } ?? window.count)
        guard let lineFeed else { return nil }
        guard lineFeed > lineStart, window[lineFeed - 1] == ASCII.carriageReturn else {
            throw HTTPParseError(.bareLineFeed)
        }
        defer {
            lineStart = lineFeed + 1
            scanned = lineStart
        }
        return lineStart..<lineFeed - 1
    }

    /// Checks sizes before content, and alike for complete and incomplete lines, so that the outcome
    /// is the same for every split.
    private func checkLimits(seen end: Int) throws(HTTPParseError) {
        switch state {
        case .requestLine:
            if end - lineStart > limits.requestLineBytes + 2 {
                throw HTTPParseError(.requestLineTooLong)
            }
        case .fields:
            if end - fieldsStart > limits.headerBytes { throw HTTPParseError(.headerTooLarge) }
        case .refused:
            break
        }
    }

    /// Takes one line in; true when it was the one that ends the head.
    private mutating func read(
        _ line: Range<Int>,
        _ window: Span<UInt8>
    ) throws(HTTPParseError) -> Bool {
        switch state {
        case .requestLine where line.isEmpty:
            emptyLines += 1
            guard emptyLines <= limits.leadingEmptyLines else {
                throw HTTPParseError(.malformedRequestLine)
            }
            requestStart = lineStart
        case .requestLine:
            head.fields.removeAll(keepingCapacity: true)
            try head.readRequestLine(window, line)
            state = .fields
            fieldsStart = lineStart
        case .fields where line.isEmpty:
            try facts.settle(&head)
            return true
        case .fields:
            guard head.fields.count < limits.fieldCount else {
                throw HTTPParseError(.tooManyFields)
            }
            let field = try FieldLine(window, line)
            try facts.note(field, window, limits)
            head.fields.append(HTTPRequestHead.Field(field))
        case .refused:
            break
        }
        return false
    }

    private mutating func finish() -> HTTPRequestHead {
        head.byteCount = lineStart
        state = .requestLine
        facts = FramingFacts()
        (requestStart, lineStart, scanned, emptyLines, fieldsStart) = (0, 0, 0, 0, 0)
        return head
    }
}

extension HTTPRequestHead.Field {
    init(_ line: FieldLine) {
        nameStart = UInt32(line.name.lowerBound)
        nameEnd = UInt32(line.name.upperBound)
        valueStart = UInt32(line.value.lowerBound)
        valueEnd = UInt32(line.value.upperBound)
    }
}
