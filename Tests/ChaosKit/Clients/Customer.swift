internal import HTTP
internal import JSON
internal import TestKit

/// A client that behaves as it should: it repeats every request under its key until the answer
/// stays, at whichever gateway, and clicks twice now and then.
struct Customer {
    let number: Int
    let place: Installation
    let record: Record
    /// Stored cards: one that pays, one that is declined.
    let cards: (good: String, bad: String)
    /// How long it insists on one answer.
    let patience: Duration
    var random: SeededGenerator
    private var requests = 0

    init(
        _ number: Int,
        at place: Installation,
        _ record: Record,
        cards: (good: String, bad: String),
        patience: Duration,
        seed: UInt64
    ) {
        self.number = number
        self.place = place
        self.record = record
        self.cards = cards
        self.patience = patience
        random = SeededGenerator(seed: seed)
    }

    mutating func live(until end: ContinuousClock.Instant) async {
        while ContinuousClock.now < end {
            do {
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<5: try await payByCard()
                case 5..<7: try await payOnPage()
                case 7..<8: try await payByLink()
                default: try await payInCash()
                }
            } catch {
                record.expect(false, "client \(number): \(error)")
            }
        }
    }

    mutating func happens(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &random) < percent
    }

    /// Asks for something that moves money, sometimes twice at once under the one key.
    mutating func ask(_ path: String, _ body: JSONValue) async throws -> Line.Answer {
        requests += 1
        let key = "client-\(number)-\(requests)"
        let first = Int.random(in: 0..<place.gateways.count, using: &random)
        guard happens(15) else { return try await insist(path, body, key: key, first: first) }
        let customer = self
        async let other = customer.insist(path, body, key: key, first: first + 1)
        let one = try await insist(path, body, key: key, first: first)
        let two = try await other
        record.expect(
            one.status == two.status && one.body["id"] == two.body["id"],
            "two answers under \(key): \(one) and \(two)"
        )
        return one
    }

    private func insist(
        _ path: String,
        _ body: JSONValue,
        key: String,
        first: Int
    ) async throws -> Line.Answer {
        var request = Record.Request(asked: .now)
        defer { record.note(request) }
        var last = "nothing"
        while ContinuousClock.now < request.asked + patience {
            let gateway = place.gateways[(first + request.tries) % place.gateways.count]
            request.tries += 1
            do {
                let answer = try await gateway.api(.post, path, body, key: key)
                last = "\(answer)"
                switch Verdict(answer) {
                case .final:
                    request.answered = request.answered ?? .now
                    request.ended = .now
                    return answer
                case .accepted:
                    request.answered = request.answered ?? .now
                    try await pause(.milliseconds(400))
                case .again: break
                case .wrong: throw Mishap("\(path) under \(key): \(answer)")
                }
            } catch let mishap as Mishap {
                throw mishap
            } catch {
                last = "\(error)"
            }
            try await pause(.milliseconds(100))
        }
        throw Mishap("\(path) under \(key): no final answer in \(patience), last \(last)")
    }

    /// Waits until a payment has a state.
    func await(_ intent: String, _ states: [String], within limit: Duration) async throws -> Bool {
        let end = ContinuousClock.now + limit
        var turn = number
        while ContinuousClock.now < end {
            turn += 1
            let gateway = place.gateways[turn % place.gateways.count]
            // Silence is right: a gateway that is gone is asked again, or the other one.
            let answer = try? await gateway.api(.get, "/intents/\(intent)")
            if let state = answer?.body["status"]?.stringValue, states.contains(state) {
                return true
            }
            try await pause(.milliseconds(200))
        }
        return false
    }
}

/// What a well-behaved client does with an answer.
private enum Verdict {
    /// It stays.
    case final
    /// It is not known yet: a repetition tells what has become of it.
    case accepted
    /// Nothing happened, or it still runs.
    case again
    /// It should not have come.
    case wrong

    init(_ answer: Line.Answer) {
        self =
            switch (answer.status, answer.body["code"]?.stringValue) {
            case (200, _), (201, _), (402, _): .final
            case (202, _): .accepted
            case (409, "idempotency_key_in_use"), (409, "movement_in_progress"): .again
            case (429, _), (503, _), (504, _): .again
            case (_, _): .wrong
            }
    }
}
