internal import JSON
internal import PaymentCore

// What is planned for payments, and background work: each writes members into an open object.
extension JSONWriter {
    /// The intent's `retry`: the plan, or why there is none; null while nothing was declined.
    mutating func member(_ name: String, retryOf intent: Intent, _ attempts: [Attempt]?) {
        guard let retry = intent.retryShown(attempts) else { return null(name) }
        var plan: RetryPlan?
        var refusal: RetryRefusal?
        switch retry.stage {
        case .planned(let planned): plan = planned
        case .refused(let refused): refusal = refused
        case .idle, .undecided, .recovered: break
        }
        object(name) {
            $0.member("state", retry.stage.name)
            $0.member("reason", refusal?.reason.rawValue ?? plan?.cause.rawValue)
            $0.member("rule", refusal?.rule ?? plan?.rule)
            $0.member("next_at", plan?.at.rfc3339)
            $0.member("after_attempt_id", plan?.after.description)
            $0.member("retries", retry.count)
            $0.member("first_declined_at", retry.since?.rfc3339)
        }
    }

    mutating func members(of settlement: Settlement) {
        member("attempt_id", settlement.attempt.description)
        switch settlement.verdict {
        case .notDone:
            member("outcome", "not_done")
            null("gateway_reference")
            null("amount")
        case .succeeded(let reference, let amount):
            member("outcome", "succeeded")
            member("gateway_reference", reference)
            member("amount", amount)
        }
        member("reason", settlement.reason)
        member("state", settlement.state.rawValue)
        member("proposed_by", settlement.proposedBy.person)
        member("proposed_by_key_id", settlement.proposedBy.key?.description)
        member("proposed_at", settlement.proposedAt.rfc3339)
        member("decided_by", settlement.decidedBy?.person)
        member("decided_by_key_id", settlement.decidedBy?.key?.description)
        member("decided_at", settlement.decidedAt?.rfc3339)
    }

    mutating func members(of stored: StoredPolicies) {
        let (retry, hold) = (stored.policies.retry, stored.policies.hold)
        member("object", "policies")
        member("version", stored.version)
        object("retry") { object in
            object.member("mode", retry.mode.rawValue)
            object.member("maximum_retries", retry.maximumRetries)
            object.member("window_days", retry.window.components.seconds / 86_400)
            object.member("soft_after_seconds", retry.softPause.components.seconds)
            object.member(
                "insufficient_funds_after_seconds",
                retry.fundsPause.components.seconds
            )
            object.member("temporary_after_seconds", retry.temporaryPause.components.seconds)
            object.array("pay_days") { for day in retry.payDays.sorted() { $0.element(day) } }
            object.member("pay_hour", retry.payHour)
            object.member("pay_day_reach_days", retry.payDayReach.components.seconds / 86_400)
        }
        object("hold") { object in
            object.member("warn_before_seconds", hold.warnBefore.components.seconds)
            object.member("action", hold.action.rawValue)
            object.member("act_before_seconds", hold.actBefore.components.seconds)
            object.array("lifetimes") { array in
                for (name, life) in hold.lifetimes.sorted(by: { $0.key < $1.key }) {
                    array.object {
                        $0.member("of", name)
                        $0.member("seconds", life.components.seconds)
                    }
                }
            }
        }
        let isSet = stored.version > 0
        member("changed_by", stored.changedBy.person)
        member("key_id", stored.changedBy.key?.description)
        member("changed_at", isSet ? stored.changedAt.rfc3339 : nil)
    }

    mutating func members(of job: JobListing) {
        member("object", "job")
        member("kind", job.kind)
        member("subject", job.subject)
        member("state", job.state.rawValue)
        member("run", job.run)
        member("due_at", job.dueAt.rfc3339)
        member("last_error", job.lastError)
    }
}

extension Intent {
    /// A declined payment whose payer was there has no stored plan: it is never tried behind their
    /// back.
    fileprivate func retryShown(_ attempts: [Attempt]?) -> Retry? {
        if let retry = plans.retry { return retry }
        guard !offSession, state == .requiresPaymentMethod,
            case .declined? = attempts?.last(where: { $0.operation == .authorize })?.state
        else { return nil }
        return Retry(wish: nil, stage: .refused(RetryRefusal(.customerPresent)))
    }
}
