/// How a tenant wants declined merchant-initiated payments to be tried again. What the card
/// networks forbid no policy can allow.
package struct RetryPolicy: Sendable, Hashable {
    package enum Mode: String, Sendable, CaseIterable {
        case off
        /// Only payments that ask for it.
        case requested
        /// All merchant-initiated payments with a stored method, unless they refuse.
        case all
    }

    package var mode: Mode
    /// Attempts after the first.
    package var maximumRetries: Int
    /// How long after the first decline the last retry may come.
    package var window: Duration
    /// The least time after a soft decline.
    package var softPause: Duration
    /// The least time after a decline for insufficient funds.
    package var fundsPause: Duration
    /// The first pause after a temporary decline; it doubles with every retry, up to a day.
    package var temporaryPause: Duration
    /// Days of the month on which cards are usually funded, 1...31; 31 stands for the last day.
    package var payDays: Set<Int>
    /// The hour of a pay day, UTC, 0...23.
    package var payHour: Int
    /// How far a retry for insufficient funds may be put off to meet a pay day.
    package var payDayReach: Duration

    package init(
        mode: Mode = .off,
        maximumRetries: Int = 4,
        window: Duration = .seconds(14 * 86_400),
        softPause: Duration = .seconds(86_400),
        fundsPause: Duration = .seconds(86_400),
        temporaryPause: Duration = .seconds(600),
        payDays: Set<Int> = [1, 15],
        payHour: Int = 9,
        payDayReach: Duration = .seconds(3 * 86_400)
    ) {
        self.mode = mode
        self.maximumRetries = maximumRetries
        self.window = window
        self.softPause = softPause
        self.fundsPause = fundsPause
        self.temporaryPause = temporaryPause
        self.payDays = payDays
        self.payHour = payHour
        self.payDayReach = payDayReach
    }

    static let longestTemporaryPause: Duration = .seconds(86_400)
    package static let leastFundsPause: Duration = .seconds(86_400)
}

extension RetryPolicy {
    /// A rule that a policy would break.
    package struct Breach: Sendable, Hashable {
        package enum Field: String, Sendable {
            case maximumRetries = "maximum_retries"
            case fundsPause = "insufficient_funds_after_seconds"
        }

        package let field: Field
        /// The rule's name.
        package let rule: String
    }

    /// What keeps this policy from being accepted; empty when nothing does.
    package var breaches: [Breach] {
        var breaches: [Breach] = []
        if maximumRetries >= SchemeRule.mostAttempts {
            breaches.append(Breach(field: .maximumRetries, rule: SchemeRule.attemptCap))
        }
        if fundsPause < Self.leastFundsPause {
            breaches.append(Breach(field: .fundsPause, rule: "insufficient_funds_24_hours_apart"))
        }
        return breaches
    }
}
