/// When somebody must look after a payment again, as a function of what is stored.
extension Payment {
    /// The job that keeps this payment from being forgotten; nil for one that never needed any.
    ///
    /// - Parameter now: by the clock that the plans' times were made with: what is due is given as
    ///   a delay, so that a wrong clock moves nothing.
    package func nextCheck(
        lease: Duration,
        settings: WorkflowSettings,
        at now: Timestamp
    ) -> JobChange? {
        guard let vendor = intent.vendor, vendor != .cash else { return nil }
        let subject = intent.id.description
        let waits = attempts.compactMap { attempt -> Duration? in
            if closesPage, attempt.isPage { return attempt.untilPageIsClosed }
            guard let wait = attempt.nextLook(lease: lease) else { return nil }
            guard case .unknown = attempt.state else { return wait }
            // A look falls on the moment at which it becomes an operator's matter.
            let left = settings.escalatesAfter - (now - attempt.sentAt)
            return left > .zero ? min(wait, left) : wait
        }
        if let soonest = waits.min(), !needsHoldPlan {
            let due = holdLook.map { Due.soonest(after: soonest, at: $0) } ?? .after(soonest)
            return .schedule(.followPayment, subject: subject, due: due)
        }
        if undecidedRetry != nil || needsHoldPlan {
            return .schedule(.followPayment, subject: subject, due: .after(.zero))
        }
        if let plan = retryPlan {
            return .schedule(.followPayment, subject: subject, due: .after(plan.at - now))
        }
        if intent.capturable > 0, let hold = intent.plans.hold {
            let due = Due.at(hold.nextLook(margin: settings.expiryMargin))
            return .schedule(.followPayment, subject: subject, due: due)
        }
        return .clear(.followPayment, subject: subject)
    }

    /// Counts a look-up that brought nothing new, so that the next one waits longer.
    mutating func countLookUp(_ id: AttemptID) {
        guard let index = attempts.firstIndex(where: { $0.id == id }) else { return }
        attempts[index].lookUps += 1
        answeredIDs.append(id)
    }

    /// Hands an attempt to an operator; once.
    mutating func escalate(_ id: AttemptID) {
        guard let index = attempts.firstIndex(where: { $0.id == id }),
            !attempts[index].isEscalated
        else { return }
        attempts[index].isEscalated = true
        intent.hasDiscrepancy = true
        answeredIDs.append(id)
        record(.discrepancyFound, id)
    }
}

extension Attempt {
    /// How long to wait before looking again: the asker's lease while it runs, then longer with
    /// every look-up. Unknown money is looked up within seconds, a payer's page within minutes.
    func nextLook(lease: Duration) -> Duration? {
        switch state {
        case .asked: lease
        case .unknown: Self.backOff(from: 2, doubled: lookUps, atMost: 120)
        case .pending: Self.backOff(from: 60, doubled: lookUps, atMost: 6 * 3_600)
        case .requiresAction: Self.backOff(from: 120, doubled: lookUps, atMost: 3_600)
        case .awaitingApproval, .succeeded, .declined, .rejected, .notDone, .abandoned, .reversed:
            nil
        }
    }

    /// How long to wait before the page of a refused card is closed: not at all the first time.
    fileprivate var untilPageIsClosed: Duration {
        lookUps == 0 ? .zero : Self.backOff(from: 1, doubled: lookUps, atMost: 120)
    }

    private static func backOff(
        from first: Int64,
        doubled times: Int,
        atMost limit: Int64
    )
        -> Duration
    {
        .seconds(min(limit, first << Int64(min(times, 20))))
    }
}
