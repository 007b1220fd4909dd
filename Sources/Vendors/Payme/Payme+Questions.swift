import JSON
package import PaymentCore

extension Payme {
    /// The Merchant API: Payme asks, we answer (section 3).
    package struct Questions: VendorQuestions {
        package init() {}
    }
}

extension Payme.Questions {
    /// Refuses in the order of section 3.1: transport, authorization, JSON, method, parameters.
    /// Nothing is looked up for whoever has not shown the cashbox's key.
    package func read(
        _ delivery: WebhookDelivery,
        account: MerchantAccount,
        now: Timestamp
    ) -> QuestionReading {
        let envelope = Payme.Envelope(delivery.body)
        do throws(Payme.Failure) {
            let cashbox = try admit(delivery, account)
            let call = try envelope.call(cashbox)
            guard let subject = call.subject else {
                throw .account(.unknown, field: cashbox.accountField)
            }
            return .question(
                VendorQuestion(
                    subject: subject,
                    account: account,
                    name: call.name.rawValue,
                    delivery: delivery
                )
            )
        } catch {
            return .reply(Payme.Answer.failure(error).reply(to: envelope.id))
        }
    }

    package func decide(
        _ question: VendorQuestion,
        given facts: QuestionFacts
    ) -> QuestionDecision {
        let envelope = Payme.Envelope(question.delivery.body)
        do throws(Payme.Failure) {
            let cashbox = try cashbox(of: question.account)
            let call = try envelope.call(cashbox)
            return try Payme.Desk(facts).ruling(on: call, cashbox).decision(on: envelope.id)
        } catch {
            return QuestionDecision(reply: Payme.Answer.failure(error).reply(to: envelope.id))
        }
    }

    package func unavailable(_ question: VendorQuestion?) -> QuestionReply {
        let envelope = question.map { Payme.Envelope($0.delivery.body) }
        return Payme.Answer.failure(.unavailable).reply(to: envelope?.id ?? .null)
    }

    /// Section 2.1: a wrong address gets the answer of a wrong key.
    package func barred(_ delivery: WebhookDelivery) -> QuestionReply? {
        Payme.Answer.failure(.unauthorized).reply(to: Payme.Envelope(delivery.body).id)
    }

    /// Section 10: any other status than 200 counts as a failure of ours. A body that was not read
    /// to its end is not JSON, and has no id to echo; a caller who may not ask is told that first.
    package func oversized(
        _ delivery: WebhookDelivery,
        account: MerchantAccount
    ) -> QuestionReply? {
        do throws(Payme.Failure) {
            _ = try admit(delivery, account)
            throw .unreadable
        } catch {
            return Payme.Answer.failure(error).reply(to: .null)
        }
    }

    /// The cashbox of whoever may ask about it.
    private func admit(
        _ delivery: WebhookDelivery,
        _ account: MerchantAccount
    ) throws(Payme.Failure) -> Payme.Cashbox {
        guard delivery.method == "POST" else { throw .notPost }
        let cashbox = try cashbox(of: account)
        guard cashbox.admits(authorization: delivery.field("authorization")) else {
            throw .unauthorized
        }
        return cashbox
    }

    /// Cancels what was not performed within twelve hours, and closes links past their time.
    package func sweep(_ facts: QuestionFacts) -> QuestionDecision? {
        // Silence is right: a record that cannot be read is reported when Payme asks about it.
        (try? Payme.Desk(facts))?.sweep()?.decision(on: .null)
    }

    /// An account that cannot be used is our fault, and Payme repeats.
    private func cashbox(of account: MerchantAccount) throws(Payme.Failure) -> Payme.Cashbox {
        do throws(VendorRejection) {
            return try Payme.Cashbox(account)
        } catch {
            throw .unavailable
        }
    }
}

extension Payme.Desk.Ruling {
    fileprivate func decision(on id: JSONValue) -> QuestionDecision {
        QuestionDecision(
            records: changed.map(\.record),
            snapshots: snapshots,
            reply: answer.reply(to: id)
        )
    }
}

extension Payme.Call {
    var name: Payme.MethodName {
        switch self {
        case .checkPerform: .checkPerform
        case .create: .create
        case .perform: .perform
        case .cancel: .cancel
        case .check: .check
        case .statement: .statement
        case .setFiscalData: .setFiscalData
        }
    }

    /// What it is about; nil when it names no order of ours.
    fileprivate var subject: VendorQuestion.Subject? {
        switch self {
        case .checkPerform(_, let account): account.attempt.map { .attempt($0) }
        case .create(let creation):
            .record(
                kind: Payme.Transaction.kind,
                vendorID: creation.id,
                otherwise: creation.account.attempt
            )
        case .perform(let id), .cancel(let id, _), .check(let id), .setFiscalData(let id, _):
            .record(kind: Payme.Transaction.kind, vendorID: id, otherwise: nil)
        case .statement(let from, let through):
            .statement(
                kind: Payme.Transaction.kind,
                from: Timestamp(microseconds: from * 1_000),
                to: Timestamp(microseconds: through * 1_000)
            )
        }
    }
}
