internal import HTTP

extension HTTPProblem {
    /// The answer to a request that cannot be read.
    init(_ error: HTTPParseError) {
        self.init(error.status, code: error.code.rawValue, detail: error.code.detail)
    }

    static let incompleteRequest = HTTPProblem(
        .badRequest,
        code: "incomplete_request",
        detail: "The connection ended before the request did."
    )
}

extension HTTPParseError.Code {
    fileprivate var detail: String {
        switch self {
        case .bareLineFeed: "A line must end in CR LF."
        case .bareCarriageReturn: "CR may only stand before LF."
        case .malformedRequestLine: "The request line must be method, target and version."
        case .invalidMethod: "The method is not a token."
        case .invalidTarget: "The request target is not valid."
        case .malformedVersion: "The protocol version is not valid."
        case .unsupportedVersion: "Only HTTP/1.0 and HTTP/1.1 are spoken here."
        case .requestLineTooLong: "The request line is longer than allowed."
        case .foldedField: "A field must not continue on another line."
        case .invalidFieldName: "A field name is not a token followed by a colon."
        case .spaceBeforeColon: "No white space may stand before a field's colon."
        case .invalidFieldValue: "A field value has a control byte."
        case .headerTooLarge: "The header is larger than allowed."
        case .tooManyFields: "The header has more fields than allowed."
        case .missingHost: "HTTP/1.1 requires a Host field."
        case .duplicateHost: "Only one Host field may be sent."
        case .invalidHost: "The Host field is not valid."
        case .unknownExpectation: "The only expectation that can be met is 100-continue."
        case .invalidContentLength: "The Content-Length is not a number."
        case .duplicateContentLength: "Only one Content-Length may be sent."
        case .conflictingFraming: "Content-Length and Transfer-Encoding exclude each other."
        case .invalidTransferEncoding: "The Transfer-Encoding must be chunked, once and last."
        case .unsupportedTransferCoding: "The only transfer coding known here is chunked."
        case .bodyTooLarge: "The request body is larger than allowed."
        case .invalidChunkSize: "A chunk's size is not valid."
        case .invalidChunkExtension: "A chunk extension is not valid or too long."
        case .invalidChunkEnd: "A chunk must end in CR LF."
        case .forbiddenTrailer: "A trailer field must be sent in the header."
        case .trailersTooLarge: "The trailers are larger than allowed."
        }
    }
}
