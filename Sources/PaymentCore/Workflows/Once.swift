/// Idempotency: one key, one effect, one answer.
extension PaymentWorkflows {
    /// Runs phase one for the first holder of a key, then asks the vendor where it says so, and
    /// answers everybody else from what was left.
    ///
    /// The vendor is asked from here, so that nothing of phase one is kept while it thinks.
    @inline(never)
    func once(
        _ key: RequestKey,
        for caller: Caller,
        in tenant: TenantID,
        _ phaseOne: (KeyChange, Asking) async throws(WorkflowError) -> Begun
    ) async throws(WorkflowError) -> WorkflowAnswer {
        switch try await begin(key, for: caller, in: tenant, phaseOne) {
        case .answered(let answer): return answer
        case .asks(let asked): return await askVendor(asked, key: key.key, caller, tenant)
        }
    }

    /// The key is taken by the same commit that writes what will be asked, so a new key costs no
    /// round trip of its own. A key found taken is replayed: a final answer is returned, an open
    /// one is decided from the payment, and one whose vendor was never reached is tried again.
    @inline(never)
    private func begin(
        _ key: RequestKey,
        for caller: Caller,
        in tenant: TenantID,
        _ phaseOne: (KeyChange, Asking) async throws(WorkflowError) -> Begun
    ) async throws(WorkflowError) -> Begun {
        let asking = asking(caller.actor)
        var change = KeyChange.begin(key)
        var tried: IdempotencyRecord?
        while true {
            do {
                return try await phaseOne(change, asking)
            } catch {
                switch try await replay(after: error, key, for: caller, in: tenant) {
                case .answer(let answer): return .answered(answer)
                case .tryAgain(let record) where record == tried: throw error
                case .tryAgain(let record):
                    tried = record
                    change = .resume(key)
                }
            }
        }
    }

    /// A rule may refuse only because another request under this key already did what this one asks:
    /// the first of them, or one that tried again at the same time.
    @inline(never)
    private func replay(
        after error: WorkflowError,
        _ key: RequestKey,
        for caller: Caller,
        in tenant: TenantID
    ) async throws(WorkflowError) -> Replay {
        guard error.code.mayBeReplay, let record = try await record(of: key.key, in: tenant) else {
            throw error
        }
        return try await replay(record, key, for: caller, in: tenant)
    }

    /// What a phase of a request came to.
    indirect enum Begun: Sendable {
        case answered(WorkflowAnswer)
        /// Committed: the vendor must be asked.
        case asks(AskedAttempt)
    }

    private indirect enum Replay: Sendable {
        case answer(WorkflowAnswer)
        /// Its vendor was never reached.
        case tryAgain(IdempotencyRecord)
    }

    @inline(never)
    func record(
        of key: String,
        in tenant: TenantID
    ) async throws(WorkflowError) -> IdempotencyRecord? {
        do {
            return try await store.idempotency(key, in: tenant)
        } catch {
            throw WorkflowError(error)
        }
    }

    @inline(never)
    private func replay(
        _ record: IdempotencyRecord,
        _ key: RequestKey,
        for caller: Caller,
        in tenant: TenantID
    ) async throws(WorkflowError) -> Replay {
        guard record.isOf(key) else { throw WorkflowError(.keyReused) }
        if let answer = record.answer {
            observer.replayed()
            let payment = try await revealable(record, in: tenant)
            return .answer(try await reveal(answer, payment, record, caller, tenant))
        }
        guard !record.isRunning else {
            throw WorkflowError(.keyRunning(retryAfter: .seconds(1)))
        }
        guard let id = record.intent, let payment = try await load(id, in: tenant) else {
            return .tryAgain(record)
        }
        let answer = MovementAnswer(of: payment, attempt: record.attempt)
        switch answer {
        case .unavailable: return .tryAgain(record)
        case .rejected where !answer.isFinal: return .tryAgain(record)
        case .done, .declined, .rejected, .accepted: break
        }
        var document = presenter.answer(answer, to: caller, revealing: nil)
        if answer.isFinal { document = try await freeze(key.key, document, in: tenant) }
        observer.replayed()
        return .answer(try await reveal(document, payment, record, caller, tenant))
    }

    /// Stores a key's answer, unless somebody else did so first: the payment may have moved on since
    /// either of us read it, and one key has one answer.
    private func freeze(
        _ key: String,
        _ answer: StoredAnswer,
        in tenant: TenantID
    ) async throws(WorkflowError) -> StoredAnswer {
        do throws(StoreError) {
            try await store.commit(
                Changeset(idempotency: .complete(key: key, answer: answer)),
                in: tenant
            )
            return answer
        } catch {
            guard error.code == .stale else { throw WorkflowError(error) }
            return try await record(of: key, in: tenant)?.answer ?? answer
        }
    }

