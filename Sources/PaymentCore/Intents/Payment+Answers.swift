/// Phase three of every movement: what the vendor answered becomes fact, once.
extension Payment {
    /// Applies an answer to an attempt.
    ///
    /// - Parameters:
    ///   - repeated: the request had been sent before, or is being sent by somebody else. Then "not
    ///     reached" and "not configured" say nothing about the other sending, and the outcome stays
    ///     unknown. The same holds once any outcome has been recorded.
    ///   - capture: the identifiers of the capture that an automatic authorization brings along.
    /// Returns false when the attempt was answered for good before: nothing changes, unless the
    /// vendor says that it did what had been taken for not done.
    @discardableResult
    package mutating func answer(
        _ id: AttemptID,
        with outcome: VendorOutcome,
        repeated: Bool = false,
        capture: Asking
    ) -> Bool {
        guard let index = attempts.firstIndex(where: { $0.id == id }) else { return false }
        guard attempts[index].state.isOpen else { return bookLateYes(index, outcome, capture) }
        let repeated = repeated || attempts[index].state != .asked
        switch outcome.isPlausible ? outcome : .unknown(.unreadableReply) {
        case .succeeded(let receipt): succeed(index, receipt, capture)
        case .pending(let receipt): stayOpen(index, .pending, receipt, capture.now)
        case .requiresAction(let action, let receipt):
            stayOpen(index, .requiresAction(action.withheld), receipt, capture.now)
        case .declined(let decline, let receipt):
            end(index, .declined(decline), receipt, capture.now)
        case .rejected(let rejection) where repeated && rejection.reason == .configuration:
            stayUnknown(index, .vendorError, capture.now)
        case .rejected(let rejection): end(index, .rejected(rejection), nil, capture.now)
        case .notDone where repeated: stayUnknown(index, .interrupted, capture.now)
        case .notDone(let reason): end(index, .notDone(reason), nil, capture.now)
        case .unknown(let why): stayUnknown(index, why, capture.now)
        // Only a page can be abandoned: whatever else was asked may have happened.
        case .abandoned(let why) where attempts[index].operation != .authorize:
            stayUnknown(index, why, capture.now)
        case .abandoned: end(index, .abandoned, nil, capture.now)
        case .found(let snapshot): return observe(snapshot, capture)
        // A look-up that is sure: the request never arrived.
        case .notFound: end(index, .notDone(.unreachable), nil, capture.now)
        }
        return true
    }

    private mutating func succeed(_ index: Int, _ receipt: VendorReceipt, _ capture: Asking) {
        if attempts[index].operation == .authorize, holdingAttempt != nil {
            return succeedBeside(index, receipt, capture)
        }
        take(receipt, into: index)
        let moved = receipt.amount ?? attempts[index].amount
        attempts[index].movedAmount = moved
        settle(index, as: .succeeded, at: capture.now)
        let id = attempts[index].id
        switch attempts[index].operation {
        case .authorize: bookAuthorization(index, receipt, moved, capture)
        case .capture:
            intent.captured.add(clamped: moved)
            intent.capturable =
                attempts[index].isFinal ? 0 : max(0, intent.capturable - moved)
            flagUnless(moved == attempts[index].amount)
            moveBySums(otherwise: .captured)
            record(.transactionCaptured, id)
        case .refund:
            intent.refunded.add(clamped: moved)
            flagUnless(moved == attempts[index].amount && intent.refunded <= intent.captured)
            moveBySums(otherwise: .captured)
            record(.transactionRefunded, id)
        case .void:
            intent.capturable = 0
            // A page that was given up before anything was held: its attempt ends with it.
            if let page = attempts.firstIndex(where: \.isPage) {
                settle(page, as: .abandoned, at: capture.now)
            }
            moveBySums(otherwise: .voided)
            record(.transactionVoided, id)
        }
    }

    private mutating func bookAuthorization(
        _ index: Int,
        _ receipt: VendorReceipt,
        _ moved: Int64,
        _ capture: Asking
    ) {
        let id = attempts[index].id
        intent.authorization = Intent.Authorization(
            id: AuthorizationID(attempts[index].movement),
            expiresAt: receipt.captured ? nil : receipt.authorizationExpiresAt,
            multiCapture: receipt.multiCapture
        )
        flagUnless(moved == intent.amount.minorUnits)
        noteRecovery()
        guard receipt.captured else {
            intent.capturable.add(clamped: moved)
            moveBySums(otherwise: .authorized)
            record(.transactionAuthorized, id)
            return
        }
        // The sale's capture is a movement like any other: refunds and postings refer to it.
        bookCapture(
            of: moved,
            reference: receipt.captureReference ?? receipt.reference,
            capture,
            origin: .gateway,
            at: attempts[index]
        )
    }

