/// Who asks for a movement, with which fresh identifiers.
package struct Asking: Sendable {
    package let attempt: AttemptID
    package let movement: UUID7
    package let actor: Actor
    package let now: Timestamp

    package init(attempt: AttemptID, movement: UUID7, actor: Actor, now: Timestamp) {
        self.attempt = attempt
        self.movement = movement
        self.actor = actor
        self.now = now
    }
}

/// Phase one of every movement: check the rules, reserve the sums, append the attempt.
extension Payment {
    /// Asks for a hold (or a sale, when capture is automatic) at a vendor.
    ///
    /// - Parameter byOneTimeToken: whether the payer has handed one over; it is not part of what is
    ///   stored.
    package mutating func askAuthorization(
        _ asking: Asking,
        vendor: VendorID,
        account: MerchantAccountID,
        method: Intent.Method,
        byOneTimeToken: Bool = false,
        fx: FXContext?,
        capabilities: Capabilities
    ) throws(Refusal) {
        switch intent.state {
        case .requiresPaymentMethod: break
        case .pendingCash where method.kind != .cash: break
        case .pendingCash: throw .cashOnly
        case .processing, .requiresAction: throw .inProgress(.authorize)
        case .authorized, .partiallyCaptured, .captured, .partiallyRefunded, .refunded, .voided,
            .failed, .expired:
            throw .unexpectedState(intent.state, .authorize)
        }
        try capabilities.admit(
            amount: intent.amount,
            method: method.kind,
            byOneTimeToken: byOneTimeToken,
            captureMethod: intent.captureMethod,
            offSession: intent.isUnattended(with: method.id)
        )
        intent.vendor = vendor
        intent.account = account
        intent.method = method
        intent.fx = fx
        overtakeRetry(isNewMethod: false)
        append(
            .authorize,
            asking,
            amount: intent.amount.minorUnits,
            reserved: 0,
            isFinal: true,
            reason: nil
        )
        move(to: .processing)
    }

    /// Asks for a capture. No amount: all that is left. `final` releases whatever is left over.
    package mutating func askCapture(
        _ asking: Asking,
        amount: Int64?,
        isFinal: Bool,
        capabilities: Capabilities
    ) throws(Refusal) {
        guard
            intent.state == .authorized || intent.state == .partiallyCaptured
                || (intent.state.isRefunded && intent.capturable > 0)
        else { throw .unexpectedState(intent.state, .capture) }
        guard !intent.isReleasing else { throw .inProgress(.void) }
        let free = freeToCapture
        guard free > 0 else { throw .inProgress(.capture) }
        let amount = amount ?? free
        guard amount > 0 else { throw .notSupported(.amount) }
        guard amount <= free else { throw .amountExceeds(limit: free) }
        guard capabilities.operations.contains(.capture) else { throw .notSupported(.operation) }
        guard amount == intent.capturable || capabilities.partialCapture else {
            throw .notSupported(.partialCapture)
        }
        // A final capture releases the rest, so it must be the last one at the vendor too.
        guard !isFinal || intent.captureReserved == 0 else { throw .inProgress(.capture) }
        // Taking all that is left is final, whatever was said.
        let endsHold = isFinal || amount == intent.capturable
        if !endsHold { try admitMultiCapture(capabilities) }
        let reserved = endsHold ? intent.capturable : amount
        intent.captureReserved += reserved
        reservation = .capture(reserved)
        append(
            .capture,
            asking,
            amount: amount,
            reserved: reserved,
            isFinal: endsHold,
            reason: nil
        )
        markUpdated()
    }

