import PaymentCore

/// Keys, effects, customers, orders, methods, sessions and rates.
extension StoreConformance {
    func idempotencyKeyIsTakenOnce() async throws {
        let intent: IntentID = identifiers.make()
        let attempt: AttemptID = identifiers.make()
        try await store.commit(Changeset(idempotency: begin("k", intent: intent)), in: tenant)
        try await refused(.duplicateKey) { () async throws(StoreError) in
            try await store.commit(Changeset(idempotency: begin("k")), in: tenant)
        }
        var record = try present(try await store.idempotency("k", in: tenant))
        try expect(record.fingerprint, [1, 2, 3])
        try expect(record.operation, "POST /intents")
        try expect(record.intent, intent)
        try expect(record.recoveryPoint, .validated)
        try expect(record.isRunning, true)
        let resume = IdempotencyChange.resume(key: "k", attempt: attempt, running: .seconds(60))
        try await refused(.stale) { () async throws(StoreError) in
            try await store.commit(Changeset(idempotency: resume), in: tenant)
        }
        let release = IdempotencyChange.release(key: "k", recoveryPoint: .started)
        try await store.commit(Changeset(idempotency: release), in: tenant)
        record = try present(try await store.idempotency("k", in: tenant))
        try expect(record.isRunning, false)
        try expect(record.recoveryPoint, .started)
        try await store.commit(Changeset(idempotency: resume), in: tenant)
        try await keyMovesOn("k", from: attempt)
        let answer = StoredAnswer(status: 201, body: #"{"b":1, "a":"exactly so"}"#)
        let complete = IdempotencyChange.complete(key: "k", answer: answer)
        try await store.commit(Changeset(idempotency: complete), in: tenant)
        record = try present(try await store.idempotency("k", in: tenant))
        try expect(record.answer, answer)
        try expect(record.recoveryPoint, .completed)
        try expect(record.isRunning, false)
        let other = IdempotencyChange.complete(
            key: "k",
            answer: StoredAnswer(status: 402, body: "{}")
        )
        let onward = IdempotencyChange.proceed(key: "k", attempt: attempt, running: .seconds(60))
        for late in [resume, onward, other] {
            try await refused(.stale) { () async throws(StoreError) in
                try await store.commit(Changeset(idempotency: late), in: tenant)
            }
        }
        let offer = IdempotencyChange.offer(
            key: "k",
            answer: StoredAnswer(status: 402, body: "{}")
        )
        for late in [release, offer] {
            try await store.commit(Changeset(idempotency: late), in: tenant)
            try expect(try await store.idempotency("k", in: tenant)?.answer, answer)
        }
        try await offeredAnswerIsKept()
        try expect(try await store.idempotency("other", in: tenant) == nil, "no key is invented")
    }

    private func offeredAnswerIsKept() async throws {
        try await store.commit(Changeset(idempotency: begin("offered")), in: tenant)
        let answer = StoredAnswer(status: 200, body: "{}")
        let offer = IdempotencyChange.offer(key: "offered", answer: answer)
        try await store.commit(Changeset(idempotency: offer), in: tenant)
        let record = try present(try await store.idempotency("offered", in: tenant))
        try expect(record.answer, answer)
        try expect(record.recoveryPoint, .completed)
        try expect(record.isRunning, false)
    }

    func vendorRecordsAreKeptOnce() async throws {
        let payment = try await committedHold()
        let attempt = try present(payment.attempts.first?.id)
        let at = Timestamp(seconds: 1_732_093_533)
        let first = VendorRecord(
            kind: "transaction",
            vendorID: "v-1",
            number: 900_117,
            attempt: attempt,
            state: "1",
            occurredAt: at,
            document: #"{"amount":5}"#
        )
        let change = Changeset(records: [RecordChange(account: account, record: first)])
        try await store.commit(change, in: tenant)
        try await refused(.duplicate) { () async throws(StoreError) in
            try await store.commit(change, in: tenant)
        }
        let number = VendorRecord(
            kind: "transaction",
            vendorID: "v-2",
            number: 900_117,
            attempt: attempt,
            state: "1",
            occurredAt: at,
            document: "{}"
        )
        try await refused(.duplicate) { () async throws(StoreError) in
            try await store.commit(
                Changeset(records: [RecordChange(account: account, record: number)]),
                in: tenant
            )
        }
        var stored = try present(
            try await store.vendorRecords(.number(900_117), at: account, in: tenant).first
        )
        try expect(stored.version, 1)
        try expect(stored.document, first.document)
        stored.state = "2"
        let forward = Changeset(records: [RecordChange(account: account, record: stored)])
        try await store.commit(forward, in: tenant)
        try await refused(.stale) { () async throws(StoreError) in
            try await store.commit(forward, in: tenant)
        }
        let search = VendorRecordSearch.record(kind: "transaction", vendorID: "v-1")
        try expect(
            try await store.vendorRecords(search, at: account, in: tenant).map(\.state),
            ["2"]
        )
        for (from, to, count) in [(at, at, 1), (at + .seconds(1), at + .seconds(2), 0)] {
            let time = VendorRecordSearch.time(kind: "transaction", from: from, to: to, limit: 9)
            try expect(
                try await store.vendorRecords(time, at: account, in: tenant).count,
                count
            )
        }
        let elsewhere: MerchantAccountID = identifiers.make()
        try expect(
            try await store.vendorRecords(search, at: elsewhere, in: tenant).isEmpty,
            "an account sees its own records only"
        )
        let seen = try await store.revise(
            payment.intent.id,
            recordsOf: attempt,
            at: account,
            in: tenant
        ) { payment, found -> Revision<[Int64]> in
            .leave(found.now == nil ? [] : found.records.map(\.version))
        }
        try expect(seen, [2])
    }

    /// A running key names the payment's next attempt, and goes on running.
    private func keyMovesOn(_ key: String, from attempt: AttemptID) async throws {
        try expect(try await store.idempotency(key, in: tenant)?.attempt, attempt)
        let next: AttemptID = identifiers.make()
        let proceed = IdempotencyChange.proceed(key: key, attempt: next, running: .seconds(60))
        try await store.commit(Changeset(idempotency: proceed), in: tenant)
        let record = try present(try await store.idempotency(key, in: tenant))
        try expect(record.attempt, next)
        try expect(record.isRunning, true)
    }

    func webhookTakesEffectOnce() async throws {
        let effect = WebhookEffect(account: account, eventKey: "evt_1")
        let payment = try await committedHold()
        var changes = Changeset(effect: effect)
        changes.jobs = [.schedule(.followPayment, subject: "first", due: .after(.zero))]
        try await store.commit(changes, in: tenant)
        changes.jobs = [.schedule(.followPayment, subject: "second", due: .after(.zero))]
        let again = changes
        try await refused(.duplicateEffect) { () async throws(StoreError) in
            try await store.commit(again, in: tenant)
        }
        let elsewhere = WebhookEffect(account: identifiers.make(), eventKey: "evt_1")
        try await store.commit(Changeset(effect: elsewhere), in: tenant)
        let jobs = try await store.jobs(state: nil, limit: 10, in: tenant)
        try expect(jobs.map(\.subject), ["first"])
        try expect(try await load(payment).intent.version, payment.intent.version)
    }

    func refusedChangesetLeavesNothing() async throws {
        try await store.commit(Changeset(idempotency: begin("taken")), in: tenant)
        let customer = customer(reference: "never")
        let order = order(reference: "never", customer: customer.id)
        var payment = new(draft())
        try ask(&payment)
        var changes = sealed(&payment)
        changes.customer = customer
        changes.order = order
        changes.idempotency = begin("taken")
        let refused = changes
        try await self.refused(.duplicateKey) { () async throws(StoreError) in
            try await store.commit(refused, in: tenant)
        }
        try expect(try await store.payment(payment.intent.id, in: tenant) == nil, "no payment")
        try expect(try await store.customer(customer.id, in: tenant) == nil, "no customer")
        try expect(try await store.order(order.id, in: tenant) == nil, "no order")
        let published = try await store.publishEvents(limit: 10, in: tenant)
        try expect(published, 0)
    }

    func customersAndOrdersComeBack() async throws {
        var customer = customer(reference: "guest-7")
        try await store.commit(Changeset(customer: customer), in: tenant)
        try expect(try await store.customer(customer.id, in: tenant), customer)
        let double = self.customer(reference: "guest-7")
        try await refused(.duplicate) { () async throws(StoreError) in
            try await store.commit(Changeset(customer: double), in: tenant)
        }
        customer.name = nil
        customer.phone = "+93"
        customer.metadata = [:]
        let known = customer.updatedAt
        customer.updatedAt = known + .milliseconds(1)
        let edited = customer
        try await store.update(edited, as: known, in: tenant)
        try expect(try await store.customer(customer.id, in: tenant), edited)
        // Whoever read it before that has to read it again.
        var late = edited
        late.name = "late"
        let refused = late
        try await self.refused(.stale) { () async throws(StoreError) in
            try await store.update(refused, as: known, in: tenant)
        }
        try expect(try await store.customer(customer.id, in: tenant), edited)
        let order = order(reference: "BK-7", customer: customer.id)
        try await store.commit(Changeset(order: order), in: tenant)
        try expect(try await store.order(order.id, in: tenant), order)
        try expect(try await store.order(identifiers.make(), in: tenant), nil)
    }

    func customerReferenceIsRecordedOnce() async throws {
        let customer = customer(reference: nil)
        try await store.commit(Changeset(customer: customer), in: tenant)
        let unknown = try await store.customerReference(customer.id, at: account, in: tenant)
        try expect(unknown, nil)
        for reference in ["cus_1", "cus_2"] {
            let won = try await store.recordCustomerReference(
                reference,
                of: customer.id,
                at: account,
                in: tenant
            )
            try expect(won, "cus_1")
        }
        let known = try await store.customerReference(customer.id, at: account, in: tenant)
        try expect(known, "cus_1")
    }

    func methodsKeepTokensAndOneDefault() async throws {
        let customer = customer(reference: nil)
        let first = method(token: "tok_1", customer: customer.id)
        let second = method(token: "tok_2", customer: customer.id)
        let changes = Changeset(
            customer: customer,
            methods: [.insert(first), .insert(second)]
        )
        try await store.commit(changes, in: tenant)
        try expect(try await store.method(first.id, in: tenant), first)
        let found = try await store.method(
            ofToken: VendorToken("tok_2"),
            at: account,
            in: tenant
        )
        try expect(found, second)
        let double = method(token: "tok_1", customer: customer.id)
        try await refused(.duplicate) { () async throws(StoreError) in
            try await store.commit(Changeset(methods: [.insert(double)]), in: tenant)
        }
        for id in [first.id, second.id, first.id] {
            let change = MethodChange.makeDefault(id, customer: customer.id)
            try await store.commit(Changeset(methods: [change]), in: tenant)
            let defaults = [
                try await store.method(first.id, in: tenant)?.isDefault,
                try await store.method(second.id, in: tenant)?.isDefault,
            ]
            try expect(defaults, [id == first.id, id == second.id])
        }
        let details = MethodDetails(brand: "visa", last4: "1111", expiryYear: 2_040)
        let job = JobChange.schedule(
            .detachMethod,
            subject: first.id.description,
            due: .after(.zero)
        )
        try await store.commit(
            Changeset(
                methods: [.updateDetails(first.id, details), .detach(first.id)],
                jobs: [job]
            ),
            in: tenant
        )
        let detached = try present(try await store.method(first.id, in: tenant))
        try expect(detached.state, .detached)
        try expect(detached.isDefault, false)
        try expect(detached.details, details)
        // Its vendor has yet to be told, and needs the token for that.
        try expect(detached.token, first.token)
    }

    func sessionsEndOnce() async throws {
        let customer = customer(reference: nil)
        var session = MethodSession(
            id: identifiers.make(),
            customer: customer.id,
            vendor: vendor,
            account: account,
            kind: .card,
            offSession: true,
            returnURL: "https://shop.example/cards",
            state: .opening,
            reference: nil,
            failureCode: nil,
            method: nil,
            createdAt: clock.now
        )
        try await store.commit(
            Changeset(customer: customer, session: .insert(session)),
            in: tenant
        )
        try expect(try await store.session(session.id, in: tenant), session)
        session.state = .open
        session.reference = "seti_1"
        session.failureCode = "card_declined"
        try await store.commit(Changeset(session: .update(session)), in: tenant)
        let found = try await store.session(ofReference: "seti_1", at: account, in: tenant)
        try expect(found, session)
        let method = method(token: "tok_s", customer: customer.id)
        session.state = .succeeded
        session.method = method.id
        let ended = Changeset(methods: [.insert(method)], session: .update(session))
        try await store.commit(ended, in: tenant)
        try expect(try await store.session(session.id, in: tenant), session)
        session.state = .canceled
        session.method = nil
        let late = Changeset(session: .update(session))
        try await refused(.stale) { () async throws(StoreError) in
            try await store.commit(late, in: tenant)
        }
    }

    func ratesAreFreshOrAbsent() async throws {
        let old = try rate("0.90", age: .seconds(7_200))
        let new = try rate("0.9213", age: .seconds(60))
        try expect(try await store.recordRates([new, old], in: tenant), nil)
        try expect(try await rate(notOlderThan: .seconds(86_400)), new)
        try expect(try await rate(notOlderThan: .seconds(30)), nil)
        let reverse = try await store.rate(
            from: .eur,
            to: .usd,
            notOlderThan: .seconds(86_400),
            in: tenant
        )
        try expect(reverse, nil)
    }

    func ratesNeverChange() async throws {
        let moment = clock.now - .seconds(60)
        let first = try rate("0.90", at: moment)
        try expect(try await store.recordRates([first], in: tenant), nil)
        // Again is nothing new.
        try expect(try await store.recordRates([first], in: tenant), nil)
        let young = try rate("0.95", at: moment + .seconds(1))
        let changed = try rate("0.91", at: moment)
        try expect(try await store.recordRates([young, changed], in: tenant), 1)
        try expect(try await rate(notOlderThan: .seconds(86_400)), first)
    }

    private func rate(_ text: String, age: Duration) throws -> QuotedRate {
        try rate(text, at: clock.now - age)
    }

    private func rate(_ text: String, at moment: Timestamp) throws -> QuotedRate {
        QuotedRate(
            base: .usd,
            quote: .eur,
            rate: try present(ExchangeRate(text)),
            source: "bank",
            quotedAt: moment
        )
    }

    private func rate(notOlderThan age: Duration) async throws -> QuotedRate? {
        try await store.rate(from: .usd, to: .eur, notOlderThan: age, in: tenant)
    }
}
