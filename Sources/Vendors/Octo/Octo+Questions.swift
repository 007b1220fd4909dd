import JSON
package import PaymentCore

extension Octo {
    /// The one question that Octo asks: what to do with money that is held (sections 3.3, 3.5).
    /// Every other callback is a notification.
    package struct Questions: VendorQuestions {
        package init() {}

        /// What is not genuine asks nothing: the inbox refuses it.
        package func read(
            _ delivery: WebhookDelivery,
            account: MerchantAccount,
            now: Timestamp
        ) -> QuestionReading {
            guard let (dialect, callback) = try? Self.opened(delivery, account),
                callback.status == .waitingForCapture
            else { return .notification }
            // Not a payment that we ever asked for: the money is let go.
            guard let attempt = callback.attempt else { return .reply(dialect.reply(.cancel)) }
            return .question(
                VendorQuestion(
                    subject: .attempt(attempt),
                    account: account,
                    name: Status.waitingForCapture.rawValue,
                    delivery: delivery
                )
            )
        }

        /// The signature covers neither the amount nor the time, so nothing is booked from the
        /// callback: Octo is asked. Its own answer waits for our word alone.
        package func decide(
            _ question: VendorQuestion,
            given facts: QuestionFacts
        ) -> QuestionDecision {
            guard let (dialect, callback) = try? Self.opened(question.delivery, question.account)
            else { return QuestionDecision(reply: unavailable(question)) }
            guard let payment = facts.payment, let attempt = facts.attempt,
                attempt.operation == .authorize,
                attempt.reference.map({ $0.lowercased() == callback.uuid.lowercased() }) ?? true
            else { return QuestionDecision(reply: dialect.reply(.cancel)) }
            let amount = Money(attempt.amount, payment.intent.amount.currency)
            let total = callback.total(in: amount.currency)
            guard payment.awaits(attempt), total == nil || total == amount.minorUnits else {
                return QuestionDecision(reply: dialect.reply(.cancel), asksVendor: true)
            }
            let mayCapture = dialect.holdAnswer == .capture && total != nil && payment.isUncaptured
            let word: Word = mayCapture ? .capture(amount) : .later
            return QuestionDecision(reply: dialect.reply(word), asksVendor: true)
        }

        /// Octo repeats until it reads an answer.
        package func unavailable(_ question: VendorQuestion?) -> QuestionReply {
            QuestionReply(status: 503, body: Array(#"{"status":"error"}"#.utf8))
        }

        private static func opened(
            _ delivery: WebhookDelivery,
            _ account: MerchantAccount
        ) throws -> (Dialect, Callback) {
            let dialect = try Dialect(account)
            let callback = try Callback(delivery)
            try dialect.callbackKeys.verify(callback)
            return (dialect, callback)
        }
    }

    /// Our word on a hold.
    enum Word {
        case cancel
        case capture(Money)
        case later
    }
}

extension Octo.Dialect {
    func reply(_ word: Octo.Word) -> QuestionReply {
        var writer = JSONWriter()
        writer.object { body in
            switch word {
            case .cancel: body.member("accept_status", "cancel")
            case .capture(let amount):
                body.member("accept_status", "capture")
                body.member("final_amount", DecimalAmount.json(amount))
            case .later: body.member(laterField, "waiting_user_action")
            }
        }
        return QuestionReply(body: writer.bytes)
    }
}

extension Payment {
    /// Whether nothing was captured, nor is being captured separately: what is asked for there may
    /// be less than all.
    fileprivate var isUncaptured: Bool { intent.captured == 0 && intent.captureReserved == 0 }

    /// Whether a hold of this attempt is still wanted: it may have been given up, and another
    /// attempt may have taken its place.
    fileprivate func awaits(_ attempt: Attempt) -> Bool {
        guard !intent.isReleasing else { return false }
        switch attempt.state {
        case .asked, .pending, .requiresAction, .unknown: return true
        case .succeeded: return intent.state != .voided && intent.state != .expired
        case .awaitingApproval, .declined, .rejected, .notDone, .abandoned, .reversed: return false
        }
    }
}
