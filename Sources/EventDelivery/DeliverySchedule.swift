/// When a failed delivery is tried again, and when no longer: ten attempts over some 75 hours, the
/// schedule that the Standard Webhooks specification recommends.
package enum DeliverySchedule {
    /// Pauses before the second and later attempts.
    private static let pauses: [Duration] = [
        .seconds(5), .seconds(300), .seconds(1_800), .seconds(7_200), .seconds(18_000),
        .seconds(36_000), .seconds(50_400), .seconds(72_000), .seconds(86_400),
    ]

    /// The longest that a receiver's `Retry-After` is followed.
    private static let longestWish = Duration.seconds(86_400)

    /// The pause after `run` attempts, at random up to a tenth longer; nil after the last.
    ///
    /// - Parameters:
    ///   - wish: the receiver's `Retry-After`: never earlier than that.
    ///   - jitter: from 0 to 1.
    package static func pause(after run: Int, wish: Duration?, jitter: Double) -> Duration? {
        guard (1...pauses.count).contains(run) else { return nil }
        let pause = pauses[run - 1] * (1 + max(0, min(jitter, 1)) / 10)
        return max(pause, min(wish ?? .zero, longestWish))
    }
}
