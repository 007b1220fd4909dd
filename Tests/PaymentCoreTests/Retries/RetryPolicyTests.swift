import PaymentCore
import TestKit
import Testing

/// The decision about a retry: a function of the decline, the networks' rules and the policy.
@Suite struct RetryPolicyTests {
    static let hour = Duration.seconds(3_600)
    static let day = Duration.seconds(86_400)
    // 2026-03-05T10:00:00Z
    static let declinedAt = Timestamp(seconds: 1_772_704_800)

    let identifiers = SequentialIdentifiers()
    let policy = RetryPolicy(mode: .all, payDays: [])

    private func scene(
        _ kind: Decline.Class = .soft,
        code: String = "do_not_honor",
        network: String? = nil,
        advice: String? = nil,
        after: Duration? = nil,
        scheme: CardScheme? = nil
    ) -> RetryScene {
        RetryScene(
            decline: Decline(
                kind,
                code: code,
                networkCode: network,
                adviceCode: advice,
                retryAfter: after
            ),
            attempt: identifiers.make(),
            declinedAt: Self.declinedAt,
            firstDeclinedAt: Self.declinedAt,
            retries: 0,
            attemptsInWindow: 1,
            scheme: scheme
        )
    }

    private func pause(_ scene: RetryScene, _ policy: RetryPolicy? = nil) -> Duration? {
        guard case .planned(let plan) = (policy ?? self.policy).decision(for: scene) else {
            return nil
        }
        return plan.at - scene.declinedAt
    }

    private func refusal(_ scene: RetryScene, _ policy: RetryPolicy? = nil) -> RetryRefusal? {
        guard case .refused(let refusal) = (policy ?? self.policy).decision(for: scene) else {
            return nil
        }
        return refusal
    }

    @Test(arguments: ["04", "07", "12", "14", "15", "41", "43", "46", "57", "R0", "R1", "R3"])
    func `Visa's never outranks a vendor's soft`(code: String) {
        let refused = refusal(scene(.soft, network: code, scheme: .visa))
        #expect(refused == RetryRefusal(.neverAgain, rule: "visa_category_1"))
        #expect(pause(scene(.soft, network: code, scheme: .mastercard)) != nil)
    }

    @Test(arguments: [
        ("03", "mastercard_never"), ("21", "mastercard_never"), ("42", "mastercard_never"),
        ("99", "mastercard_never"), ("40", "mastercard_no_recurring"),
        ("41", "mastercard_no_recurring"),
    ])
    func `an advice of never is never`(advice: String, rule: String) {
        for scheme in [CardScheme.mastercard, nil] {
            let refused = refusal(scene(.temporary, advice: advice, scheme: scheme))
            #expect(refused == RetryRefusal(.neverAgain, rule: rule))
        }
    }

    @Test(arguments: ["01", "04"])
    func `new account information must come first`(advice: String) {
        let refused = refusal(scene(.soft, advice: advice, scheme: .mastercard))
        #expect(refused?.reason == .credentialOutdated)
    }

    @Test(arguments: [
        ("02", 72), ("24", 1), ("25", 24), ("26", 48), ("27", 96), ("28", 144), ("29", 192),
        ("30", 240),
    ])
    func `an advice to wait is heeded`(advice: String, hours: Int) throws {
        let quick = RetryPolicy(mode: .all, softPause: .seconds(1), payDays: [])
        let wait = try #require(pause(scene(advice: advice, scheme: .mastercard), quick))
        #expect(wait >= Self.hour * hours)
        #expect(wait <= Self.hour * hours + Self.hour)
    }

    @Test func `what a vendor says of the earliest time is heeded`() throws {
        let wait = try #require(pause(scene(.temporary, after: Self.day * 2)))
        #expect(wait >= Self.day * 2)
    }

    @Test(arguments: [
        (Decline.Class.hard, RetryRefusal.Reason.hard), (.fraud, .fraud),
        (.authenticationRequired, .authenticationRequired),
    ])
    func `some classes end it`(kind: Decline.Class, reason: RetryRefusal.Reason) {
        #expect(refusal(scene(kind))?.reason == reason)
    }

