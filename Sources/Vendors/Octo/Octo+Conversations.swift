package import HTTP
package import PaymentCore

extension Octo.Dialect {
    package func step(
        _ operation: VendorOperation,
        key: String,
        after answers: [HTTPResponse]
    ) throws(VendorRejection) -> VendorStep<VendorOutcome> {
        try Conversation.step(after: answers) {
            (conversation) throws(Conversation.Interruption) in
            switch operation {
            case .authorize(let authorize): try self.authorize(authorize, &conversation)
            case .capture(let capture): try self.capture(capture, &conversation)
            case .void(let void): try self.void(void, &conversation)
            case .refund(let refund): try self.refund(refund, &conversation)
            case .lookUp(let lookUp): try self.lookUp(lookUp, &conversation)
            // The payer's confirmation is the last word; a hold waits for a capture.
            case .complete:
                throw .refused(.unsupported(.authorize, by: Octo.descriptor.id))
            }
        }
    }

    /// Asks, and once more after a pause when that was too soon (section 3.2).
    func hear(
        _ request: HTTPRequest,
        _ effect: RequestEffect,
        _ conversation: inout Conversation,
        after pause: Duration = .zero
    ) throws(Conversation.Interruption) -> Octo.Reply {
        let reply = Octo.Reply(try conversation.answer(to: request, effect, after: pause))
        guard reply.isTooSoon else { return reply }
        return Octo.Reply(try conversation.answer(to: request, effect, after: Self.pace))
    }

    /// Octo answers about one read of a payment in a second.
    static let pace = Duration.milliseconds(1_100)
    /// How long our word on a hold may take to show.
    private static let acceptDelay = Duration.seconds(3)

    // MARK: Authorize

    private func authorize(
        _ asked: VendorOperation.Authorize,
        _ conversation: inout Conversation
    ) throws(Conversation.Interruption) -> VendorOutcome {
        let request: HTTPRequest
        do throws(VendorRejection) {
            request = try prepare(asked)
        } catch {
            throw .refused(error)
        }
        // With a saved card nothing can be paid before it is charged. A page could be.
        let effect: RequestEffect = asked.token == nil ? .movesMoney : .none
        let payment: Octo.Payment
        switch try hear(request, effect, &conversation) {
        case .unknown(let why): return .unknown(why)
        case .refused(let failure): return failure.outcome
        case .good(let words, let at):
            guard let read = asked.payment(words, at), read.total != nil else {
                return .unknown(.unreadableReply)
            }
            payment = read
        }
        guard let token = asked.token, payment.status == .created else {
            return authorized(asked, payment)
        }
        guard payment.total == asked.amount else { return .rejected(.otherAmount) }
        return try charge(token, asked, payment, &conversation)
    }

    /// Charges a saved card with the prepared payment (section 3.6).
    private func charge(
        _ token: VendorToken,
        _ asked: VendorOperation.Authorize,
        _ prepared: Octo.Payment,
        _ conversation: inout Conversation
    ) throws(Conversation.Interruption) -> VendorOutcome {
        let request: HTTPRequest
        do throws(VendorRejection) {
            let card = Octo.Token(token, otherwise: tokenMethod)
            request = try pay(prepared.uuid, with: card, email: asked.payer?.email)
        } catch {
            throw .refused(error)
        }
        switch try hear(request, .movesMoney, &conversation) {
        case .unknown(let why): return .unknown(why)
        case .refused(let failure) where failure.isAboutRequest: return failure.outcome
        case .refused(let failure):
            return .declined(failure.decline, receipt(of: prepared, asked.askedAt))
        case .good(let words, let at):
            guard let paid = asked.payment(words, at), paid.isSame(as: prepared.uuid) else {
                return .unknown(.unreadableReply)
            }
            return authorized(asked, paid)
        }
    }

    // MARK: Capture and void

    private func capture(
        _ asked: VendorOperation.Capture,
        _ conversation: inout Conversation
    ) throws(Conversation.Interruption) -> VendorOutcome {
        try accept(
            asked.original,
            asked.paymentReference,
            &conversation,
            request: { capture(asked.amount, of: $0.uuid) },
            outcome: { captureOutcome($0, of: asked, isAnswer: $1) }
        )
    }