    /// The payment behind a stored answer, only when its page may need a secret again.
    private func revealable(
        _ record: IdempotencyRecord,
        in tenant: TenantID
    ) async throws(WorkflowError) -> Payment? {
        guard let id = record.intent, record.operation.hasPrefix("POST /intents") else {
            return nil
        }
        return try await load(id, in: tenant)
    }

    /// Stored answers leave secrets out: a replay asks the vendor for them again.
    private func reveal(
        _ answer: StoredAnswer,
        _ payment: Payment?,
        _ record: IdempotencyRecord,
        _ caller: Caller,
        _ tenant: TenantID
    ) async throws(WorkflowError) -> WorkflowAnswer {
        guard let payment, let id = record.attempt, let attempt = payment.attempt(id),
            attempt.state == .requiresAction(.vendorLibraryWithheld),
            let action = await liveAction(of: payment, in: tenant)
        else { return WorkflowAnswer(answer, isReplay: true, payment: payment) }
        let document = presenter.answer(
            MovementAnswer(of: payment, attempt: id),
            to: caller,
            revealing: action
        )
        return WorkflowAnswer(document, isReplay: true, payment: payment)
    }

    /// What the payer must do, asked of the vendor again; nil when it cannot be had now.
    package func liveAction(of payment: Payment, in tenant: TenantID) async -> NextAction? {
        guard let vendor = payment.intent.vendor, let port = vendors.port(vendor),
            let reference = payment.intent.reference, let id = payment.intent.account,
            // Silence is right: the caller still gets the stored answer.
            let account = try? await accounts.accounts(of: tenant).first(where: { $0.id == id })
        else { return nil }
        let outcome = await port.perform(
            .lookUp(.init(.payment(reference: reference))),
            key: reference,
            account: account
        )
        guard case .found(.payment(let snapshot)) = outcome,
            case .requiresAction(let action) = snapshot.status
        else { return nil }
        return action
    }
}

extension PaymentWorkflows {
    /// The trail's entry for a request that begins now; nil when its key was taken before.
    func audit(
        _ key: KeyChange,
        of payment: Payment,
        _ attempt: AttemptID?,
        _ asking: Asking,
        _ caller: Caller
    ) -> AuditEntry? {
        guard case .begin(let key) = key else { return nil }
        return AuditEntry(
            id: AuditID(asking.movement),
            author: AuditAuthor(caller),
            action: key.operation,
            resource: payment.intent.id.description,
            after: presenter.auditData(of: payment, asking: attempt)
        )
    }
}

/// How the key of a request enters the commit of phase one.
enum KeyChange: Sendable {
    case begin(RequestKey)
    /// Taken before; its vendor was never reached.
    case resume(RequestKey)

    func asking(_ intent: IntentID, _ attempt: AttemptID, running: Duration) -> IdempotencyChange {
        switch self {
        case .begin(let key):
            .begin(
                key: key.key,
                fingerprint: key.fingerprint,
                operation: key.operation,
                intent: intent,
                attempt: attempt,
                recoveryPoint: .validated,
                answer: nil,
                running: running
            )
        case .resume(let key): .resume(key: key.key, attempt: attempt, running: running)
        }
    }

    func done(
        _ intent: IntentID?,
        _ attempt: AttemptID?,
        _ answer: StoredAnswer
    ) -> IdempotencyChange {
        switch self {
        case .begin(let key):
            .begin(
                key: key.key,
                fingerprint: key.fingerprint,
                operation: key.operation,
                intent: intent,
                attempt: attempt,
                recoveryPoint: .completed,
                answer: answer,
                running: .zero
            )
        case .resume(let key): .complete(key: key.key, answer: answer)
        }
    }
}

extension WorkflowError.Code {
    /// Whether the error can come from the first request having done its work already.
    var mayBeReplay: Bool {
        switch self {
        case .keyRunning, .refused, .methodNotUsable, .duplicate, .invalidReference,
            .orderCurrency, .noAccount, .ambiguousAccount, .noRoute, .vendorsIll, .rateMissing,
            .secondPersonRequired, .limitExceeded:
            true
        case .keyReused, .notFound, .otherProposal, .declined, .rejected, .vendorUnavailable,
            .vendorUnknown, .unavailable, .filterTooBroad, .fault:
            false
        }
    }
}
