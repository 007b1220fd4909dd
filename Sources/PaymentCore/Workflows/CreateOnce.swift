/// Under which key something is created, for whom, and how what was made is presented.
package struct Creation<Made: Sendable>: Sendable {
    /// Nil: the caller gave none, and a repetition creates another.
    let key: RequestKey?
    let caller: Caller
    private let document: @Sendable (Made) -> String

    /// - Parameter document: the JSON document of what was made; it holds no secret.
    package init(
        under key: RequestKey?,
        for caller: Caller,
        document: @escaping @Sendable (Made) -> String
    ) {
        self.key = key
        self.caller = caller
        self.document = document
    }

    func answer(_ made: Made) -> StoredAnswer {
        StoredAnswer(status: 200, body: document(made))
    }
}

/// What callers create apart from payments: one key, one thing made, one answer.
extension PaymentWorkflows {
    /// Makes something and commits it together with its key and the answer that the key will give
    /// from then on. A key that was used is answered before anything is made.
    ///
    /// - Parameter make: returns what was made and the changes that store it; nil when it was there
    ///   already.
    func create<Made>(
        _ creation: Creation<Made>,
        in tenant: TenantID,
        _ make: () async throws(WorkflowError) -> (Made, Changeset?)
    ) async throws(WorkflowError) -> WorkflowAnswer {
        guard let key = creation.key else {
            let (made, changes) = try await make()
            if let changes { try await committing(changes, tenant) }
            return WorkflowAnswer(creation.answer(made), isReplay: false, payment: nil)
        }
        if let answer = try await given(key, in: tenant) { return answer }
        return try await once(key, for: creation.caller, in: tenant) {
            (keyChange, _) async throws(WorkflowError) -> Begun in
            let (made, found) = try await make()
            let answer = creation.answer(made)
            var changes = found ?? Changeset()
            changes.idempotency = keyChange.done(nil, nil, answer)
            do throws(StoreError) {
                try await store.commit(changes, in: tenant)
            } catch  where error.code == .commitUnknown {
                // The key's row tells whether it happened, and what was answered then.
                guard let stored = try await given(key, in: tenant) else {
                    throw WorkflowError(.unavailable, "the commit did not happen")
                }
                return .answered(WorkflowAnswer(stored.answer, isReplay: false, payment: nil))
            } catch {
                throw WorkflowError(error)
            }
            return .answered(WorkflowAnswer(answer, isReplay: false, payment: nil))
        }
    }

    /// The answer that a key has; nil for a new one.
    private func given(
        _ key: RequestKey,
        in tenant: TenantID
    ) async throws(WorkflowError) -> WorkflowAnswer? {
        guard let record = try await record(of: key.key, in: tenant) else { return nil }
        guard record.isOf(key) else { throw WorkflowError(.keyReused) }
        return record.answer.map { WorkflowAnswer($0, isReplay: true, payment: nil) }
    }

    /// Takes a key along with something that is found again by its own identifier, so that another
    /// request cannot use it. Nil without a key.
    func taking(_ key: RequestKey?) -> IdempotencyChange? {
        key.map { key in
            .begin(
                key: key.key,
                fingerprint: key.fingerprint,
                operation: key.operation,
                intent: nil,
                attempt: nil,
                recoveryPoint: .validated,
                answer: nil,
                running: .zero
            )
        }
    }
}

extension IdempotencyRecord {
    /// Whether it was left by the same request.
    func isOf(_ key: RequestKey) -> Bool {
        fingerprint == key.fingerprint && operation == key.operation
    }
}
