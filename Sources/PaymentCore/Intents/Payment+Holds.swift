/// The clock of a hold: planned once, told of before its end, ended by the tenant's policy.
extension Payment {
    /// Whether money is held that no plan looks after yet.
    var needsHoldPlan: Bool {
        guard intent.capturable > 0, let authorization = intent.authorization else { return false }
        return intent.plans.hold?.authorization != authorization.id
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

    /// Tells that the hold is about to end, once.
    mutating func warnOfHold() {
        guard intent.capturable > 0, intent.plans.hold?.isWarned == false else { return }
        intent.plans.hold?.isWarned = true
        record(.holdExpiring, holdingAttempt?.id)
    }

    /// Does what the policy says about a hold that is about to end; a refusal changes nothing.
    ///
    /// - Returns: whether the vendor must be asked.
    mutating func endHold(
        _ asking: Asking,
        capabilities: Capabilities
    ) throws(Refusal) -> Bool {
        guard let plan = intent.plans.hold, !plan.isActed, intent.capturable > 0 else {
            return false
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
    /// was done, it is asked again; else the hold is left to its end, and that is told.
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

    /// The policy's action is not possible: the hold is left to its end, and that was told.
    mutating func giveUpHoldAction() {
        guard intent.plans.hold?.isActed == false else { return }
        intent.plans.hold?.isActed = true
        record(.discrepancyFound, holdingAttempt?.id)
        intent.hasDiscrepancy = true
    }
}

extension Attempt {
    /// Nobody else captures or releases on the gateway's own account.
    fileprivate var isOfHoldPolicy: Bool {
        askedBy == .system && origin == .gateway && (operation == .capture || operation == .void)
    }
}

extension HoldPlan {
    /// When somebody must look at it next.
    func nextLook(margin: Duration) -> Timestamp {
        if !isWarned { return warnAt }
        if !isActed, action != .none { return actAt }
        return endsAt + margin
    }
}
