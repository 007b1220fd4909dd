/// What a tenant wants done about holds that are about to run out.
package struct HoldPolicy: Sendable, Hashable {
    package enum Action: String, Sendable, CaseIterable {
        /// Only give notice.
        case none
        /// Capture all that is held.
        case capture
        /// Release the money.
        case void
    }

    /// How long before the end notice is given.
    package var warnBefore: Duration
    package var action: Action
    /// How long before the end the action is taken.
    package var actBefore: Duration
    /// Lifetimes shorter than the vendor's, by scheme or merchant account (`visa`, `mac_…`).
    package var lifetimes: [String: Duration]

    package init(
        warnBefore: Duration = .seconds(86_400),
        action: Action = .none,
        actBefore: Duration = .seconds(6 * 3_600),
        lifetimes: [String: Duration] = [:]
    ) {
        self.warnBefore = warnBefore
        self.action = action
        self.actBefore = actBefore
        self.lifetimes = lifetimes
    }
}

/// How a hold is looked after until its end: kept with the intent.
package struct HoldPlan: Sendable, Hashable {
    /// The authorization that it is about.
    package let authorization: AuthorizationID
    /// When it ends: the earliest of what vendor, scheme and account say.
    package let endsAt: Timestamp
    package let warnAt: Timestamp
    package let action: HoldPolicy.Action
    package internal(set) var actAt: Timestamp
    package internal(set) var isWarned: Bool
    package internal(set) var isActed: Bool

    package init(
        authorization: AuthorizationID,
        endsAt: Timestamp,
        warnAt: Timestamp,
        action: HoldPolicy.Action,
        actAt: Timestamp,
        isWarned: Bool = false,
        isActed: Bool = false
    ) {
        self.authorization = authorization
        self.endsAt = endsAt
        self.warnAt = warnAt
        self.action = action
        self.actAt = actAt
        self.isWarned = isWarned
        self.isActed = isActed
    }
}

extension HoldPolicy {
    /// The plan for a hold.
    ///
    /// - Parameters:
    ///   - stated: when the vendor says that it ends; its own word wins over every table.
    ///   - lifetime: the vendor's, when it says nothing. Nil with `stated` nil: a week, the
    ///     shortest that networks promise for a final authorization.
    func plan(
        for authorization: AuthorizationID,
        heldAt: Timestamp,
        stated: Timestamp?,
        lifetime: Duration?,
        account: MerchantAccountID?,
        scheme: String?
    ) -> HoldPlan {
        let general = stated ?? heldAt + (lifetime ?? .seconds(7 * 86_400))
        let own = [account?.description, scheme?.lowercased()].compactMap { $0 }
            .compactMap { lifetimes[$0] }.map { heldAt + $0 }
        let end = ([general] + own).min() ?? general
        // A hold shorter than the notice: half its life is left for both.
        let life = end - heldAt
        let actAt = end - min(actBefore, life / 4)
        return HoldPlan(
            authorization: authorization,
            endsAt: end,
            warnAt: min(end - min(warnBefore, life / 2), actAt),
            action: action,
            actAt: actAt
        )
    }
}
