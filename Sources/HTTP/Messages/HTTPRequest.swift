/// A whole request as a value: what a client sends, and what a recorded webhook is kept as.
package struct HTTPRequest: Sendable, Hashable {
    package var method: HTTPMethod
    /// Absolute, as a client needs it: `https://host/path?query`.
    package var url: String
    package var fields: HTTPFields
    package var body: [UInt8]

    package init(
        method: HTTPMethod,
        url: String,
        fields: HTTPFields = HTTPFields(),
        body: [UInt8] = []
    ) {
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
    }
}
