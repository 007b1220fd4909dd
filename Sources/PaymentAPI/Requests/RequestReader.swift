internal import HTTPServer
internal import PaymentCore

/// The parts of a request that an endpoint reads: path, query and body.
struct RequestReader {
    /// A parameter of the path as it was asked for.
    struct PathParameter {
        let name: String
        let schema: Schema
    }

    var query: Fields
    var body: Fields
    /// The events of a body that is not ours.
    let events: [CloudEvent]
    /// Nil while recording.
    private let parameters: PathParameters?
    private(set) var recordedParameters: [PathParameter] = []
    /// What a malformed identifier in the path cannot name.
    private(set) var unknown: String?

    init(
        parameters: PathParameters,
        query: Fields,
        body: Fields,
        events: [CloudEvent] = []
    ) {
        self.parameters = parameters
        self.query = query
        self.body = body
        self.events = events
    }

    private init() {
        parameters = nil
        query = .recording()
        body = .recording()
        events = []
    }

    /// Records what an endpoint asks for, to describe it.
    static func recording() -> RequestReader { RequestReader() }

    /// An identifier in the path. What is not one names nothing: not found, as another tenant's is.
    mutating func identifier<Kind: IdentifierKind>(
        _ name: String = "id",
        _ what: WorkflowError.Subject,
        of type: Identifier<Kind>.Type = Identifier<Kind>.self
    ) -> Identifier<Kind>? {
        parameter(name, .identifier(Kind.prefix), what.rawValue) { Identifier<Kind>($0) }
    }

    /// Another parameter of the path.
    mutating func parameter<Value>(
        _ name: String,
        _ schema: Schema,
        _ what: String,
        _ read: (String) -> Value?
    ) -> Value? {
        guard let parameters else {
            recordedParameters.append(PathParameter(name: name, schema: schema))
            return nil
        }
        guard let value = read(parameters[name]) else {
            unknown = what
            return nil
        }
        return value
    }

    /// Throws what was wrong, all of it at once.
    mutating func finish() throws(Problem) {
        if let unknown { throw Problem(.notFound, ["what": unknown]) }
        let problems = query.finish() + body.finish()
        guard problems.isEmpty else { throw Problem(.validationFailed, errors: problems) }
    }
}