    /// Asks for a refund of what was captured. Returns whether the vendor must be asked: not while
    /// a second person has yet to agree.
    @discardableResult
    package mutating func askRefund(
        _ asking: Asking,
        amount: Int64?,
        reason: String?,
        capabilities: Capabilities
    ) throws(Refusal) -> Bool {
        switch intent.state {
        case .captured, .partiallyCaptured, .partiallyRefunded: break
        case .refunded, .requiresPaymentMethod, .requiresAction, .processing, .authorized,
            .voided, .failed, .expired, .pendingCash:
            throw .unexpectedState(intent.state, .refund)
        }
        let free = freeToRefund
        let amount = amount ?? free
        guard free > 0 else {
            if intent.refundReserved > 0 { throw .inProgress(.refund) }
            throw .amountExceeds(limit: 0)
        }
        guard amount > 0 else { throw .notSupported(.amount) }
        guard amount <= free else { throw .amountExceeds(limit: free) }
        guard capabilities.operations.contains(.refund) else { throw .notSupported(.operation) }
        guard amount == intent.captured || capabilities.partialRefund else {
            throw .notSupported(.partialRefund)
        }
        intent.refundReserved += amount
        reservation = .refund(amount)
        append(
            .refund,
            asking,
            amount: amount,
            reserved: amount,
            isFinal: true,
            reason: reason,
            shares: shares(ofRefund: amount)
        )
        let waits = capabilities.refundApproval == .always
        if waits { settleLast(as: .awaitingApproval, at: asking.now) }
        markUpdated()
        return !waits
    }

    /// Which captures a refund of `amount` is taken from, the oldest first. Decided when it is
    /// asked, so that every repetition asks the same of the vendor.
    private func shares(ofRefund amount: Int64) -> [CaptureShare] {
        var taken: [String: Int64] = [:]
        for refund in refunds where refund.state.isOpen || refund.state == .succeeded {
            for share in refund.shares { taken[share.reference, default: 0] += share.amount }
        }
        var rest = amount
        var shares: [CaptureShare] = []
        // What another vendor or account took can only be given back there.
        for capture in captures
        where capture.state == .succeeded && capture.account == intent.account && rest > 0 {
            guard let reference = capture.reference else { continue }
            let free = (capture.movedAmount ?? capture.amount) - taken[reference, default: 0]
            guard free > 0 else { continue }
            shares.append(CaptureShare(reference: reference, amount: min(free, rest)))
            rest -= min(free, rest)
        }
        // Captures that we do not know one by one: the vendor decides.
        return rest == 0 ? shares : []
    }

    /// Gives the payment up: releases what is held, or closes it when nothing was ever held.
    /// Returns whether the vendor must be asked.
    package mutating func askVoid(
        _ asking: Asking,
        reason: String?,
        capabilities: Capabilities?
    ) throws(Refusal) -> Bool {
        guard !intent.isReleasing else { throw .inProgress(.void) }
        switch intent.state {
        case .authorized, .partiallyCaptured, .requiresAction:
            try askRelease(asking, reason: reason, capabilities: capabilities)
            return true
        // What was captured may have been refunded while the rest is still held.
        case .captured, .partiallyRefunded, .refunded:
            guard intent.capturable > 0 else { throw .unexpectedState(intent.state, .void) }
            try askRelease(asking, reason: reason, capabilities: capabilities)
            return true
        case .requiresPaymentMethod, .pendingCash:
            append(.void, asking, amount: 0, reserved: 0, isFinal: true, reason: reason)
            settleLast(as: .succeeded, at: asking.now)
            overtakeRetry(isNewMethod: true)
            move(to: .voided)
            record(.transactionVoided, asking.attempt)
            return false
        case .processing: throw .inProgress(.authorize)
        case .voided, .failed, .expired: throw .unexpectedState(intent.state, .void)
        }
    }

    private mutating func askRelease(
        _ asking: Asking,
        reason: String?,
        capabilities: Capabilities?
    ) throws(Refusal) {
        guard intent.captureReserved == 0 else { throw .inProgress(.capture) }
        guard let capabilities, capabilities.operations.contains(.void) else {
            throw .notSupported(.operation)
        }
        intent.isReleasing = true
        reservation = .release
        append(
            .void,
            asking,
            amount: intent.capturable,
            reserved: 0,
            isFinal: true,
            reason: reason
        )
        markUpdated()
    }