    /// Before anything is held there is nothing to ask: the page is given up here, and should its
    /// payer still agree, Octo's question is answered with `cancel` (section 4).
    private func void(
        _ asked: VendorOperation.Void,
        _ conversation: inout Conversation
    ) throws(Conversation.Interruption) -> VendorOutcome {
        try accept(
            asked.original,
            asked.paymentReference,
            &conversation,
            request: { cancel($0.uuid) },
            outcome: { payment, _ in voidOutcome(payment, asked.original) }
        )
    }

    /// Gives our word on a hold (section 3.3). The payment is read first, because a repetition must
    /// find what an earlier sending did, and again when the answer leaves open what happened.
    ///
    /// - Parameter outcome: what a state of the payment means; nil while it waits for our word. It
    ///   is given whether the state is the answer to `request`.
    private func accept(
        _ original: VendorOperation.Original?,
        _ reference: String,
        _ conversation: inout Conversation,
        request: (Octo.Payment) -> HTTPRequest,
        outcome: (Octo.Payment, _ isAnswer: Bool) -> VendorOutcome?
    ) throws(Conversation.Interruption) -> VendorOutcome {
        guard let original else { throw .refused(.withoutOriginal) }
        let before: Octo.Payment
        switch try read(original, reference, &conversation) {
        case .told(let payment): before = payment
        case .silent(let outcome): return outcome
        }
        if let outcome = outcome(before, false) { return outcome }
        switch try hear(request(before), .movesMoney, &conversation) {
        case .unknown(let why): return .unknown(why)
        case .refused(let failure) where failure.isAboutRequest: return failure.outcome
        case .refused(let failure):
            switch try read(original, reference, &conversation, after: Self.pace) {
            case .told(let payment): return outcome(payment, false) ?? failure.outcome
            case .silent: return .unknown(.vendorError)
            }
        case .good(let words, let at):
            guard let payment = original.payment(words, at), payment.isSame(as: reference) else {
                return .unknown(.unreadableReply)
            }
            if let outcome = outcome(payment, true) { return outcome }
        }
        // Accepted and not done yet; a notification may not come.
        switch try read(original, reference, &conversation, after: Self.acceptDelay) {
        case .told(let payment):
            return outcome(payment, true) ?? .pending(receipt(of: payment, original.askedAt))
        case .silent: return .pending(receipt(of: before, original.askedAt))
        }
    }

    // MARK: Reading

    private enum Reading {
        case told(Octo.Payment)
        /// Nothing was learnt, and nothing was asked for.
        case silent(VendorOutcome)
    }

    /// The payment as Octo sees it now, by our own id.
    private func read(
        _ original: VendorOperation.Original,
        _ reference: String,
        _ conversation: inout Conversation,
        after pause: Duration = .zero
    ) throws(Conversation.Interruption) -> Reading {
        switch try hear(status(of: original.attempt), .none, &conversation, after: pause) {
        case .unknown: return .silent(.notDone(.unreachable))
        // It has the number of any malformed request, so its words are looked at first.
        case .refused(let failure) where failure.says(absentText):
            return .silent(.rejected(failure.absence))
        case .refused(let failure) where failure.isAboutRequest: return .silent(failure.outcome)
        case .refused: return .silent(.notDone(.unreachable))
        case .good(let words, let at):
            guard let payment = original.payment(words, at), payment.isSame(as: reference) else {
                return .silent(.notDone(.unreachable))
            }
            return .told(payment)
        }
    }
}

extension VendorOperation.Authorize {
    fileprivate func payment(_ words: Octo.Words, _ at: Timestamp?) -> Octo.Payment? {
        Octo.Payment(words, of: attempt, in: amount.currency, at: at)
    }
}

extension VendorOperation.Original {
    func payment(_ words: Octo.Words, _ at: Timestamp?) -> Octo.Payment? {
        Octo.Payment(words, of: attempt, in: amount.currency, at: at)
    }
}

extension Octo.Payment {
    func isSame(as uuid: String) -> Bool { self.uuid.lowercased() == uuid.lowercased() }
}

extension VendorRejection {
    /// Octo holds another amount under our attempt's id than was asked.
    static let otherAmount = VendorRejection(
        .amountNotAccepted,
        code: "other_amount",
        message: "Octo holds another amount under this attempt's id"
    )

    static let withoutOriginal = VendorRejection(
        .invalidRequest,
        code: "original_missing",
        message: "Octo finds a payment by the attempt that prepared it"
    )
}
