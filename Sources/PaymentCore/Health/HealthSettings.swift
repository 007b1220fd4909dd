/// When a vendor counts as failing, and how it recovers. Each of its accounts is judged by itself.
package struct HealthSettings: Sendable, Hashable {
    /// How far back calls count.
    package var window: Duration = .seconds(60)
    /// Fewer calls than this in the window prove nothing.
    package var leastCalls = 5
    /// Failed calls and time-outs, in percent of the window's calls, from which it is failing.
    package var failurePercent = 50
    /// A call that takes this long is slow, whatever its answer.
    package var slowAfter: Duration = .seconds(10)
    /// Slow calls, in percent of the window's calls, from which it is failing.
    package var slowPercent = 80
    /// How long it is left alone once its breaker opens; doubled each time a probe fails, up to
    /// `longestPause`.
    package var pause: Duration = .seconds(30)
    /// Ten times the first pause: long enough to spare a vendor that keeps failing, short enough to
    /// use it again soon after it recovers.
    package var longestPause: Duration { pause * 10 }
    /// How long a probe may take; longer than a vendor's call.
    package var probeLease: Duration = .seconds(60)
    /// Failing again this soon after recovering goes on doubling the pause.
    package var relapse: Duration = .seconds(300)

    package init() {}
}
