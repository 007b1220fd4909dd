internal import PaymentCore

/// How questions are answered, as an adapter would: `verb vendor-id attempt` is asked, the
/// record's state is replied.
struct Asker: VendorQuestions {
    func read(
        _ delivery: WebhookDelivery,
        account: MerchantAccount,
        now: Timestamp
    ) -> QuestionReading {
        let words = delivery.text.split(separator: " ").map(String.init)
        guard words.count == 3 else { return .notification }
        return .question(
            VendorQuestion(
                subject: .record(
                    kind: "transaction",
                    vendorID: words[1],
                    otherwise: AttemptID(words[2])
                ),
                account: account,
                name: words[0],
                delivery: delivery
            )
        )
    }

    func decide(_ question: VendorQuestion, given facts: QuestionFacts) -> QuestionDecision {
        guard let payment = facts.payment, let attempt = facts.attempt else {
            return QuestionDecision(reply: reply("none"))
        }
        switch (question.name, facts.record?.state) {
        case ("create", nil):
            guard case .requiresAction = attempt.state, !payment.intent.isReleasing,
                case .record(let kind, let vendorID, _) = question.subject
            else { return QuestionDecision(reply: reply("busy")) }
            let record = VendorRecord(
                kind: kind,
                vendorID: vendorID,
                number: facts.nextNumber,
                attempt: attempt.id,
                state: "created",
                occurredAt: facts.now,
                document: "{}"
            )
            return decision(record, .processing, attempt, payment)
        case ("perform", "created"):
            return changed(facts.record, "performed", .captured, attempt, payment)
        case ("cancel", "created"):
            let declined = PaymentSnapshot.Status.declined(VendorPayment.decline)
            return changed(facts.record, "cancelled", declined, attempt, payment)
        case (_, let state): return QuestionDecision(reply: reply(state ?? "none"))
        }
    }

    func unavailable(_ question: VendorQuestion?) -> QuestionReply { reply("later") }

    private func changed(
        _ record: VendorRecord?,
        _ state: String,
        _ status: PaymentSnapshot.Status,
        _ attempt: Attempt,
        _ payment: Payment
    ) -> QuestionDecision {
        guard var record else { return QuestionDecision(reply: reply("none")) }
        record.state = state
        return decision(record, status, attempt, payment)
    }

    private func decision(
        _ record: VendorRecord,
        _ status: PaymentSnapshot.Status,
        _ attempt: Attempt,
        _ payment: Payment
    ) -> QuestionDecision {
        let snapshot = PaymentSnapshot(
            reference: attempt.reference ?? record.vendorID,
            attempt: attempt.id,
            status: status,
            amount: payment.intent.amount,
            capturable: 0,
            captured: status == .captured ? payment.intent.amount.minorUnits : 0
        )
        return QuestionDecision(
            records: [record],
            snapshots: [.payment(snapshot)],
            reply: reply(record.state)
        )
    }

    private func reply(_ text: String) -> QuestionReply { QuestionReply(body: Array(text.utf8)) }
}

extension WebhookDelivery {
    var text: String { String(decoding: body, as: UTF8.self) }
}
