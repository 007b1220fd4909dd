/// The clock of a hold: planned once, announced before its end, ended by the tenant's policy.
extension Payment {
    /// Whether money is held that no plan looks after yet.
    var needsHoldPlan: Bool {
        guard intent.capturable > 0, let authorization = intent.authorization else { return false }
        return intent.plans.hold?.authorization != authorization.id
    }

    /// Whether something is under way during which a hold is not ended: a capture, a release, or
    /// another try of the payment.
    var isHoldBusy: Bool {
        intent.captureReserved > 0 || intent.isReleasing
            || attempts.contains(where: \.isOpenAuthorization)
    }

    /// When the hold must be looked at, whatever else of the payment is under way. Nil when the next
    /// look at what is under way is soon enough: it keeps the hold busy, or the hold's end is all
    /// that is left to see.
    var holdLook: Timestamp? {
        guard intent.capturable > 0, let plan = intent.plans.hold else { return nil }
        if !plan.isWarned { return plan.warnAt }
        return plan.awaitsAction && !isHoldBusy ? plan.actAt : nil
    }

    /// Plans how the hold ends.
    mutating func planHold(
        _ policy: HoldPolicy,
        lifetime: Duration?
    ) {
        guard needsHoldPlan, let authorization = intent.authorization else { return }
        let plan = policy.plan(
            for: authorization.id,
            heldAt: holdingAttempt?.answeredAt ?? holdingAttempt?.askedAt ?? intent.updatedAt,
            stated: authorization.expiresAt,
            lifetime: lifetime,
            account: intent.account,
            scheme: intent.method.details?.brand
        )
        intent.plans.hold = plan
        intent.authorization?.expiresAt = plan.endsAt
        markUpdated()
    }

    /// Publishes that the hold is about to end, once.
    mutating func warnOfHold() {
        guard intent.capturable > 0, intent.plans.hold?.isWarned == false else { return }
        intent.plans.hold?.isWarned = true
        record(.holdExpiring, holdingAttempt?.id)
    }

    /// Does what the policy says about a hold that is about to end; a refusal changes nothing.
    /// What is still under way is refused as in progress: its end makes the hold due again.
    ///
    /// - Returns: whether the vendor must be asked.
    mutating func endHold(
        _ asking: Asking,
        capabilities: Capabilities
    ) throws(Refusal) -> Bool {
        guard let plan = intent.plans.hold, !plan.isActed, intent.capturable > 0 else {
            return false
        }
        guard !attempts.contains(where: \.isOpenAuthorization) else {
            throw .inProgress(.authorize)
        }
        switch plan.action {
        case .none: return false
        case .capture:
            try askCapture(asking, amount: nil, isFinal: true, capabilities: capabilities)
            intent.plans.hold?.isActed = true
            return true
        case .void:
            let asks = try askVoid(
                asking,
                reason: "hold_policy",
                capabilities: capabilities
            )
            intent.plans.hold?.isActed = true
            return asks
        }
    }

    /// What the policy had asked has ended as "no", heard at once or found out later: when nothing
    /// was done, it is asked again; else the hold is left to its end, and that is published.
    mutating func resumeHoldAction(after id: AttemptID, at moment: Timestamp) {
        guard let plan = intent.plans.hold, plan.isActed, intent.capturable > 0,
            let attempt = attempt(id), attempt.isOfHoldPolicy, attempt.state.isNo
        else { return }
        intent.plans.hold?.isActed = false
        if case .notDone = attempt.state, moment < plan.endsAt {
            intent.plans.hold?.actAt = moment
        } else {
            giveUpHoldAction()
        }
    }

    /// The policy's action is not possible: the hold is left to its end, and that was published.
    mutating func giveUpHoldAction() {
        guard intent.capturable > 0, intent.plans.hold?.isActed == false else { return }
        intent.plans.hold?.isActed = true
        record(.discrepancyFound, holdingAttempt?.id)
        intent.hasDiscrepancy = true
    }
}

extension Attempt {
    fileprivate var isOpenAuthorization: Bool { operation == .authorize && state.isOpen }

    /// Nobody else captures or releases on the gateway's own account.
    fileprivate var isOfHoldPolicy: Bool {
        askedBy == .system && origin == .gateway && (operation == .capture || operation == .void)
    }
}

extension HoldPlan {
    /// Whether the policy wants something done that was neither done nor given up.
    var awaitsAction: Bool { !isActed && action != .none }

    /// When somebody must look at it next.
    func nextLook(margin: Duration) -> Timestamp {
        if !isWarned { return warnAt }
        if awaitsAction { return actAt }
        return endsAt + margin
    }
}
