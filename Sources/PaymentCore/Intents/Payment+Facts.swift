/// What a vendor reports by notification or look-up. Facts are never refused: what we
/// asked for is answered by them, what we did not ask for is booked and flagged, and what is older
/// than what we know changes nothing.
extension Payment {
    /// Applies a vendor's view. Returns false when it brings nothing new.
    @discardableResult
    package mutating func observe(_ snapshot: VendorSnapshot, _ asking: Asking) -> Bool {
        guard snapshot.isPlausible, snapshot.isMoney(in: intent.amount.currency) else {
            flagRefusedNotice()
            return hasChanges
        }
        switch snapshot {
        case .payment(let payment): observe(payment, asking)
        case .refund(let refund): observe(refund, asking)
        case .movement(let movement): observe(movement, asking)
        }
        return hasChanges
    }

    /// Keeps the vendor's own words about the payment, even when its state is not new.
    package mutating func keepDetails(of snapshot: VendorSnapshot) {
        guard case .payment(let payment) = snapshot else { return }
        keepDetails(payment.details, payment.method, ofPayment: payment.reference)
    }

    /// Keeps what else the vendor says of the payment of that name; nil says nothing new.
    mutating func keepDetails(
        _ details: String?,
        _ method: MethodDetails? = nil,
        ofPayment reference: String
    ) {
        guard let details, reference == intent.reference, details != intent.details else { return }
        intent.details = details
        if let method { intent.method.details = method }
        markUpdated()
    }

    /// Whether a snapshot that shows less than the vendor would when asked ends an authorization:
    /// what it leaves out is not sent again.
    func wantsWhole(_ snapshot: VendorSnapshot) -> Bool {
        guard case .payment(let payment) = snapshot, payment.isAbridged,
            payment.status == .authorized || payment.status == .captured,
            let index = index(of: payment)
        else { return false }
        return attempts[index].state.isOpen
    }

    private func index(of snapshot: PaymentSnapshot) -> Int? {
        attempts.firstIndex {
            $0.operation == .authorize
                && ($0.id == snapshot.attempt || $0.reference == snapshot.reference)
        }
    }

    private mutating func observe(_ snapshot: PaymentSnapshot, _ asking: Asking) {
        guard let index = index(of: snapshot) else { return }
        if attempts[index].state.isOpen {
            answerAuthorization(index, snapshot, asking)
        } else if attempts[index].state != .succeeded {
            bookLateSuccess(index, snapshot, asking)
        }
        guard attempts[index].state == .succeeded else { return }
        guard intent.reference == snapshot.reference else {
            return bookFurtherPayment(snapshot, of: index, asking)
        }
        bookCaptures(snapshot, asking)
        bookRelease(snapshot, asking)
        endCaptures(snapshot, asking)
        if snapshot.captured > 0, let account = snapshot.payerAccount {
            payer = PayerAccount(attempt: attempts[index].id, account: account)
        }
    }

    private mutating func answerAuthorization(
        _ index: Int,
        _ snapshot: PaymentSnapshot,
        _ asking: Asking
    ) {
        let id = attempts[index].id
        switch snapshot.status {
        // Nothing was tried yet, or our own last word is missing: the answer is still to come.
        case .open, .approved: break
        case .requiresAction(let action):
            // The page may have been left behind by a later state of ours: never go backwards.
            guard let action else { return }
            answer(id, with: .requiresAction(action, snapshot.receipt), capture: asking)
        case .processing: answer(id, with: .pending(snapshot.receipt), capture: asking)
        case .authorized: answer(id, with: .succeeded(snapshot.receipt), capture: asking)
        case .captured:
            var receipt = snapshot.receipt
            receipt.captured = intent.captureMethod == .automatic
            receipt.amount = receipt.captured ? snapshot.captured : snapshot.amount.minorUnits
            answer(id, with: .succeeded(receipt), capture: asking)
        // One of several tries on a page that has an id of its own: the payer may try again there.
        case .declined
        where attempts[index].isPage && attempts[index].reference != snapshot.reference:
            break
        // While the page is open another card may pay there: it is closed first, and then declined.
        case .declined where attempts[index].isPage && snapshot.staysPayable:
            closesPage = true
            answeredIDs.append(id)
        case .declined(let decline):
            answer(id, with: .declined(decline, snapshot.receipt), capture: asking)
        case .voided, .expired: abandon(index, snapshot, asking)
        }
    }

    /// The page was closed at the vendor, by our own void or by time.
    private mutating func abandon(_ index: Int, _ snapshot: PaymentSnapshot, _ asking: Asking) {
        let expired = snapshot.status == .expired
        attempts[index].reference = snapshot.reference
        settle(index, as: .abandoned, at: asking.now)
        if let void = attempts.firstIndex(where: { $0.operation == .void && $0.state.isOpen }) {
            settle(void, as: .succeeded, at: asking.now)
        }
        moveBySums(otherwise: expired ? .expired : .voided)
        record(expired ? .transactionExpired : .transactionVoided, attempts[index].id)
    }

    /// An attempt that ended as "no" turns out to hold or to have moved money: booked, and flagged.
    private mutating func bookLateSuccess(
        _ index: Int,
        _ snapshot: PaymentSnapshot,
        _ asking: Asking
    ) {
        guard snapshot.capturable > 0 || snapshot.captured > 0, holdingAttempt == nil,
            intent.captured == 0
        else { return bookFurtherPayment(snapshot, of: index, asking) }
        adopt(attempts[index])
        attempts[index].state = .asked
        answerAuthorization(index, snapshot, asking)
        flagUnless(false)
    }

    /// The payment is where this attempt was made, whatever was chosen or asked since.
    private mutating func adopt(_ attempt: Attempt) {
        intent.vendor = attempt.vendor
        intent.account = attempt.account
        intent.fx = attempt.fx
        guard intent.method.kind != attempt.method || intent.method.id != attempt.methodID else {
            return
        }
        intent.method = Intent.Method(kind: attempt.method, id: attempt.methodID)
    }
}

extension PaymentSnapshot {
    var receipt: VendorReceipt {
        VendorReceipt(
            reference: reference,
            amount: capturable > 0 ? capturable : nil,
            captured: false,
            authorizationExpiresAt: authorizationExpiresAt,
            multiCapture: multiCapture,
            method: method,
            details: details,
            captureReference: captureReference
        )
    }
}

extension Asking {
    /// Identifiers for a further attempt of the same commit, derived so that the caller need not
    /// know beforehand how many there will be.
    func nested(_ ordinal: Int) -> Asking {
        Asking(
            attempt: AttemptID(attempt.uuid.offset(by: UInt64(ordinal) &* 2)),
            movement: movement.offset(by: UInt64(ordinal) &* 2 &+ 1),
            actor: actor,
            now: now
        )
    }
}

extension UUID7 {
    /// A neighbour in the random part; variant and version bits stay.
    fileprivate func offset(by amount: UInt64) -> UUID7 {
        let variant: UInt64 = 0xC000_0000_0000_0000
        return UUID7(high: high, low: (low & variant) | ((low &+ amount) & ~variant))
    }
}
