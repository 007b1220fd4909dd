internal import HTTP
internal import JSON
internal import PaymentCore

/// One operation of the API, in one file: what it is called, who may call it, what it takes, what
/// it answers and what it does. `Routes.swift` names it once, and everything else follows: the
/// router, the API document, authentication, idempotency.
protocol Endpoint: Sendable {
    associatedtype Input: Sendable

    var operation: Operation { get }

    /// Reads the input: every part must be asked for before any is judged, so that the same lines
    /// describe it. Nil after a problem was noted.
    func read(_ request: inout RequestReader) -> Input?

    /// Does it. Throws ``Problem``, or an error of the core or the stores.
    func call(_ input: Input, _ call: Call) async throws -> Answer
}

/// What is fixed about an endpoint.
struct Operation: Sendable {
    enum Body: Sendable {
        case none
        case optional
        case required
        /// Events by CloudEvents, in any of its HTTP forms.
        case events

        /// Of one object or array. An event may be as long here as from a broker.
        var maximumMembers: Int {
            switch self {
            case .none, .optional, .required: 1_000
            case .events: JSONLimits.standard.memberCount
            }
        }
    }

    let method: HTTPMethod
    /// Under the API's root, with parameters in braces: `/intents/{id}/capture`.
    let path: String
    /// Another path to the same, for those who know the thing by another name.
    let alias: String?
    let permission: Permission
    /// One line, imperative.
    let summary: String
    let detail: String?
    let body: Body
    /// Requires an `Idempotency-Key`.
    let movesMoney: Bool
    /// Honours an `Idempotency-Key` when the caller gives one.
    let takesKey: Bool
    let success: HTTPStatus
    /// Nil when there is nothing to tell.
    let answer: Schema?
    /// The forms that the answer can have.
    let contentTypes: [Answer.ContentType]
    /// Members of the body that hold secrets of the caller's, not card data.
    let secrets: Set<String>
    /// How much longer than others it may take.
    let patience: Duration
    /// Also called for a tenant that is no longer served.
    let servesDropped: Bool

    init(
        _ method: HTTPMethod,
        _ path: String,
        alias: String? = nil,
        _ permission: Permission,
        _ summary: String,
        detail: String? = nil,
        body: Body = .none,
        movesMoney: Bool = false,
        takesKey: Bool = false,
        success: HTTPStatus = .ok,
        answer: Schema?,
        contentTypes: [Answer.ContentType] = [.json],
        secrets: Set<String> = [],
        patience: Duration = .zero,
        servesDropped: Bool = false
    ) {
        self.method = method
        self.path = path
        self.alias = alias
        self.permission = permission
        self.summary = summary
        self.detail = detail
        self.body = body
        self.movesMoney = movesMoney
        self.takesKey = takesKey || movesMoney
        self.success = success
        self.answer = answer
        self.contentTypes = contentTypes
        self.secrets = secrets
        self.patience = patience
        self.servesDropped = servesDropped
    }

    /// Names it in records, logs and metrics: `POST /intents/{id}/capture`.
    var name: String { "\(method) \(path)" }
}

extension Endpoint {
    /// Reads and does it.
    func answer(_ request: RequestReader, _ call: Call) async throws -> Answer {
        var request = request
        let input = read(&request)
        try request.finish()
        guard let input else {
            throw Problem(.internalError, cause: "\(operation.name) read nothing, noted nothing")
        }
        return try await self.call(input, call)
    }

    /// What the endpoint reads, for the API document.
    var recorded: RequestReader {
        var request = RequestReader.recording()
        _ = read(&request)
        return request
    }
}
