internal import JSON

/// What the three kinds of consumers were told.
extension Checker {
    /// The feed has every event once, in order and without a gap; the topic and the subscriber have
    /// the same events, each at least once and, where order is promised, first in that order.
    func checkEvents(_ payments: [String: Payment]) async throws {
        let feed = try await feed()
        var last: [String: Int64] = [:]
        for event in feed {
            expect(
                event.sequence == last[event.subject, default: 0] + 1,
                "feed: \(event) follows \(last[event.subject, default: 0])"
            )
            last[event.subject] = event.sequence
        }
        for payment in payments.values {
            expect(last[payment.id] != nil, "feed: nothing was told of \(payment.id)")
        }
        let all = Set(feed)
        expect(all.count == feed.count, "feed: an event is there twice")
        expect(place.subscriber.forged == 0, "a delivery was not signed as agreed")
        // Whoever subscribes is told of what comes after.
        let owed = Set(feed.dropFirst(place.subscriber.beginsAfter))
        compare("subscriber", place.subscriber.told, owed: owed, all)
        guard !place.broker.settings.isEmpty else { return }
        compare("topic", place.broker.told, owed: all, all)
        checkOrder(of: place.broker.told)
    }

    private func feed() async throws -> [Told] {
        var position: Int64 = 0
        let events = try await pages("/events?limit=500") { page in
            page["data"]?.arrayValue?.last?["position"]?.stringValue
        }
        return events.map { event in
            position += 1
            let number = event["position"]?.stringValue.flatMap { Int64($0) }
            expect(number == position, "feed: position \(position) is missing")
            return Told(
                id: event["id"]?.stringValue ?? "",
                subject: event["subject"]?.stringValue ?? "",
                sequence: event["sequence"]?.stringValue.flatMap { Int64($0) } ?? 0
            )
        }
    }

    private func compare(_ name: String, _ told: [Told], owed: Set<Told>, _ feed: Set<Told>) {
        let known = Set(told)
        expect(owed.isSubset(of: known), "\(name): \(owed.subtracting(known).count) events missing")
        expect(known.isSubset(of: feed), "\(name): \(known.subtracting(feed).count) are not ours")
        expect(
            Set(known.map(\.id)).count == known.count,
            "\(name): two events under one identifier"
        )
    }

    private func checkOrder(of told: [Told]) {
        var seen: Set<String> = []
        var last: [String: Int64] = [:]
        for event in told where seen.insert(event.id).inserted {
            let before = last.updateValue(event.sequence, forKey: event.subject) ?? 0
            expect(event.sequence == before + 1, "topic: \(event) follows \(before)")
        }
    }
}
