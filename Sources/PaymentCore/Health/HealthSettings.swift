/// When a vendor counts as ill, and how it gets well. Each account of a vendor is judged by itself.
package struct HealthSettings: Sendable, Hashable {
    /// How far back calls count.
    package var window: Duration = .seconds(60)
    /// Fewer calls than this in the window prove nothing.
    package var leastCalls = 5
    /// Failed calls and time-outs, in percent of the window's calls, from which it is ill.
    package var failurePercent = 50
    /// A call that takes this long is slow, whatever it brings.
    package var slowAfter: Duration = .seconds(10)
    /// Slow calls, in percent of the window's calls, from which it is ill.
    package var slowPercent = 80
    /// How long it is left alone after it fell ill; doubled each time that a try fails, up to
    /// `longestPause`.
    package var pause: Duration = .seconds(30)
    /// Ten times the first pause: far enough to spare a vendor that stays ill, near enough to take
    /// it up soon after it got well.
    package var longestPause: Duration { pause * 10 }
    /// How long the one that tries may take; longer than a vendor's call.
    package var probeLease: Duration = .seconds(60)
    /// Falling ill again this soon after getting well goes on doubling the pause.
    package var relapse: Duration = .seconds(300)

    package init() {}
}
