internal import PaymentCore
internal import TestKit

/// What consumers and clients were told, against what is.
extension Checker {
    /// A consumer sees every event of every payment once, in order, and the last one tells how the
    /// payment stands.
    func checkEvents(_ feed: [PublishedEvent], _ payments: [Payment]) {
        var last: [String: OutboxEvent] = [:]
        var counts: [String: [EventName: Int]] = [:]
        for (place, published) in feed.enumerated() {
            let event = published.event
            expect(published.position == Int64(place) + 1, "a position is missing in the feed")
            let before = last[event.aggregate]?.sequence ?? 0
            expect(
                event.sequence == before + 1,
                "\(event.aggregate): event \(event.sequence) follows \(before)"
            )
            last[event.aggregate] = event
            counts[event.aggregate, default: [:]][event.type, default: 0] += 1
        }
        for payment in payments {
            let id = payment.intent.id.description
            expect(
                last[id]?.sequence == payment.intent.eventSequence,
                "\(id): \(last[id]?.sequence ?? 0) events of \(payment.intent.eventSequence)"
            )
            expect(
                last[id]?.data == payment.intent.told,
                "\(id): the last event tells \(last[id]?.data ?? "nothing"), "
                    + "not \(payment.intent.told)"
            )
            for (type, operation) in [
                (EventType.transactionCaptured, Attempt.Operation.capture),
                (.transactionRefunded, .refund),
            ] {
                let moved = payment.attempts.count {
                    $0.operation == operation && $0.state.hasMoved
                }
                let told = counts[id]?[EventName(type)] ?? 0
                expect(told == moved, "\(id): \(type) was told \(told) times, not \(moved)")
            }
        }
    }

    /// One key has one final answer, and it was true.
    func checkReplies(_ payments: [Payment]) async throws {
        var attempts: [String: (Attempt, Payment)] = [:]
        for payment in payments {
            for attempt in payment.attempts { attempts["\(attempt.id)"] = (attempt, payment) }
        }
        var finals: [String: StoredAnswer] = [:]
        for reply in scene.replies {
            let words = reply.answer.body.split(separator: " ").map(String.init)
            guard words.count == 3 else { continue }
            if reply.answer.isFinal {
                let first = finals[reply.key] ?? reply.answer
                expect(first == reply.answer, "\(reply.key): two answers under one key")
                finals[reply.key] = first
            }
            guard words[1] != "-" else { continue }
            guard let (attempt, payment) = attempts[words[1]] else {
                expect(false, "\(reply.key): the answer names an attempt that is not stored")
                continue
            }
            checkWord(reply, attempt, payment)
        }
        for (key, answer) in finals {
            let record = try await scene.store.idempotency(key, in: scene.tenant)
            expect(
                record?.answer == nil || record?.answer == answer,
                "\(key): another answer is stored than was given"
            )
        }
    }

    private func checkWord(_ reply: Scene.Reply, _ attempt: Attempt, _ payment: Payment) {
        switch (reply.answer.status, reply.answer.body.split(separator: " ").last) {
        case (200, "succeeded"):
            expect(attempt.state.hasMoved, "\(reply.key): told done, is \(attempt.state.name)")
        case (402, _), (409, _), (503, _):
            expect(
                !attempt.state.hasMoved || payment.intent.hasDiscrepancy,
                "\(reply.key): told \(reply.answer.status), is \(attempt.state.name)"
            )
        case (_, _): break
        }
    }
}

extension StoredAnswer {
    /// Whether a client need not ask again.
    fileprivate var isFinal: Bool { status == 200 || status == 402 || status == 409 }
}
