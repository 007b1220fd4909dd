/// What the fields of one head say about the message itself, gathered line by line and judged when
/// all are known. Whatever two recipients could read in two ways is refused.
struct FramingFacts: Sendable {
    private var host: Range<Int>?
    private var contentLength: Int?
    private var hasTransferEncoding = false
    /// Transfer codings other than a final chunked.
    private var hasOtherCodings = false
    private var endsInChunked = false
    private var asksToClose = false
    private var asksToKeepAlive = false
    private var expectsContinue = false
    private var hasUnknownExpectation = false

    /// Takes one field in; most are none of our business.
    mutating func note(
        _ field: FieldLine,
        _ window: Span<UInt8>,
        _ limits: HTTPLimits
    ) throws(HTTPParseError) {
        switch field.name.count {
        case 4 where window.spells("host", in: field.name):
            try noteHost(field.value, window)
        case 6 where window.spells("expect", in: field.name):
            let isKnown = window.spells("100-continue", in: field.value)
            expectsContinue = expectsContinue || isKnown
            hasUnknownExpectation = hasUnknownExpectation || !isKnown
        case 10 where window.spells("connection", in: field.name):
            noteConnection(field.value, window)
        case 14 where window.spells("content-length", in: field.name):
            try noteContentLength(field.value, window, limits)
        case 17 where window.spells("transfer-encoding", in: field.name):
            try noteTransferEncoding(field.value, window)
        default:
            break
        }
    }

    /// Judges the whole head and completes it (RFC 9112 sections 3.2, 6 and 9.3).
    func settle(_ head: inout HTTPRequestHead) throws(HTTPParseError) {
        if host == nil, head.version == .http11 { throw HTTPParseError(.missingHost) }
        head.authority = head.authority ?? host
        head.framing = try framing(head.version)
        switch head.version {
        case .http10:
            head.keepsAlive = asksToKeepAlive && !asksToClose
            head.expectsContinue = false  // RFC 9110 section 10.1.1: ignored in HTTP/1.0.
        case .http11:
            if hasUnknownExpectation { throw HTTPParseError(.unknownExpectation) }
            head.keepsAlive = !asksToClose
            head.expectsContinue = expectsContinue && head.framing != .none
        }
    }

    private func framing(_ version: HTTPVersion) throws(HTTPParseError) -> HTTPFraming {
        guard hasTransferEncoding else { return contentLength.map(HTTPFraming.length) ?? .none }
        if contentLength != nil { throw HTTPParseError(.conflictingFraming) }
        guard version == .http11, endsInChunked else {
            throw HTTPParseError(.invalidTransferEncoding)
        }
        if hasOtherCodings { throw HTTPParseError(.unsupportedTransferCoding) }
        return .chunked
    }
}

extension FramingFacts {
    private mutating func noteHost(
        _ value: Range<Int>,
        _ window: Span<UInt8>
    ) throws(HTTPParseError) {
        if host != nil { throw HTTPParseError(.duplicateHost) }
        guard Authority.isValid(window, value, needsPort: false) else {
            throw HTTPParseError(.invalidHost)
        }
        host = value
    }

    private mutating func noteContentLength(
        _ value: Range<Int>,
        _ window: Span<UInt8>,
        _ limits: HTTPLimits
    ) throws(HTTPParseError) {
        // The RFC lets equal values pass as one; a client that repeats itself is broken, and the
        // next hop might take another of them.
        if contentLength != nil { throw HTTPParseError(.duplicateContentLength) }
        guard !value.isEmpty else { throw HTTPParseError(.invalidContentLength) }
        var length = 0
        var overflows = false
        for index in value {
            guard ASCII.isDigit(window[index]) else { throw HTTPParseError(.invalidContentLength) }
            let (product, overflow) = length.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int(window[index] - 0x30))
            overflows = overflows || overflow || carry
            length = sum
        }
        guard !overflows, length <= limits.bodyBytes else { throw HTTPParseError(.bodyTooLarge) }
        contentLength = length
    }

    /// All Transfer-Encoding lines are one list; `chunked` must stand in it once, and last.
    private mutating func noteTransferEncoding(
        _ value: Range<Int>,
        _ window: Span<UInt8>
    ) throws(HTTPParseError) {
        hasTransferEncoding = true
        var rest = value
        repeat {
            let comma = window.firstIndex(of: UInt8(ascii: ","), in: rest)
            let coding = window.trimmed(rest.lowerBound..<(comma ?? rest.upperBound))
            let isChunked = window.spells("chunked", in: coding)
            if coding.isEmpty || endsInChunked { throw HTTPParseError(.invalidTransferEncoding) }
            endsInChunked = isChunked
            hasOtherCodings = hasOtherCodings || !isChunked
            guard let comma else { return }
            rest = comma + 1..<rest.upperBound
        } while true
    }

    private mutating func noteConnection(_ value: Range<Int>, _ window: Span<UInt8>) {
        var rest = value
        while true {
            let comma = window.firstIndex(of: UInt8(ascii: ","), in: rest)
            let option = window.trimmed(rest.lowerBound..<(comma ?? rest.upperBound))
            asksToClose = asksToClose || window.spells("close", in: option)
            asksToKeepAlive = asksToKeepAlive || window.spells("keep-alive", in: option)
            guard let comma else { return }
            rest = comma + 1..<rest.upperBound
        }
    }
}
