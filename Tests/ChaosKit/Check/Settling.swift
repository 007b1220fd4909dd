internal import HTTP
internal import JSON

/// The time after the last fault, in which everything must come to its end.
struct Settling {
    let place: Installation
    let record: Record
    let inspection: Inspection

    /// Returns once nothing is open and every consumer has every event, or the time is over; then
    /// the check says what is left.
    ///
    /// - Returns: the age in seconds of the oldest job that was due later than a minute after the
    ///   last kill.
    func wait(atMost limit: Duration) async throws -> Int {
        let start = ContinuousClock.now
        let minuteAfter = (record.lastKill ?? start) + .seconds(60)
        var oldest = 0
        var quietLooks = 0
        while ContinuousClock.now < start + limit, quietLooks < 3 {
            try await place.fleet.revive()
            let rest = try await inspection.rest()
            if ContinuousClock.now > minuteAfter { oldest = max(oldest, rest.oldest) }
            let isTold =
                Set(place.subscriber.told).count >= rest.position - place.subscriber.beginsAfter
                && (place.broker.settings.isEmpty || Set(place.broker.told).count >= rest.position)
            quietLooks = rest.isQuiet && isTold ? quietLooks + 1 : 0
            if rest.waitsForReceiversOnly { try await deliverAgain() }
            try await pause(.milliseconds(500))
        }
        record.expect(oldest <= 60, "a job was \(oldest) s late a minute after the last kill")
        return oldest
    }

    /// What a receiver refused twice is due minutes later. As an operator would who knows that the
    /// receiver is well, has it delivered now.
    private func deliverAgain() async throws {
        for event in try await inspection.restingDeliveries() {
            let answer = try await place.gateways[0].api(
                .post,
                "/event-subscriptions/\(place.subscriber.subscription)/replay",
                ["event_id": .string(event)],
                key: "again-\(event)"
            )
            record.expect(answer.status == 202, "not delivered again: \(answer)")
        }
    }
}