    @Test func `want of money waits a day, and for a pay day that is near`() throws {
        let poor = scene(code: "insufficient_funds", network: "51")
        let plain = try #require(pause(poor))
        #expect(plain >= Self.day)
        #expect(plain <= Self.day + Self.hour)
        let paid = RetryPolicy(mode: .all, payDays: [8], payHour: 9)
        // The 8th at nine is 71 hours away; the 20th is too far to wait for.
        let waited = try #require(pause(poor, paid))
        #expect(waited >= Self.hour * 71)
        #expect(waited <= Self.hour * 72)
        let far = RetryPolicy(mode: .all, payDays: [20])
        #expect(try #require(pause(poor, far)) <= Self.day + Self.hour)
    }

    @Test func `the last day of a month is a pay day in every month`() throws {
        var poor = scene(code: "insufficient_funds")
        // 2026-02-26T10:00:00Z
        poor.declinedAt = Timestamp(seconds: 1_772_100_000)
        poor.firstDeclinedAt = poor.declinedAt
        let policy = RetryPolicy(mode: .all, payDays: [31], payHour: 9)
        let waited = try #require(pause(poor, policy))
        // Until the 28th at nine.
        #expect(waited >= Self.hour * 47)
        #expect(waited <= Self.hour * 48)
    }

    @Test func `temporary trouble backs off, doubling, with a jitter that can be repeated`() throws
    {
        var waits: [Duration] = []
        for retries in 0..<4 {
            var busy = scene(.temporary)
            busy.retries = retries
            let wait = try #require(pause(busy, RetryPolicy(mode: .all, maximumRetries: 9)))
            #expect(wait == pause(busy, RetryPolicy(mode: .all, maximumRetries: 9)))
            let base = Duration.seconds(600 << retries)
            #expect(wait >= base)
            #expect(wait <= base + base / 2)
            waits.append(wait)
        }
        #expect(Set(waits.map { $0.microseconds % 600_000_000 }).count > 1)
    }

    @Test func `a card is tried at most fifteen times in thirty days for an amount`() {
        var much = scene()
        much.attemptsInWindow = 14
        #expect(pause(much) != nil)
        much.attemptsInWindow = 15
        let rule = SchemeRule.attemptCap
        #expect(refusal(much) == RetryRefusal(.schemeCap, rule: rule))
    }

    @Test func `the policy's own limits end it`() {
        var late = scene()
        late.retries = 4
        #expect(refusal(late)?.reason == .exhausted)
        late.retries = 1
        late.firstDeclinedAt = late.declinedAt - Self.day * 14
        #expect(refusal(late)?.reason == .windowOver)
    }

    @Test func `nobody is charged who did not agree to it`() {
        var payment = scene()
        #expect(refusal(payment, RetryPolicy())?.reason == .notEnabled)
        let asked = RetryPolicy(mode: .requested)
        #expect(refusal(payment, asked)?.reason == .notRequested)
        payment.wish = true
        #expect(pause(payment, asked) != nil)
        #expect(refusal(payment, RetryPolicy())?.reason == .notEnabled)
        payment.wish = false
        #expect(refusal(payment)?.reason == .declinedByCaller)
        payment.wish = nil
        payment.isMethodUsable = false
        #expect(refusal(payment)?.reason == .methodNotUsable)
        payment.isOffSession = false
        #expect(refusal(payment)?.reason == .customerPresent)
    }

    @Test func `a policy that would break a rule is told its name`() {
        #expect(RetryPolicy(maximumRetries: 14).breaches.isEmpty)
        #expect(RetryPolicy(maximumRetries: 15).breaches.map(\.rule) == ["15_attempts_in_30_days"])
        let hasty = RetryPolicy(fundsPause: Self.hour * 23)
        #expect(hasty.breaches.map(\.rule) == ["insufficient_funds_24_hours_apart"])
    }

    @Test func `every rule says where it is written and no code has two of a kind`() {
        #expect(SchemeRule.all.allSatisfy { !$0.source.isEmpty && !$0.codes.isEmpty })
        for scheme in CardScheme.allCases {
            for sign in [SchemeRule.Sign.response, .advice] {
                let codes = SchemeRule.all.filter { $0.scheme == scheme && $0.sign == sign }
                    .flatMap(\.codes)
                #expect(Set(codes).count == codes.count)
            }
        }
    }
}
