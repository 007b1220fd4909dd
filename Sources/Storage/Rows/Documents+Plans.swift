internal import JSON
internal import PaymentCore
internal import Postgres

// What is planned for a payment, as a document: times in microseconds since 1970.
extension Documents {
    /// Nil for none: most payments have no plans.
    static func text(of plans: Plans) -> String? {
        guard !plans.isEmpty else { return nil }
        var writer = JSONWriter()
        writer.object { document in
            if let retry = plans.retry { document.object("retry") { write(retry, to: &$0) } }
            if let hold = plans.hold { document.object("hold") { write(hold, to: &$0) } }
            guard !plans.settlements.isEmpty else { return }
            document.array("settlements") { array in
                for settlement in plans.settlements {
                    array.object { write(settlement, to: &$0) }
                }
            }
        }
        return writer.text
    }

    static func plans(orNil text: String?) throws(PostgresError) -> Plans {
        guard let text else { return Plans() }
        let document = try object(text)
        var settlements: [Settlement] = []
        for value in document["settlements"]?.arrayValue ?? [] {
            settlements.append(try known(settlement(value)))
        }
        return Plans(
            retry: try document["retry"].map { value throws(PostgresError) in
                try known(retry(value))
            },
            hold: try document["hold"].map { value throws(PostgresError) in
                try known(hold(value))
            },
            settlements: settlements
        )
    }

    private static func known<Value>(_ value: Value?) throws(PostgresError) -> Value {
        guard let value else { throw PostgresError(.decoding, "stored plans are not readable") }
        return value
    }

    // MARK: Retries

    private static func write(_ retry: Retry, to object: inout JSONWriter) {
        if let wish = retry.wish { object.member("wish", wish) }
        object.member("state", retry.stage.name)
        object.member("count", retry.count)
        if let since = retry.since { object.member("since", since.microseconds) }
        switch retry.stage {
        case .idle, .recovered: break
        case .undecided(let attempt): object.member("after", attempt.description)
        case .planned(let plan):
            object.member("after", plan.after.description)
            object.member("at", plan.at.microseconds)
            object.member("cause", plan.cause.rawValue)
            if let rule = plan.rule { object.member("rule", rule) }
        case .refused(let refusal):
            object.member("reason", refusal.reason.rawValue)
            if let rule = refusal.rule { object.member("rule", rule) }
        }
    }

    private static func retry(_ value: JSONValue) -> Retry? {
        guard let stage = stage(value), let count = value["count"]?.integerValue else {
            return nil
        }
        return Retry(
            wish: value["wish"]?.boolValue,
            stage: stage,
            count: Int(count),
            since: time(value["since"])
        )
    }

    private static func stage(_ value: JSONValue) -> Retry.Stage? {
        let after = value["after"]?.stringValue.flatMap(AttemptID.init)
        let rule = value["rule"]?.stringValue
        switch value["state"]?.stringValue {
        case "idle": return .idle
        case "recovered": return .recovered
        case "deciding": return after.map { .undecided($0) }
        case "planned":
            guard let after, let at = time(value["at"]),
                let cause = value["cause"]?.stringValue.flatMap(RetryPlan.Cause.init)
            else { return nil }
            return .planned(RetryPlan(at: at, cause: cause, rule: rule, after: after))
        case "refused":
            return value["reason"]?.stringValue.flatMap(RetryRefusal.Reason.init)
                .map { .refused(RetryRefusal($0, rule: rule)) }
        default: return nil
        }
    }

    // MARK: Holds

    private static func write(_ hold: HoldPlan, to object: inout JSONWriter) {
        object.member("authorization", hold.authorization.description)
        object.member("ends_at", hold.endsAt.microseconds)
        object.member("warn_at", hold.warnAt.microseconds)
        object.member("action", hold.action.rawValue)
        object.member("act_at", hold.actAt.microseconds)
        object.member("warned", hold.isWarned)
        object.member("acted", hold.isActed)
    }

    private static func hold(_ value: JSONValue) -> HoldPlan? {
        guard let id = value["authorization"]?.stringValue.flatMap(AuthorizationID.init),
            let endsAt = time(value["ends_at"]), let warnAt = time(value["warn_at"]),
            let action = value["action"]?.stringValue.flatMap(HoldPolicy.Action.init),
            let actAt = time(value["act_at"]), let isWarned = value["warned"]?.boolValue,
            let isActed = value["acted"]?.boolValue
        else { return nil }
        return HoldPlan(
            authorization: id,
            endsAt: endsAt,
            warnAt: warnAt,
            action: action,
            actAt: actAt,
            isWarned: isWarned,
            isActed: isActed
        )
    }

    // MARK: Settlements

    private static func write(_ settlement: Settlement, to object: inout JSONWriter) {
        object.member("attempt", settlement.attempt.description)
        switch settlement.verdict {
        case .notDone: object.member("verdict", "not_done")
        case .succeeded(let reference, let amount):
            object.member("verdict", "succeeded")
            object.member("reference", reference)
            if let amount { object.member("amount", amount) }
        }
        object.member("reason", settlement.reason)
        object.member("state", settlement.state.rawValue)
        object.object("proposed_by") { write(settlement.proposedBy, to: &$0) }
        object.member("proposed_at", settlement.proposedAt.microseconds)
        if let decidedBy = settlement.decidedBy {
            object.object("decided_by") { write(decidedBy, to: &$0) }
        }
        if let decidedAt = settlement.decidedAt {
            object.member("decided_at", decidedAt.microseconds)
        }
    }

    private static func settlement(_ value: JSONValue) -> Settlement? {
        guard let attempt = value["attempt"]?.stringValue.flatMap(AttemptID.init),
            let verdict = verdict(value), let reason = value["reason"]?.stringValue,
            let proposedBy = value["proposed_by"].map(actor),
            let proposedAt = time(value["proposed_at"]),
            let state = value["state"]?.stringValue.flatMap(Settlement.State.init)
        else { return nil }
        return Settlement(
            attempt: attempt,
            verdict: verdict,
            reason: reason,
            proposedBy: proposedBy,
            proposedAt: proposedAt,
            state: state,
            decidedBy: value["decided_by"].map(actor),
            decidedAt: time(value["decided_at"])
        )
    }

    private static func verdict(_ value: JSONValue) -> Settlement.Verdict? {
        switch value["verdict"]?.stringValue {
        case "not_done": return .notDone
        case "succeeded":
            return value["reference"]?.stringValue.map {
                .succeeded(reference: $0, amount: value["amount"]?.integerValue)
            }
        default: return nil
        }
    }

    private static func write(_ actor: Actor, to object: inout JSONWriter) {
        if let key = actor.key { object.member("key", key.description) }
        if let person = actor.person { object.member("person", person) }
    }

    private static func actor(_ value: JSONValue) -> Actor {
        Actor(
            key: value["key"]?.stringValue.flatMap(APIKeyID.init),
            person: value["person"]?.stringValue
        )
    }

    private static func time(_ value: JSONValue?) -> Timestamp? {
        value?.integerValue.map { Timestamp(microseconds: $0) }
    }
}
