internal import HTTP
internal import JSON

/// What an endpoint answers.
struct Answer: Sendable {
    enum ContentType: String, Sendable {
        case json = "application/json"
        case problem = "application/problem+json"
        case jsonLines = "application/x-ndjson"
        case csv = "text/csv"
    }

    /// Writes a body part by part, each as soon as the client has room for it.
    typealias Stream = @Sendable (_ write: ([UInt8]) async throws -> Void) async throws -> Void

    var status: HTTPStatus
    var fields: HTTPFields
    var body: [UInt8]
    /// Instead of `body`, when that would be too large to be held.
    var stream: Stream?

    init(_ status: HTTPStatus, _ body: [UInt8], type: ContentType = .json) {
        self.status = status
        self.body = body
        fields = [.contentType: type.rawValue]
    }

    /// A document whose members `write` writes.
    init(_ status: HTTPStatus = .ok, capacity: Int = 1_024, _ write: (inout JSONWriter) -> Void) {
        var writer = JSONWriter(capacity: capacity)
        writer.object { write(&$0) }
        self.init(status, writer.bytes)
    }

    init(streaming type: ContentType, _ stream: @escaping Stream) {
        self.init(.ok, [], type: type)
        self.stream = stream
    }

    /// Says which request it answers, in fields that every answer of the API has; no cache keeps it.
    mutating func identify(_ requestID: String, _ traceparent: String) {
        forbidCaching()
        fields.append(.requestID, requestID)
        fields.append(.traceparent, traceparent)
    }

    mutating func forbidCaching() {
        fields.append(.cacheControl, "no-store")
    }

    static let noContent: Answer = {
        var answer = Answer(.noContent, [])
        answer.fields = HTTPFields()
        return answer
    }()
}
