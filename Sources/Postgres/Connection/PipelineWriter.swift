/// Writes pipelines to a session, each statement prepared before its first use.
struct PipelineWriter {
    private var prepared: PreparedStatements?
    /// Names that the server still keeps and nobody will use.
    private var superfluous: [String] = []

    /// - Parameter preparedLimit: zero for no named statements at all.
    init(preparedLimit: Int) {
        prepared = preparedLimit > 0 ? PreparedStatements(limit: preparedLimit) : nil
    }

    /// Writes the messages and a Sync into libpq's buffer; returns what was written, and whether
    /// that was all.
    mutating func write(
        _ messages: [Pipeline.Message],
        to session: Session
    ) -> (commands: [Flight.Command], isWritten: Bool) {
        var commands: [Flight.Command] = []
        commands.reserveCapacity(messages.count + 2)
        for message in messages {
            guard write(message, to: session, &commands) else { return (commands, false) }
        }
        return (commands, session.sendSync())
    }

    /// Takes note of the commands that an error kept from running: their names are not prepared, or
    /// still to be deallocated.
    mutating func settle(_ skipped: ArraySlice<Flight.Command>) {
        var unborn: Set<String> = []
        for command in skipped {
            switch command {
            case .prepare(let key, let name):
                prepared?.forget(key, named: name)
                unborn.insert(name)
            case .deallocate(let name):
                if !unborn.contains(name) { superfluous.append(name) }
            case .run:
                break
            }
        }
    }

    /// Has the statements of the pipeline prepared again, after the error of a stale plan.
    mutating func forget(_ pipeline: Pipeline, after error: PostgresError?) {
        switch error?.sqlState {
        case .unknownPreparedStatement?:
            prepared?.forgetAll()
            superfluous.removeAll()
            return
        case .duplicatePreparedStatement?:
            // The session is not ours alone: some of its names are somebody else's, ours may be
            // gone.
            prepared?.forgetAll()
            prepared?.skipNames()
            superfluous.removeAll()
            return
        default: break
        }
        for query in pipeline.queries {
            let key = PreparedStatements.Key(role: pipeline.role, statement: query.statement)
            if let name = prepared?.forget(key) { superfluous.append(name) }
        }
    }

    private mutating func write(
        _ message: Pipeline.Message,
        to session: Session,
        _ commands: inout [Flight.Command]
    ) -> Bool {
        let statement = message.step.query.statement
        let key = PreparedStatements.Key(role: message.step.role, statement: statement)
        guard statement.isPreparable, let use = prepared?.use(key) else {
            commands.append(.run(message.step))
            return session.sendOnce(statement.sql, message.binds)
        }
        let name: String
        switch use {
        case .ready(let ready):
            name = ready
        case .prepare(let new, let evicted):
            name = new
            if let evicted { superfluous.append(evicted) }
            guard writeDeallocations(to: session, &commands) else { return false }
            commands.append(.prepare(key, name: new))
            guard session.sendPrepare(new, statement.sql) else { return false }
        }
        commands.append(.run(message.step))
        return session.sendPrepared(name, message.binds)
    }

    /// libpq before 17 cannot close a statement by protocol. The names are ours: a letter and a
    /// number.
    private mutating func writeDeallocations(
        to session: Session,
        _ commands: inout [Flight.Command]
    ) -> Bool {
        while let name = superfluous.popLast() {
            commands.append(.deallocate(name: name))
            guard session.sendOnce("deallocate \(name)", .none) else { return false }
        }
        return true
    }
}
