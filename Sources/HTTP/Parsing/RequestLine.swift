extension HTTPRequestHead {
    /// Reads the request line that stands at `range`: method SP target SP version, one space each
    /// (RFC 9112 section 3).
    mutating func readRequestLine(
        _ window: Span<UInt8>,
        _ range: Range<Int>
    ) throws(HTTPParseError) {
        let endOfMethod = window.end(of: ASCII.token, in: range)
        guard endOfMethod > range.lowerBound else { throw HTTPParseError(.invalidMethod) }
        guard endOfMethod < range.upperBound, window[endOfMethod] == ASCII.space else {
            throw fault(window, endOfMethod..<range.upperBound, .invalidMethod)
        }
        let targetStart = endOfMethod + 1
        guard
            let endOfTarget = window.firstIndex(
                of: ASCII.space,
                in: targetStart..<range.upperBound
            )
        else { throw fault(window, targetStart..<range.upperBound, .malformedRequestLine) }
        method = Self.method(window, range.lowerBound..<endOfMethod)
        version = try Self.version(window, endOfTarget + 1..<range.upperBound)
        try readTarget(window, targetStart..<endOfTarget)
    }

    private func fault(
        _ window: Span<UInt8>,
        _ rest: Range<Int>,
        _ code: HTTPParseError.Code
    ) -> HTTPParseError {
        guard let first = rest.first else { return HTTPParseError(.malformedRequestLine) }
        return HTTPParseError(
            window[first] == ASCII.carriageReturn ? .bareCarriageReturn : code
        )
    }

    private static func method(_ window: Span<UInt8>, _ range: Range<Int>) -> HTTPMethod {
        HTTPMethod(token: window.text(range))
    }

    /// `HTTP/d.d`, upper case, one digit each (RFC 9112 section 2.3).
    private static func version(
        _ window: Span<UInt8>,
        _ range: Range<Int>
    ) throws(HTTPParseError) -> HTTPVersion {
        let start = range.lowerBound
        guard
            range.count == 8, window.equals("HTTP/", in: start..<start + 5),
            window[start + 6] == UInt8(ascii: ".")
        else { throw HTTPParseError(.malformedVersion) }
        let (major, minor) = (window[start + 5], window[start + 7])
        guard ASCII.isDigit(major), ASCII.isDigit(minor) else {
            throw HTTPParseError(.malformedVersion)
        }
        guard major == UInt8(ascii: "1") else { throw HTTPParseError(.unsupportedVersion) }
        return minor == UInt8(ascii: "0") ? .http10 : .http11
    }
}

// Targets (RFC 9112 section 3.2).
extension HTTPRequestHead {
    private mutating func readTarget(
        _ window: Span<UInt8>,
        _ range: Range<Int>
    ) throws(HTTPParseError) {
        authority = nil
        if method == .connect {
            targetForm = .authority
            authority = range
            (path, query) = (range.lowerBound..<range.lowerBound, nil)
            guard Authority.isValid(window, range, needsPort: true) else {
                throw HTTPParseError(.invalidTarget)
            }
        } else if range.count == 1, window[range.lowerBound] == UInt8(ascii: "*") {
            guard method == .options else { throw HTTPParseError(.invalidTarget) }
            targetForm = .asterisk
            (path, query) = (range, nil)
        } else if !range.isEmpty, window[range.lowerBound] == UInt8(ascii: "/") {
            targetForm = .origin
            try readPathAndQuery(window, range)
        } else {
            targetForm = .absolute
            try readAbsoluteTarget(window, range)
        }
    }

    private mutating func readAbsoluteTarget(
        _ window: Span<UInt8>,
        _ range: Range<Int>
    ) throws(HTTPParseError) {
        let start = range.lowerBound
        let startOfAuthority: Int
        if range.count > 7, window.spells("http://", in: start..<start + 7) {
            startOfAuthority = start + 7
        } else if range.count > 8, window.spells("https://", in: start..<start + 8) {
            startOfAuthority = start + 8
        } else {
            throw HTTPParseError(.invalidTarget)
        }
        var end = startOfAuthority
        while end < range.upperBound, window[end] != UInt8(ascii: "/"),
            window[end] != UInt8(ascii: "?")
        { end += 1 }
        let authority = startOfAuthority..<end
        guard Authority.isValid(window, authority, needsPort: false) else {
            throw HTTPParseError(.invalidTarget)
        }
        self.authority = authority
        try readPathAndQuery(window, end..<range.upperBound)
    }

    private mutating func readPathAndQuery(
        _ window: Span<UInt8>,
        _ range: Range<Int>
    ) throws(HTTPParseError) {
        let endOfPath = window.end(of: ASCII.path, in: range)
        path = range.lowerBound..<endOfPath
        query = nil
        if endOfPath < range.upperBound {
            // A fragment, a control byte and anything beyond ASCII end up here too.
            guard window[endOfPath] == UInt8(ascii: "?") else {
                throw fault(window, endOfPath..<range.upperBound, .invalidTarget)
            }
            let startOfQuery = endOfPath + 1
            let endOfQuery = window.end(of: ASCII.query, in: startOfQuery..<range.upperBound)
            guard endOfQuery == range.upperBound else {
                throw fault(window, endOfQuery..<range.upperBound, .invalidTarget)
            }
            query = startOfQuery..<endOfQuery
        }
        guard Self.escapesAreComplete(window, range) else { throw HTTPParseError(.invalidTarget) }
    }

    /// Whether every `%` has its two hexadecimal digits.
    static func escapesAreComplete(_ window: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for index in range where window[index] == UInt8(ascii: "%") {
            guard
                index + 2 < range.upperBound,
                ASCII.hexadecimal(window[index + 1]) != nil,
                ASCII.hexadecimal(window[index + 2]) != nil
            else { return false }
        }
        return true
    }
}
