internal import HTTP
internal import JSON

/// What an endpoint answers.
struct Answer: Sendable {
    enum ContentType: String, Sendable {
        case json = "application/json"
        case problem = "application/problem+json"
    }

    var status: HTTPStatus
    var fields: HTTPFields
    var body: [UInt8]

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

    static let noContent: Answer = {
        var answer = Answer(.noContent, [])
        answer.fields = HTTPFields()
        return answer
    }()
}
