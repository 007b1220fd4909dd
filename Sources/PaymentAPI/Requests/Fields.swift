internal import JSON

/// Reads the members of one JSON object, or the parameters of a query, strictly: what is missing,
/// wrong or not known is noted with its pointer, and all of it is reported at once.
///
/// The same calls on ``recording()`` describe the object instead of reading one, so every member
/// must be asked for before the first is judged.
struct Fields {
    private enum Source {
        case object(JSONObject)
        case query([(name: String, value: String)])
        case nothing
    }

    private struct Recorded {
        let name: String
        let isRequired: Bool
        /// In a body; a query has no null.
        let isNullable: Bool
        let schema: Schema
    }

    private let source: Source
    private let pointer: String
    private let isRecording: Bool
    private var asked: [String] = []
    private var recorded: [Recorded] = []
    private(set) var problems: [FieldProblem] = []

    init(_ object: JSONObject, at pointer: String) {
        self.init(.object(object), at: pointer)
    }

    init(query: [(name: String, value: String)]) {
        self.init(.query(query), at: "query:")
    }

    /// No object at all: an absent body, when one is not required.
    static func none() -> Fields { Fields(.nothing, at: "") }

    /// Records what is asked for, and gives nothing.
    static func recording() -> Fields { Fields(.nothing, at: "", isRecording: true) }

    /// The schema of the object that `members` reads.
    static func schema(of members: (inout Fields) -> some Any) -> Schema {
        var fields = recording()
        _ = members(&fields)
        return fields.recordedSchema
    }

    private init(_ source: Source, at pointer: String, isRecording: Bool = false) {
        self.source = source
        self.pointer = pointer
        self.isRecording = isRecording
    }

    /// The value of a member that must be there and not null.
    mutating func required<Value>(_ name: String, _ type: FieldType<Value>) -> Value? {
        if record(name, type, isRequired: true) { return nil }
        guard let value = member(name, type.spelling) else {
            problems.append(FieldProblem(place(of: name), .required))
            return nil
        }
        return type.read(value, place(of: name), &problems)
    }

    /// The value of a member that may be absent or null.
    mutating func optional<Value>(_ name: String, _ type: FieldType<Value>) -> Value? {
        if record(name, type, isNullable: true) { return nil }
        guard let value = member(name, type.spelling) else { return nil }
        return type.read(value, place(of: name), &problems)
    }

    /// What an update puts in the place of a value that is always there: absent leaves it, and null,
    /// which would clear it, is refused.
    mutating func replacement<Value>(_ name: String, _ type: FieldType<Value>) -> Value? {
        if record(name, type) { return nil }
        guard case .object(let object) = source, let value = object[name] else { return nil }
        guard value != .null else {
            problems.append(FieldProblem(place(of: name), .required))
            return nil
        }
        return type.read(value, place(of: name), &problems)
    }

    /// Three ways for an update: absent leaves, null clears, a value sets.
    mutating func change<Value>(_ name: String, _ type: FieldType<Value>) -> Change<Value> {
        if record(name, type, isNullable: true) { return .leave }
        guard case .object(let object) = source, let value = object[name] else { return .leave }
        guard value != .null else { return .clear }
        return type.read(value, place(of: name), &problems).map(Change.set) ?? .leave
    }

    /// All parameters whose names begin with `prefix`, without it.
    ///
    /// - Parameter schema: of the object that they are together, under their whole names: that is
    ///   how OpenAPI writes an object whose members are parameters (style `form`, exploded).
    mutating func prefixed(
        _ prefix: String,
        _ schema: @autoclosure () -> Schema
    ) -> [(name: String, value: String)] {
        if isRecording {
            let name = String(prefix.prefix { $0 != "." })
            recorded.append(
                Recorded(name: name, isRequired: false, isNullable: false, schema: schema())
            )
        }
        guard case .query(let items) = source else { return [] }
        let found = items.filter { $0.name.hasPrefix(prefix) }
        asked += found.map(\.name)
        return found.map { (String($0.name.dropFirst(prefix.count)), $0.value) }
    }

    /// Notes that values which are good alone do not go together.
    mutating func refuse(
        _ name: String,
        _ code: FieldProblem.Code,
        _ arguments: [String: String] = [:]
    ) {
        problems.append(FieldProblem(place(of: name), code, arguments))
    }

    /// All problems, with one for each member that nobody asked for.
    mutating func finish() -> [FieldProblem] {
        let names: [String]
        switch source {
        case .object(let object): names = object.names
        case .query(let items):
            names = items.map(\.name)
            if Set(names).count < names.count { noteRepeated(names) }
        case .nothing: names = []
        }
        for name in names where !asked.contains(name) {
            problems.append(FieldProblem(place(ofUnknown: name), .unknownField))
        }
        return problems
    }

    var recordedSchema: Schema {
        Schema.object(
            recorded.map { ($0.name, $0.isNullable ? $0.schema.orNull : $0.schema) },
            required: recorded.filter(\.isRequired).map(\.name),
            isOpen: false
        )
    }

    /// Name, whether it must be there, and schema of each recorded member.
    var recordedMembers: [(name: String, isRequired: Bool, schema: Schema)] {
        recorded.map { ($0.name, $0.isRequired, $0.schema) }
    }

    private mutating func noteRepeated(_ names: [String]) {
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            problems.append(
                FieldProblem(place(of: name), .conflict, ["reason": "given more than once"])
            )
        }
    }

    private mutating func record<Value>(
        _ name: String,
        _ type: FieldType<Value>,
        isRequired: Bool = false,
        isNullable: Bool = false
    ) -> Bool {
        guard isRecording else {
            asked.append(name)
            return false
        }
        recorded.append(
            Recorded(
                name: name,
                isRequired: isRequired,
                isNullable: isNullable,
                schema: type.schema()
            )
        )
        return true
    }

    private func member(_ name: String, _ spelling: Spelling) -> JSONValue? {
        switch source {
        case .object(let object):
            guard let value = object[name], value != .null else { return nil }
            return value
        case .query(let items):
            return items.first { $0.name == name }.map { spelling.value(of: $0.value) }
        case .nothing: return nil
        }
    }

    private func place(of name: String) -> String {
        switch source {
        case .query: pointer + name
        case .object, .nothing: "\(pointer)/\(name)"
        }
    }

    /// The place of a member whose name is not ours and may need escapes.
    private func place(ofUnknown name: String) -> String {
        switch source {
        case .query: pointer + name
        case .object, .nothing: pointer + JSONPointer([.member(name)]).description
        }
    }
}

/// How often a change is tried when others change the same thing meanwhile: each time what was
/// read is older than what is stored.
enum PatchTries {
    static let most = 5

    /// Somebody else was quicker each time; nothing was changed.
    static var failed: Problem {
        Problem(.unavailable, retryAfter: .seconds(1), cause: "others change it all the time")
    }
}

/// What an update does to an optional value.
enum Change<Value: Sendable>: Sendable {
    case leave
    case clear
    case set(Value)

    func applied(to old: Value?) -> Value? {
        switch self {
        case .leave: old
        case .clear: nil
        case .set(let value): value
        }
    }
}
