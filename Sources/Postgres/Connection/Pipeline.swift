/// What one round trip carries: an optional BEGIN and role, queries, an optional end.
struct Pipeline {
    enum Opening: Hashable {
        case none
        case begin
        case beginReadOnly
    }

    enum Ending: Hashable {
        case none
        case commit
        /// The COMMIT of a read-only transaction: losing its answer loses nothing.
        case endReadOnly
        case rollBack
    }

    var opening = Opening.none
    /// The role of the transaction: set when the pipeline opens it, and the scope of what is
    /// prepared.
    var role: String?
    var queries: [Query] = []
    var ending = Ending.none

    static let probe = Pipeline()
    static let rollBack = Pipeline(ending: .rollBack)
}

extension Pipeline {
    /// A command to send: what it is for, whose prepared plan it uses, what it says.
    struct Step {
        let command: PipelineMachine.Command
        let role: String?
        let query: Query
    }

    /// A step and its binds in libpq's form.
    struct Message {
        let step: Step
        let binds: EncodedBinds
    }

    /// All messages; encoded before the first is sent, so that a refused bind leaves nothing half
    /// sent. Throws `.misuse`.
    func encoded() throws(PostgresError) -> [Message] {
        let steps = steps
        var messages: [Message] = []
        messages.reserveCapacity(steps.count)
        for step in steps {
            messages.append(Message(step: step, binds: try EncodedBinds(step.query)))
        }
        return messages
    }

    private static let beginStatement = Statement("begin", "begin")
    private static let beginReadOnlyStatement = Statement("begin.read_only", "begin read only")
    fileprivate static let roleStatement = Statement(
        "role.set",
        "select set_config('role', $1, true)"
    )
    private static let commitStatement = Statement("commit", "commit")
    /// Not prepared: a failed transaction takes nothing else, no DEALLOCATE that makes room either.
    private static let rollBackStatement = Statement("rollback", sentOnce: "rollback")

    /// The commands in the order of sending.
    var steps: [Step] {
        var steps: [Step] = []
        steps.reserveCapacity(queries.count + 3)
        func add(_ statement: Statement, _ command: PipelineMachine.Command = .plain) {
            steps.append(Step(command: command, role: nil, query: Query(statement)))
        }
        switch opening {
        case .none: break
        case .begin: add(Self.beginStatement)
        case .beginReadOnly: add(Self.beginReadOnlyStatement)
        }
        if opening != .none, let role {
            steps.append(Step(command: .plain, role: nil, query: Self.roleStatement(.text(role))))
        }
        for query in queries { steps.append(Step(command: .query, role: role, query: query)) }
        switch ending {
        case .none: break
        case .commit: add(Self.commitStatement, .commit)
        case .endReadOnly: add(Self.commitStatement)
        case .rollBack: add(Self.rollBackStatement)
        }
        return steps
    }
}

extension PostgresError {
    /// Whether the login may not take the role, so that nothing was run.
    var deniesRole: Bool {
        sqlState == .insufficientPrivilege && statement == Pipeline.roleStatement.name
    }
}
