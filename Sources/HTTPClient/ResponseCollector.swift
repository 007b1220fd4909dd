import HTTP

/// Puts a response together from the header lines and body pieces that libcurl hands over.
struct ResponseCollector {
    /// Why the response is not wanted any more.
    struct Refusal: Error, Hashable {
        var code: HTTPTransportError.Code
        var message: String
    }

    private let maximumHeaderBytes: Int
    private let maximumBodyBytes: Int
    private var status: HTTPStatus?
    private var lines: [(name: HTTPFieldName, value: String)] = []
    private var headerBytes = 0
    private var isHeaderComplete = false
    private var body: [UInt8] = []

    init(maximumHeaderBytes: Int, maximumBodyBytes: Int) {
        self.maximumHeaderBytes = maximumHeaderBytes
        self.maximumBodyBytes = maximumBodyBytes
    }

    /// Takes one line, its end included: a status line starts over, since interim responses (1xx)
    /// come first; what follows the body are trailers, which nobody here asked for.
    mutating func appendHeader(_ line: String) throws(Refusal) {
        headerBytes += line.utf8.count
        guard headerBytes <= maximumHeaderBytes else {
            throw Refusal(code: .tooLarge, message: "the response's header is too large")
        }
        guard !isHeaderComplete else { return }
        let text = line.drop { $0.isNewline }.prefix { !$0.isNewline }
        if text.hasPrefix("HTTP/") {
            try beginResponse(text)
        } else if text.isEmpty {
            isHeaderComplete = (status?.code ?? 0) >= 200
        } else if text.first == " " || text.first == "\t" {
            // A folded line, which a user agent has to unfold (RFC 9112, 5.2).
            guard !lines.isEmpty else { throw Self.malformed }
            lines[lines.count - 1].value += " " + text.trimmingBlanks()
        } else {
            guard let colon = text.firstIndex(of: ":"),
                let name = HTTPFieldName(String(text[..<colon]))
            else { throw Self.malformed }
            lines.append((name, String(text[text.index(after: colon)...].trimmingBlanks())))
        }
    }

    mutating func appendBody(_ bytes: UnsafeRawBufferPointer) throws(Refusal) {
        guard bytes.count <= maximumBodyBytes - body.count else {
            throw Refusal(code: .tooLarge, message: "the response's body is too large")
        }
        unsafe body.append(contentsOf: bytes)
    }

    /// The response; nil when no status line came.
    consuming func finish() -> HTTPResponse? {
        guard let status else { return nil }
        var fields = HTTPFields()
        for line in lines { fields.append(line.name, line.value) }
        return HTTPResponse(status: status, fields: fields, body: body)
    }

    private mutating func beginResponse(_ line: Substring) throws(Refusal) {
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[1].utf8.count == 3, let code = Int(words[1]),
            100...599 ~= code
        else { throw Self.malformed }
        status = HTTPStatus(code)
        lines.removeAll()
    }

    private static let malformed = Refusal(
        code: .invalidResponse,
        message: "the response is not HTTP"
    )
}

extension Substring {
    fileprivate func trimmingBlanks() -> Substring {
        var result = self
        while result.first == " " || result.first == "\t" { result.removeFirst() }
        while result.last == " " || result.last == "\t" { result.removeLast() }
        return result
    }
}
