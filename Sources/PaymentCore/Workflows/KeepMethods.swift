/// How customers' methods are kept as vendors' tokens, without card data ever passing here.
extension PaymentWorkflows {
    /// A hosted session and what the customer's page needs to run it.
    package struct OpenSession: Sendable {
        package let session: MethodSession
        /// With its secret: for this answer only.
        package let action: NextAction?
    }

    /// Opens a hosted session at a vendor. Repeating it with the same `id` finishes what an
    /// earlier try began: the vendor's key is the session's identifier.
    ///
    /// - Parameter key: the request's, of which `id` was made; it is taken with the session.
    package func openSession(
        _ id: MethodSessionID,
        for customerID: CustomerID,
        kind: MethodKind,
        provider: VendorID?,
        offSession: Bool,
        returnURL: String?,
        under key: RequestKey?,
        in tenant: TenantID
    ) async throws(WorkflowError) -> OpenSession {
        if let key, let record = try await record(of: key.key, in: tenant), !record.isOf(key) {
            throw WorkflowError(.keyReused)
        }
        let customer = try await reading { () async throws(StoreError) in
            try await store.customer(customerID, in: tenant)
        }
        guard let customer else { throw WorkflowError(.invalidReference(.customer)) }
        let known = try await reading { () async throws(StoreError) in
            try await store.session(id, in: tenant)
        }
        if let known, known.reference != nil { return try await readSession(known, in: tenant) }
        let (account, port) = try await tokenAccount(for: kind, provider, known, tenant)
        var session =
            known
            ?? MethodSession(
                id: id,
                customer: customerID,
                vendor: account.vendor,
                account: account.id,
                kind: kind,
                offSession: offSession,
                returnURL: returnURL,
                state: .opening,
                reference: nil,
                failureCode: nil,
                method: nil,
                createdAt: clock.now
            )
        if known == nil {
            let changes = Changeset(session: .insert(session), idempotency: taking(key))
            try await committing(changes, tenant)
        }
        let reference = try await customerReference(customer, account, port, tenant)
        let outcome = await port.perform(
            .openSession(
                session: id,
                customerReference: reference,
                kind: kind,
                offSession: offSession,
                returnURL: returnURL
            ),
            key: id.description,
            account: account
        )
        guard case .opened(let vendorReference, let action) = outcome else {
            throw outcome.workflowError
        }
        session.reference = vendorReference
        session.state = .open
        try await committing(
            Changeset(
                session: .update(session),
                jobs: [
                    .schedule(
                        .followSession,
                        subject: id.description,
                        due: .after(.seconds(600))
                    )
                ]
            ),
            tenant
        )
        return OpenSession(session: session, action: action)
    }

    /// A session as it stands, asking the vendor while it is open: the secret again, or the token
    /// that came of it when the notification was lost.
    package func readSession(
        _ session: MethodSession,
        in tenant: TenantID
    ) async throws(WorkflowError) -> OpenSession {
        guard session.state == .open, let reference = session.reference,
            let port = vendors.port(session.vendor),
            let account = try await knownAccount(session.account, tenant)
        else { return OpenSession(session: session, action: nil) }
        let outcome = await port.perform(
            .readSession(reference: reference),
            key: session.id.description,
            account: account
        )
        guard case .session(let snapshot, let action) = outcome else {
            return OpenSession(session: session, action: nil)
        }
        let current = try await reading { () async throws(StoreError) in
            try await conclude(session, snapshot, effect: nil, in: tenant)
        }
        return OpenSession(session: current, action: action)
    }

    /// The job of an open session: the notification may have been lost. Most that stay open were
    /// left by their customers, which is nobody's failure: after a day only a notification or a
    /// read concludes them.
    package func followSession(_ job: Job, in tenant: TenantID) async throws(StoreError) {
        guard let id = MethodSessionID(job.subject),
            let session = try await store.session(id, in: tenant)
        else { return try await bury(job, "there is no such session", tenant) }
        guard session.state == .open else { return try await jobs.finish(job, in: tenant) }
        do {
            let read = try await readSession(session, in: tenant)
            guard read.session.state == .open else { return try await jobs.finish(job, in: tenant) }
        } catch {
            // Not to be had now; asked again below.
        }
        guard job.claimedAt - session.createdAt < .seconds(86_400) else {
            return try await jobs.finish(job, in: tenant)
        }
        try await jobs.postpone(
            job,
            by: .seconds(3_600),
            run: .kept,
            error: "still open",
            in: tenant
        )
    }

    func apply(
        _ snapshot: SessionSnapshot,
        _ effect: WebhookEffect,
        _ webhook: Webhook
    ) async throws(StoreError) -> WebhookResult {
        let found: MethodSession?
        if let id = snapshot.session {
            found = try await store.session(id, in: webhook.tenant)
        } else {
            found = try await store.session(
                ofReference: snapshot.reference,
                at: webhook.account,
                in: webhook.tenant
            )
        }
        guard let found else { return .kept }
        _ = try await conclude(found, snapshot, effect: effect, in: webhook.tenant)
        return .applied
    }

    /// Brings a session to where the vendor says it is; its token becomes a method, once.
    private func conclude(
        _ session: MethodSession,
        _ snapshot: SessionSnapshot,
        effect: WebhookEffect?,
        in tenant: TenantID
    ) async throws(StoreError) -> MethodSession {
        var session = session
        var changes = Changeset(effect: effect)
        switch snapshot.status {
        case .open, .processing: break
        case .failed(let code):
            // The customer may try again on the same page.
            session.failureCode = code
            changes.session = .update(session)
        case .canceled:
            session.state = .canceled
            changes.session = .update(session)
        case .succeeded(let token):
            if session.state == .succeeded { break }
            let method = try await method(of: session, token, snapshot, in: tenant)
            session.state = .succeeded
            session.reference = snapshot.reference
            session.method = method.id
            changes.session = .update(session)
            changes.methods = [.insert(method)]
            changes.events = [event(.methodTokenized, about: method, sequence: 1)]
            changes.set(.clear(.followSession, subject: session.id.description))
        }
        guard changes.session != nil || effect != nil else { return session }
        do {
            try await store.commit(changes, in: tenant)
        } catch  where error.code == .stale || error.code == .duplicate {
            // The notification and the look-up met; the other one's method stands.
            return try await store.session(session.id, in: tenant) ?? session
        }
        return session
    }

    private func method(
        of session: MethodSession,
        _ token: VendorToken,
        _ snapshot: SessionSnapshot,
        in tenant: TenantID
    ) async throws(StoreError) -> PaymentMethod {
        var details = snapshot.details ?? MethodDetails()
        if snapshot.details == nil, let port = vendors.port(session.vendor),
            let account = try await accounts.accounts(of: tenant)
                .first(where: { $0.id == session.account }),
            case .method(let read, _) = await port.perform(
                .readMethod(token: token),
                key: session.id.description,
                account: account
            )
        {
            details = read
        }
        return PaymentMethod(
            id: identifiers.make(),
            customer: session.customer,
            vendor: session.vendor,
            account: session.account,
            kind: session.kind,
            token: token,
            customerReference: snapshot.customerReference,
            details: details,
            isDefault: false,
            state: .active,
            createdAt: clock.now
        )
    }

    func event(_ type: EventType, about method: PaymentMethod, sequence: Int64) -> OutboxEvent {
        OutboxEvent(
            id: identifiers.make(),
            type: EventName(type),
            aggregate: method.id.description,
            sequence: sequence,
            occurredAt: clock.now,
            correlation: nil,
            traceparent: nil,
            data: presenter.eventData(of: method)
        )
    }
}
