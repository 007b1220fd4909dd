/// Why a request is refused. After any of these the connection must be closed: where the next
/// request would begin is not known.
package struct HTTPParseError: Error, Sendable, Hashable {
    package enum Code: String, Sendable, Hashable, CaseIterable {
        // Lines.
        case bareLineFeed = "bare_line_feed"
        case bareCarriageReturn = "bare_carriage_return"
        // The request line.
        case malformedRequestLine = "malformed_request_line"
        case invalidMethod = "invalid_method"
        case invalidTarget = "invalid_target"
        case malformedVersion = "malformed_version"
        case unsupportedVersion = "unsupported_version"
        case requestLineTooLong = "request_line_too_long"
        // Fields.
        case foldedField = "folded_field"
        case invalidFieldName = "invalid_field_name"
        case spaceBeforeColon = "space_before_colon"
        case invalidFieldValue = "invalid_field_value"
        case headerTooLarge = "header_too_large"
        case tooManyFields = "too_many_fields"
        case missingHost = "missing_host"
        case duplicateHost = "duplicate_host"
        case invalidHost = "invalid_host"
        case unknownExpectation = "unknown_expectation"
        // Framing.
        case invalidContentLength = "invalid_content_length"
        case duplicateContentLength = "duplicate_content_length"
        case conflictingFraming = "conflicting_framing"
        case invalidTransferEncoding = "invalid_transfer_encoding"
        case unsupportedTransferCoding = "unsupported_transfer_coding"
        case bodyTooLarge = "body_too_large"
        case invalidChunkSize = "invalid_chunk_size"
        case invalidChunkExtension = "invalid_chunk_extension"
        case invalidChunkEnd = "invalid_chunk_end"
        case forbiddenTrailer = "forbidden_trailer"
        case trailersTooLarge = "trailers_too_large"
    }

    package let code: Code

    init(_ code: Code) {
        self.code = code
    }

    /// The status of the answer.
    package var status: HTTPStatus {
        switch code {
        case .requestLineTooLong: .uriTooLong
        case .headerTooLarge, .tooManyFields, .trailersTooLarge: .requestHeaderFieldsTooLarge
        case .bodyTooLarge: .contentTooLarge
        case .unknownExpectation: .expectationFailed
        case .unsupportedTransferCoding: .notImplemented
        case .unsupportedVersion: .versionNotSupported
        case .bareLineFeed, .bareCarriageReturn, .malformedRequestLine, .invalidMethod,
            .invalidTarget, .malformedVersion, .foldedField, .invalidFieldName, .spaceBeforeColon,
            .invalidFieldValue, .missingHost, .duplicateHost, .invalidHost, .invalidContentLength,
            .duplicateContentLength, .conflictingFraming, .invalidTransferEncoding,
            .invalidChunkSize, .invalidChunkExtension, .invalidChunkEnd, .forbiddenTrailer:
            .badRequest
        }
    }
}
