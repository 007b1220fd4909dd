/// What one request may cost before it is refused; all in bytes unless named otherwise.
package struct HTTPLimits: Sendable, Hashable {
    /// Method, target and version; more is 414.
    package var requestLineBytes: Int
    /// All field lines with their line ends and the empty line; more is 431.
    package var headerBytes: Int
    /// Field lines; more is 431.
    package var fieldCount: Int
    /// The body without its framing; more is 413.
    package var bodyBytes: Int
    /// All chunk extensions of a body together; more is 400.
    package var chunkExtensionBytes: Int
    /// All trailer lines with their line ends; more is 431.
    package var trailerBytes: Int
    /// Empty lines tolerated before a request line (RFC 9112 section 2.2); more is 400.
    package var leadingEmptyLines: Int

    package init(
        requestLineBytes: Int = 8 << 10,
        headerBytes: Int = 32 << 10,
        fieldCount: Int = 100,
        bodyBytes: Int = 1 << 20,
        chunkExtensionBytes: Int = 1 << 10,
        trailerBytes: Int = 4 << 10,
        leadingEmptyLines: Int = 2
    ) {
        self.requestLineBytes = requestLineBytes
        self.headerBytes = headerBytes
        self.fieldCount = fieldCount
        self.bodyBytes = bodyBytes
        self.chunkExtensionBytes = chunkExtensionBytes
        self.trailerBytes = trailerBytes
        self.leadingEmptyLines = leadingEmptyLines
    }
}
