internal import JSON
internal import PaymentCore

/// One thing that happened to a payment, derived from what its attempts say of themselves.
struct TimelineEntry {
    private let at: Timestamp
    /// `created`, or operation and word: `capture.asked`, `capture.succeeded`.
    private let event: String
    private let attempt: Attempt?

    /// Everything, oldest first; what shares a moment keeps the order of the attempts.
    static func all(of intent: Intent, _ attempts: [Attempt]) -> [TimelineEntry] {
        var entries = [TimelineEntry(at: intent.createdAt, event: "created", attempt: nil)]
        for attempt in attempts {
            let operation = attempt.operation.rawValue
            entries.append(
                TimelineEntry(at: attempt.askedAt, event: "\(operation).asked", attempt: attempt)
            )
            guard let answeredAt = attempt.answeredAt else { continue }
            entries.append(
                TimelineEntry(
                    at: answeredAt,
                    event: "\(operation).\(attempt.outcomeName)",
                    attempt: attempt
                )
            )
        }
        return entries.enumerated()
            .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map(\.element)
    }

    func write(to writer: inout JSONWriter) {
        writer.member("at", at.rfc3339)
        writer.member("event", event)
        writer.member("attempt_id", attempt?.id.description)
        writer.member("amount", attempt.map { $0.movedAmount ?? $0.amount })
        writer.member("origin", attempt?.origin.rawValue)
        writer.member("actor", attempt?.askedBy.person)
        writer.member("key_id", attempt?.askedBy.key?.description)
    }
}