    /// Books a capture that needs no asking: a sale's, or one that the vendor reports.
    ///
    /// - Parameter place: the authorization at whose vendor it happened; nil for cash.
    /// - Parameter isOfFurtherPayment: whether it took nothing of what is held.
    mutating func bookCapture(
        of amount: Int64,
        reference: String?,
        _ asking: Asking,
        origin: Attempt.Origin,
        at place: Attempt?,
        isOfFurtherPayment: Bool = false
    ) {
        append(
            .capture,
            asking,
            amount: amount,
            reserved: 0,
            isFinal: true,
            reason: isOfFurtherPayment ? Attempt.furtherPayment : nil,
            origin: origin,
            at: place
        )
        attempts[attempts.count - 1].reference = reference
        attempts[attempts.count - 1].movedAmount = amount
        settleLast(as: .succeeded, at: asking.now)
        intent.captured.add(clamped: amount)
        if !isOfFurtherPayment { intent.capturable = max(0, intent.capturable - amount) }
        moveBySums(otherwise: .captured)
        record(.transactionCaptured, asking.attempt)
    }

    private mutating func stayOpen(
        _ index: Int,
        _ state: AttemptState,
        _ receipt: VendorReceipt,
        _ now: Timestamp
    ) {
        take(receipt, into: index)
        guard attempts[index].state != state else { return touch(index) }
        settle(index, as: state, at: now)
        if attempts[index].operation == .authorize {
            var next = IntentState.processing
            if case .requiresAction = state { next = .requiresAction }
            // An earlier try may have got the money meanwhile.
            if intent.state.allows(next) { move(to: next) }
        }
        markUpdated()
    }

    private mutating func stayUnknown(_ index: Int, _ why: UnknownReason, _ now: Timestamp) {
        switch attempts[index].state {
        // The vendor has already promised to report: a lost look-up takes nothing back.
        case .pending, .requiresAction, .awaitingApproval: touch(index)
        case .unknown: touch(index)
        case .asked:
            settle(index, as: .unknown(why), at: now)
            markUpdated()
        case .succeeded, .declined, .rejected, .notDone, .abandoned, .reversed:
            preconditionFailure("invariant: only an open attempt is answered")
        }
    }

    /// Ends an attempt without any money having moved.
    mutating func end(
        _ index: Int,
        _ state: AttemptState,
        _ receipt: VendorReceipt?,
        _ now: Timestamp
    ) {
        if let receipt { take(receipt, into: index) }
        settle(index, as: state, at: now)
        if attempts[index].operation == .authorize {
            moveBySums(otherwise: .requiresPaymentMethod)
            awaitRetryDecision(after: attempts[index])
        }
        markUpdated()
    }

    private mutating func take(_ receipt: VendorReceipt, into index: Int) {
        attempts[index].reference = receipt.reference
        attempts[index].details = receipt.details ?? attempts[index].details
        switch attempts[index].operation {
        // Another try holds the money: the payment is what that one says.
        case .authorize where holdingAttempt != nil: break
        case .authorize:
            intent.reference = receipt.reference
            if let method = receipt.method { intent.method.details = method }
            intent.details = receipt.details ?? intent.details
        // The vendor speaks of the same payment, now captured or released.
        case .capture, .void: intent.details = receipt.details ?? intent.details
        case .refund: break
        }
    }

    private mutating func touch(_ index: Int) {
        answeredIDs.append(attempts[index].id)
    }

    /// Writes the answer's state and, when it ends the attempt, gives back what it had reserved.
    mutating func settle(_ index: Int, as state: AttemptState, at now: Timestamp) {
        let wasOpen = attempts[index].state.isOpen
        attempts[index].state = state
        attempts[index].answeredAt = now
        answeredIDs.append(attempts[index].id)
        guard wasOpen, !state.isOpen else { return }
        switch attempts[index].operation {
        case .authorize: break
        case .capture: intent.captureReserved -= attempts[index].reserved
        case .refund: intent.refundReserved -= attempts[index].reserved
        case .void: intent.isReleasing = false
        }
    }

    mutating func settleLast(as state: AttemptState, at now: Timestamp) {
        settle(attempts.count - 1, as: state, at: now)
    }

    mutating func flagUnless(_ expected: Bool) {
        guard !expected else { return }
        intent.hasDiscrepancy = true
        record(.discrepancyFound, attempts.last?.id)
    }

    /// The state that the sums dictate; `otherwise` when nothing is held and nothing was captured.
    ///
    /// A fact is never refused. One that no rule foresees leaves the state as it is, and a person
    /// must look: money that was claimed never becomes a promise again.
    mutating func moveBySums(otherwise fallback: IntentState) {
        let next = stateBySums ?? fallback
        if intent.state.allows(next) { return move(to: next) }
        // Captured in part and taken back, and nothing is held any more.
        if intent.state == .partiallyCaptured, intent.capturable == 0 { move(to: .captured) }
        flagUnless(false)
    }

    private var stateBySums: IntentState? {
        if intent.refunded > 0 {
            return intent.refunded >= intent.captured ? .refunded : .partiallyRefunded
        }
        if intent.captured > 0 { return intent.capturable > 0 ? .partiallyCaptured : .captured }
        return intent.capturable > 0 ? .authorized : nil
    }
}

extension Attempt {
    /// An authorization that still waits for its payer.
    var isPage: Bool {
        guard operation == .authorize, case .requiresAction = state else { return false }
        return true
    }
}