    /// Attaches or changes the method before anything is authorized.
    package mutating func attach(_ method: Intent.Method) throws(Refusal) {
        switch intent.state {
        case .requiresPaymentMethod, .pendingCash: break
        case .processing, .requiresAction: throw .inProgress(.authorize)
        case .authorized, .partiallyCaptured, .captured, .partiallyRefunded, .refunded, .voided,
            .failed, .expired:
            throw .unexpectedState(intent.state, .authorize)
        }
        intent.method = method
        intent.vendor = nil
        intent.account = nil
        overtakeRetry(isNewMethod: true)
        move(to: method.kind == .cash ? .pendingCash : .requiresPaymentMethod)
        markUpdated()
    }

    private func admitMultiCapture(_ capabilities: Capabilities) throws(Refusal) {
        switch capabilities.multiCapture {
        case .always: break
        case .perPayment where intent.authorization?.multiCapture == true: break
        case .perPayment, .never: throw .notSupported(.multiCapture)
        }
    }

    /// - Parameter place: the authorization at whose vendor it happened, for what a vendor reports;
    ///   nil for what is asked now, where the payment is now.
    mutating func append(
        _ operation: Attempt.Operation,
        _ asking: Asking,
        amount: Int64,
        reserved: Int64,
        isFinal: Bool,
        reason: String?,
        origin: Attempt.Origin = .gateway,
        at place: Attempt? = nil,
        shares: [CaptureShare] = []
    ) {
        attempts.append(
            Attempt(
                id: asking.attempt,
                operation: operation,
                movement: asking.movement,
                ordinal: attempts.count + 1,
                origin: origin,
                vendor: place?.vendor ?? intent.vendor ?? .cash,
                account: place == nil ? intent.account : place?.account,
                amount: amount,
                reserved: reserved,
                isFinal: isFinal,
                reason: reason,
                askedBy: asking.actor,
                askedAt: asking.now,
                method: place?.method ?? intent.method.kind,
                methodID: place == nil ? intent.method.id : place?.methodID,
                fx: operation == .authorize ? intent.fx : nil,
                shares: shares
            )
        )
        insertedIDs.append(asking.attempt)
    }

    mutating func record(_ type: EventType, _ attempt: AttemptID?) {
        facts.append(PaymentFact(type, attempt: attempt))
    }

    /// Publishes that something changed, unless a more specific fact is published anyway.
    mutating func markUpdated() {
        guard facts.isEmpty else { return }
        record(.transactionUpdated, attempts.last?.id)
    }

    mutating func move(to next: IntentState) {
        precondition(
            intent.state.allows(next),
            "invariant: a payment never moves from \(intent.state) to \(next)"
        )
        intent.state = next
    }
}

extension Capabilities {
    /// Refuses a payment that the vendor cannot take, before it is asked.
    package func admit(
        amount: Money,
        method: MethodKind,
        byOneTimeToken: Bool,
        captureMethod: Intent.CaptureMethod,
        offSession: Bool
    ) throws(Refusal) {
        guard operations.contains(.authorize) else { throw .notSupported(.operation) }
        if let obstacle = obstacle(to: method, byOneTimeToken: byOneTimeToken) {
            throw .notSupported(obstacle)
        }
        guard currencies?.contains(amount.currency.code) ?? true else {
            throw .notSupported(.currency)
        }
        let limit = maximumAmount(in: amount.currency)
        guard amount.minorUnits <= limit else { throw .amountExceeds(limit: limit) }
        guard captureMethod == .automatic || manualCapture else {
            throw .notSupported(.manualCapture)
        }
        guard !offSession || self.offSession else { throw .notSupported(.offSession) }
    }

    /// What keeps the vendor from this way to pay; nil when it takes it.
    func obstacle(to method: MethodKind, byOneTimeToken: Bool) -> Refusal.Unsupported? {
        if byOneTimeToken { return oneTimeTokens.contains(method) ? nil : .oneTimeToken }
        return methodKinds.contains(method) ? nil : .methodKind
    }
}
