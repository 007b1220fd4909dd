import PaymentCore

/// Payments that go on from one vendor to the next.
extension StoreConformance {
    /// A decline, the next vendor's attempt and the key that names it are one commit, and a key
    /// that was answered meanwhile lets none of it happen.
    func attemptsMoveOnInOneCommit() async throws {
        var payment = new(draft())
        try ask(&payment)
        let first = try present(payment.lastAttempt)
        var changes = sealed(&payment)
        changes.idempotency = begin("k", intent: payment.intent.id)
        try await store.commit(changes, in: tenant)

        payment = stored(payment)
        payment.answer(
            first.id,
            with: .declined(Decline(.soft, code: "insufficient_funds"), nil),
            capture: asking()
        )
        try ask(&payment)
        let second = try present(payment.lastAttempt)
        changes = sealed(&payment)
        changes.idempotency = .proceed(key: "k", attempt: second.id, running: .seconds(60))
        let onward = changes
        try await store.commit(onward, in: tenant)
        let moved = try await load(payment)
        try expect(moved, stored(payment))
        try expect(moved.attempts.map(\.state.name), ["declined", "asked"])
        try expect(moved.intent.state, .processing)
        try expect(try await store.idempotency("k", in: tenant)?.attempt, second.id)

        let answer = StoredAnswer(status: 402, body: "{}")
        try await store.commit(
            Changeset(idempotency: .complete(key: "k", answer: answer)),
            in: tenant
        )
        var late = stored(payment)
        late.answer(second.id, with: .notDone(.unreachable), capture: asking())
        try ask(&late)
        changes = sealed(&late)
        changes.idempotency = .proceed(
            key: "k",
            attempt: try present(late.lastAttempt).id,
            running: .seconds(60)
        )
        let tooLate = changes
        try await refused(.stale) { () async throws(StoreError) in
            try await store.commit(tooLate, in: tenant)
        }
        try expect(try await load(payment), moved)
    }
}
