/// How the outcome of a call is learned whose answer is missing.
extension PaymentWorkflows {
    /// Stores that the attempt's asker is gone, before anything is asked in its place. An asker who
    /// was only held up, even between its vendor's "not done" and the commit of it, then finds the
    /// payment changed, and that what it heard is not the last word. Nil when it has just answered.
    func takeOver(
        _ id: AttemptID,
        of payment: Payment,
        _ tenant: TenantID
    ) async throws(StoreError) -> (Payment, Attempt)? {
        let asking = asking(.system)
        let taken = try await commitUnderLock(
            payment.intent.id,
            in: tenant,
            correlation: nil,
            traceparent: nil
        ) { payment in
            guard payment.attempt(id)?.state == .asked else { return }
            payment.answer(id, with: .unknown(.interrupted), repeated: true, capture: asking)
        }
        guard let attempt = taken.attempt(id), attempt.state.isUnknown else { return nil }
        return (taken, attempt)
    }

    /// Learns the outcome of a call whose answer is missing, by the vendor's own way: the same
    /// request with the same key while that is safe, else a look-up, else a person.
    func recover(
        _ attempt: Attempt,
        of payment: Payment,
        _ job: Job,
        _ tenant: TenantID
    ) async throws(StoreError) {
        guard let port = vendors.port(attempt.vendor),
            let sendable = try await sendable(attempt, of: payment, nil, tenant)
        else { return try await commit(.unknown(.interrupted), to: attempt, payment, job, tenant) }
        let (account, operation) = sendable
        let age = job.claimedAt - attempt.sentAt
        let outcome: VendorOutcome
        switch port.capabilities.recovery {
        case .repeatSameKey(let window) where age < window - settings.keyWindowMargin:
            let repeated = await port.perform(
                operation,
                key: attempt.vendorKey,
                account: account
            )
            observe(repeated, of: attempt.id, payment, repeated: true)
            outcome = await uncover(repeated, attempt, of: payment, port, account)
        case .repeatSameKey, .lookUp:
            outcome = await lookUp(attempt, of: payment, port, account)
        case .abandon: outcome = .abandoned(.interrupted)
        case .webhook, .none: outcome = .unknown(.interrupted)
        }
        let last = await completing(outcome, of: attempt, of: payment, at: account)
        try await commit(last, to: attempt, payment, job, tenant)
    }

    /// A vendor that holds an earlier request under the key does not tell here what that one did,
    /// and will not however often it is repeated. What a look-up shows is believed; that it shows
    /// nothing is not, for the earlier request may still run.
    private func uncover(
        _ outcome: VendorOutcome,
        _ attempt: Attempt,
        of payment: Payment,
        _ port: any PaymentPort,
        _ account: MerchantAccount
    ) async -> VendorOutcome {
        guard case .unknown(.keyTaken) = outcome,
            port.capabilities(of: account).operations.contains(.lookUp)
        else { return outcome }
        let found = await lookUp(attempt, of: payment, port, account)
        guard case .found = found else { return outcome }
        return found
    }

    /// What the vendor shows of an attempt.
    ///
    /// - Parameter told: what a notification said of it.
    func lookUp(
        _ attempt: Attempt,
        of payment: Payment,
        told: String? = nil,
        _ port: any PaymentPort,
        _ account: MerchantAccount
    ) async -> VendorOutcome {
        await port.perform(
            .lookUp(attempt.lookUp(of: payment, told: told)),
            key: attempt.vendorKey,
            account: account
        )
    }

    func lookUp(
        _ attempt: Attempt,
        of payment: Payment,
        _ job: Job,
        _ tenant: TenantID
    ) async throws(StoreError) {
        guard let port = vendors.port(attempt.vendor),
            let account = try await account(attempt.account, tenant)
        else { return try await commit(.unknown(.interrupted), to: attempt, payment, job, tenant) }
        if let questions = port.questions,
            try await sweepQuestions(attempt, of: payment, at: account, questions)
        {
            return
        }
        let found = await lookUp(attempt, of: payment, port, account)
        let last = await completing(found, of: attempt, of: payment, at: account)
        try await commit(last, to: attempt, payment, job, tenant)
    }

    /// The payer never came back: the page is closed at the vendor, and only what the vendor then
    /// says is believed, because the payer may have paid in the last second. A vendor that cannot
    /// be asked about a payment closes it by accepting that.
    func closePage(
        _ attempt: Attempt,
        of payment: Payment,
        _ job: Job,
        _ tenant: TenantID
    ) async throws(StoreError) {
        guard let reference = attempt.reference, let port = vendors.port(attempt.vendor),
            let account = try await account(attempt.account, tenant)
        else { return try await lookUp(attempt, of: payment, job, tenant) }
        let void = VendorOperation.Void(
            void: VoidID(attempt.movement),
            attempt: attempt.id,
            paymentReference: reference,
            original: payment.original(of: attempt)
        )
        let closed = await port.perform(
            .void(void),
            key: "\(attempt.vendorKey)-close",
            account: account
        )
        let capabilities = port.capabilities(of: account)
        guard case .succeeded = closed, !capabilities.operations.contains(.lookUp) else {
            return try await lookUp(attempt, of: payment, job, tenant)
        }
        let expired = PaymentSnapshot(
            reference: reference,
            attempt: attempt.id,
            status: .expired,
            amount: payment.intent.amount,
            capturable: 0,
            captured: 0
        )
        try await commit(.found(.payment(expired)), to: attempt, payment, job, tenant)
    }
}

extension Attempt {
    func lookUp(of payment: Payment, told: String? = nil) -> VendorOperation.LookUp {
        VendorOperation.LookUp(
            lookUpSubject(of: payment),
            original: operation == .authorize ? payment.original(of: self) : payment.original,
            refund: VendorOperation.Refund(self, of: payment),
            told: told,
            movement: operation
        )
    }

    /// Where the vendor can tell about this attempt: by its own reference when one is known.
    private func lookUpSubject(of payment: Payment) -> VendorOperation.LookUp.Subject {
        switch operation {
        case .authorize:
            reference.map { .payment(reference: $0) } ?? .paymentOfAttempt(id, askedAt: askedAt)
        case .capture, .void:
            .payment(reference: payment.intent.reference ?? "")
        case .refund:
            reference.map { .refund(reference: $0) }
                ?? .refundOfAttempt(id, paymentReference: payment.intent.reference ?? "")
        }
    }
}
