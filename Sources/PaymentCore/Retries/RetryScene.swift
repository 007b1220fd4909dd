/// Everything that a decision about a retry is a function of.
package struct RetryScene: Sendable {
    /// Nil: the vendor was not reached.
    package var decline: Decline?
    /// The declined attempt; it also seeds the jitter.
    package var attempt: AttemptID
    package var declinedAt: Timestamp
    package var firstDeclinedAt: Timestamp
    /// Retries asked so far.
    package var retries: Int
    /// Attempts with this card for this amount in the last 30 days, the declined one included.
    package var attemptsInWindow: Int
    package var scheme: CardScheme?
    /// What the caller wished.
    package var wish: Bool?
    package var isOffSession: Bool
    package var isMethodUsable: Bool

    package init(
        decline: Decline?,
        attempt: AttemptID,
        declinedAt: Timestamp,
        firstDeclinedAt: Timestamp,
        retries: Int,
        attemptsInWindow: Int,
        scheme: CardScheme?,
        wish: Bool? = nil,
        isOffSession: Bool = true,
        isMethodUsable: Bool = true
    ) {
        self.decline = decline
        self.attempt = attempt
        self.declinedAt = declinedAt
        self.firstDeclinedAt = firstDeclinedAt
        self.retries = retries
        self.attemptsInWindow = attemptsInWindow
        self.scheme = scheme
        self.wish = wish
        self.isOffSession = isOffSession
        self.isMethodUsable = isMethodUsable
    }
}

extension RetryPolicy {
    /// When a payment is tried again, or why it is not. The networks' rules come before the
    /// vendor's class, and both before the tenant's wishes for times.
    package func decision(for scene: RetryScene) -> Retry.Stage {
        if let refusal = refusal(of: scene) { return .refused(refusal) }
        let rule = scene.decline.flatMap { SchemeRule.rule(for: $0, of: scene.scheme) }
        let (cause, wait) = pause(in: scene)
        var earliest = scene.declinedAt + wait
        if let advised = scene.decline?.retryAfter {
            earliest = max(earliest, scene.declinedAt + advised)
        }
        var heeded: String?
        if let rule, case .notBefore(let least) = rule.verdict {
            if scene.declinedAt + least > scene.declinedAt + wait { heeded = rule.name }
            earliest = max(earliest, scene.declinedAt + least)
        }
        if cause == .insufficientFunds { earliest = payDay(from: earliest) ?? earliest }
        let at = earliest + Jitter.delay(for: scene.attempt, upTo: cause.jitter(of: wait))
        guard at - scene.firstDeclinedAt <= window else { return .refused(.init(.windowOver)) }
        return .planned(RetryPlan(at: at, cause: cause, rule: heeded, after: scene.attempt))
    }

    private func refusal(of scene: RetryScene) -> RetryRefusal? {
        guard scene.isOffSession else { return .init(.customerPresent) }
        switch (mode, scene.wish) {
        case (_, false): return .init(.declinedByCaller)
        case (.off, _): return .init(.notEnabled)
        case (.requested, nil): return .init(.notRequested)
        case (.requested, true), (.all, _): break
        }
        guard scene.isMethodUsable else { return .init(.methodNotUsable) }
        if let decline = scene.decline {
            switch SchemeRule.rule(for: decline, of: scene.scheme) {
            case let rule? where rule.verdict == .renewCredential:
                return .init(.credentialOutdated, rule: rule.name)
            case let rule? where rule.verdict.isFinal:
                return .init(decline.class == .fraud ? .fraud : .neverAgain, rule: rule.name)
            case nil, .some: break
            }
            switch decline.class {
            case .hard: return .init(.hard)
            case .fraud: return .init(.fraud)
            case .authenticationRequired: return .init(.authenticationRequired)
            case .soft, .temporary: break
            }
        }
        guard scene.attemptsInWindow < SchemeRule.mostAttempts else {
            return .init(.schemeCap, rule: SchemeRule.attemptCap)
        }
        return scene.retries < maximumRetries ? nil : .init(.exhausted)
    }

    private func pause(in scene: RetryScene) -> (RetryPlan.Cause, Duration) {
        guard let decline = scene.decline else { return (.unreachable, backOff(scene.retries)) }
        return switch decline.class {
        case .temporary: (.temporary, backOff(scene.retries))
        case .soft where decline.isForWantOfMoney: (.insufficientFunds, fundsPause)
        case .soft, .hard, .fraud, .authenticationRequired: (.soft, softPause)
        }
    }

    private func backOff(_ retries: Int) -> Duration {
        min(temporaryPause * (1 << min(retries, 16)), Self.longestTemporaryPause)
    }

    /// The pay day that is near enough to wait for.
    private func payDay(from moment: Timestamp) -> Timestamp? {
        let first = CalendarDay(of: moment)
        let reach = Int64(payDayReach.components.seconds / 86_400) + 1
        for offset in 0...max(0, reach) {
            let day = first.adding(offset)
            let isPayDay = payDays.contains(day.day) || (day.isLastOfMonth && payDays.contains(31))
            let at = day.start + .seconds(payHour * 3_600)
            if isPayDay, at >= moment { return at - moment <= payDayReach ? at : nil }
        }
        return nil
    }
}

extension RetryPlan.Cause {
    /// How much later than planned it may be asked, so that what was declined together is not
    /// tried again together.
    fileprivate func jitter(of pause: Duration) -> Duration {
        switch self {
        case .temporary, .unreachable: pause / 2
        case .soft, .insufficientFunds: min(pause / 10, .seconds(3_600))
        }
    }
}

extension Decline {
    /// Response codes 51 and 61, or the vendor's own words for them.
    var isForWantOfMoney: Bool {
        switch networkCode {
        case "51", "61": return true
        default:
            let words = code.lowercased()
            return ["insufficient", "not_enough_balance"].contains { words.contains($0) }
        }
    }
}
