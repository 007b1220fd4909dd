/// Answers a vendor that asks us: what it is about is read under the payment's lock, what follows
/// is decided from that, and the answer is sent only once that is committed.
///
/// A vendor repeats a question until it is answered, so whatever goes wrong on our side is answered
/// in the vendor's own words for "try again", and a repetition finds what the first one did.
extension PaymentWorkflows {
    /// - Returns: nil when it is no question: the inbox takes it.
    package func answerQuestion(
        _ delivery: WebhookDelivery,
        of account: MerchantAccount
    ) async -> QuestionReply? {
        guard let questions = vendors.port(account.vendor)?.questions else { return nil }
        switch questions.read(delivery, account: account, now: clock.now) {
        case .reply(let reply): return reply
        case .notification: return nil
        case .question(let question):
            do throws(StoreError) {
                return try await answer(question, questions)
            } catch {
                observer.questionFailed(question.name, of: account.vendor)
                return questions.unavailable(question)
            }
        }
    }

    private func answer(
        _ question: VendorQuestion,
        _ questions: any VendorQuestions
    ) async throws(StoreError) -> QuestionReply {
        let account = question.account
        var named: VendorRecord?
        let attempt: AttemptID?
        switch question.subject {
        case .attempt(let id): attempt = id
        case .record(let kind, let vendorID, let otherwise):
            named = try await record(.record(kind: kind, vendorID: vendorID), account)
            attempt = named?.attempt ?? otherwise
        case .number(let number):
            named = try await record(.number(number), account)
            attempt = named?.attempt
        case .statement(let kind, let from, let to):
            let records = try await statement(kind, from, to, account)
            return questions.decide(question, given: facts(nil, nil, records: records)).reply
        }
        guard let attempt, let id = try await store.intent(of: attempt, in: account.tenant) else {
            return questions.decide(question, given: facts(nil, nil, records: [])).reply
        }
        let order = try await order(of: id, account)
        let asked = named
        let reply = try await revise(id, attempt, account) { payment, found, now in
            let record = found.first { asked?.isSame(as: $0) ?? question.names($0) }
            let known = payment.attempt(attempt).flatMap { $0.account == account.id ? $0 : nil }
            return questions.decide(
                question,
                given: QuestionFacts(
                    now: now,
                    payment: known == nil ? nil : payment,
                    attempt: known,
                    order: order,
                    record: record,
                    records: found,
                    nextNumber: freshNumber(),
                    pageEndsAt: known.map { pageEnd(of: $0, account) }
                )
            )
        }
        guard let reply else { throw StoreError(.fault, "invariant: an attempt has its intent") }
        return reply
    }

    /// Applies what time alone changes about a payment that its vendor has under way. False when
    /// nothing was due.
    func sweepQuestions(
        _ attempt: Attempt,
        of payment: Payment,
        at account: MerchantAccount,
        _ questions: any VendorQuestions
    ) async throws(StoreError) -> Bool {
        let reply = try await revise(payment.intent.id, attempt.id, account) {
            payment,
            found,
            now -> QuestionDecision? in
            questions.sweep(
                QuestionFacts(
                    now: now,
                    payment: payment,
                    attempt: payment.attempt(attempt.id),
                    record: nil,
                    records: found,
                    nextNumber: freshNumber(),
                    pageEndsAt: pageEnd(of: attempt, account)
                )
            )
        }
        return reply != nil
    }

    /// Decides under the payment's lock and commits what was decided.
    private func revise(
        _ id: IntentID,
        _ attempt: AttemptID,
        _ account: MerchantAccount,
        _ decide: @Sendable (Payment, [VendorRecord], Timestamp) -> QuestionDecision?
    ) async throws(StoreError) -> QuestionReply? {
        let asking = asking(.system)
        let answer = try await revise(
            id,
            recordsOf: attempt,
            at: account.id,
            in: account.tenant
        ) { (payment, found) -> Revision<QuestionReply?> in
            guard let decision = decide(payment, found.records, found.now ?? clock.now) else {
                return .leave(nil)
            }
            var payment = payment
            for (index, snapshot) in decision.snapshots.enumerated() {
                payment.observe(snapshot, index == 0 ? asking : asking.nested(100 + index))
                payment.keepDetails(of: snapshot)
            }
            var changes = Changeset()
            if payment.hasChanges {
                changes = changeset(for: &payment, correlation: nil, traceparent: nil)
            }
            changes.records = decision.records.map { RecordChange(account: account.id, record: $0) }
            if decision.asksVendor {
                changes.set(
                    .schedule(.followPayment, subject: id.description, due: .after(.zero))
                )
            }
            let isEmpty = changes.payment == nil && changes.records.isEmpty && changes.jobs.isEmpty
            return isEmpty ? .leave(decision.reply) : .commit(changes, decision.reply)
        }
        return answer ?? nil
    }

    private func record(
        _ search: VendorRecordSearch,
        _ account: MerchantAccount
    ) async throws(StoreError) -> VendorRecord? {
        try await store.vendorRecords(search, at: account.id, in: account.tenant).first
    }

    private func statement(
        _ kind: String,
        _ from: Timestamp,
        _ to: Timestamp,
        _ account: MerchantAccount
    ) async throws(StoreError) -> [VendorRecord] {
        guard from <= to else { return [] }
        let limit = settings.maximumStatement
        let found = try await store.vendorRecords(
            .time(kind: kind, from: from, to: to, limit: limit + 1),
            at: account.id,
            in: account.tenant
        )
        // A statement that leaves something out would be believed.
        guard found.count <= limit else {
            throw StoreError(.fault, "a statement has more than \(limit) records")
        }
        return found
    }

    /// The order's items, for vendors that print or tax them.
    private func order(
        of id: IntentID,
        _ account: MerchantAccount
    ) async throws(StoreError) -> Order? {
        guard let port = vendors.port(account.vendor),
            port.capabilities.particulars.contains(.items),
            let payment = try await store.payment(id, in: account.tenant),
            let order = payment.intent.order
        else { return nil }
        return try await store.order(order, in: account.tenant)
    }

    private func facts(
        _ payment: Payment?,
        _ attempt: Attempt?,
        records: [VendorRecord]
    ) -> QuestionFacts {
        QuestionFacts(
            now: clock.now,
            payment: payment,
            attempt: attempt,
            record: nil,
            records: records,
            nextNumber: freshNumber()
        )
    }

    private func pageEnd(of attempt: Attempt, _ account: MerchantAccount) -> Timestamp {
        let port = vendors.port(attempt.vendor)
        return attempt.askedAt + pageLifetime(port.map { VendorAccess($0, as: account) })
    }

    /// Milliseconds since 2020 and twelve random bits: 53 bits until 2089. Two that are equal are
    /// refused by the store, and the vendor asks again.
    private func freshNumber() -> Int64 {
        let identifier = identifiers.next()
        let milliseconds = Int64(identifier.high >> 16) - 1_577_836_800_000
        return max(milliseconds, 0) << 12 | Int64(identifier.low & 0xFFF)
    }
}

extension VendorRecord {
    fileprivate func isSame(as other: VendorRecord) -> Bool {
        kind == other.kind && vendorID == other.vendorID
    }
}

extension VendorQuestion {
    /// Whether the question is about this record, which may have been stored just now.
    fileprivate func names(_ record: VendorRecord) -> Bool {
        switch subject {
        case .record(let kind, let vendorID, _): record.kind == kind && record.vendorID == vendorID
        case .number(let number): record.number == number
        case .attempt, .statement: false
        }
    }
}
