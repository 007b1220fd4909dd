/// What a vendor says is captured, compared with the captures that we asked for: one by one where
/// it shows them so, else by their sum.
extension Payment {
    /// Whether a snapshot shows more than is booked, while a capture of ours is on its way that may
    /// or may not be a part of it: that capture's own answer must come first.
    package func awaitsCaptures(_ snapshot: VendorSnapshot) -> Bool {
        guard case .payment(let payment) = snapshot, payment.reference == intent.reference else {
            return false
        }
        return isAmbiguous(payment)
    }

    mutating func bookCaptures(_ snapshot: PaymentSnapshot, _ asking: Asking) {
        if snapshot.captures.isEmpty {
            bookSum(snapshot, asking)
        } else {
            bookShown(snapshot, asking)
        }
    }

    /// Answers the captures of ours that are shown, and books those that nobody here asked for.
    private mutating func bookShown(_ snapshot: PaymentSnapshot, _ asking: Asking) {
        for shown in snapshot.captures {
            guard let index = index(of: shown) else { continue }
            answer(index, as: shown, asking)
        }
        for shown in snapshot.captures where shown.status == .succeeded {
            // What the sum leaves no room for was booked before, under another name.
            guard index(of: shown) == nil, snapshot.captured - ownCaptured >= shown.amount
            else { continue }
            bookUnasked(shown.amount, reference: shown.reference, snapshot, asking)
        }
    }

    private mutating func answer(_ index: Int, as shown: CaptureSnapshot, _ asking: Asking) {
        let attempt = attempts[index]
        let receipt = VendorReceipt(reference: shown.reference, amount: shown.amount)
        switch shown.status {
        case .succeeded where attempt.state.isOpen || attempt.state.isNo:
            answer(attempt.id, with: .succeeded(receipt), capture: asking)
        case .pending where attempt.state.isUnknown || attempt.state.isNo:
            answer(attempt.id, with: .pending(receipt), capture: asking)
        case .refused(let code) where attempt.state.isOpen:
            answer(attempt.id, with: .rejected(.failed(code)), capture: asking)
        case .succeeded, .pending, .refused: break
        }
    }

    private func index(of shown: CaptureSnapshot) -> Int? {
        let own = attempts.indices.filter { attempts[$0].operation == .capture }
        return own.first { attempts[$0].reference == shown.reference }
            ?? own.first { shown.isCapture(of: attempts[$0]) }
    }

    /// Brings the captured sum up to the vendor's, first by the captures that we asked for.
    private mutating func bookSum(_ snapshot: PaymentSnapshot, _ asking: Asking) {
        guard !isAmbiguous(snapshot) else { return }
        for capture in explanation(of: snapshot) {
            answer(
                capture.id,
                with: .succeeded(
                    VendorReceipt(
                        reference: capture.reference ?? snapshot.captureReference
                            ?? snapshot.reference,
                        amount: capture.amount
                    )
                ),
                capture: asking
            )
        }
        let excess = snapshot.captured - ownCaptured
        guard excess > 0 else { return }
        let reference = snapshot.captureReference ?? snapshot.reference
        bookUnasked(excess, reference: reference, snapshot, asking)
    }

    /// A capture that somebody made at the vendor.
    private mutating func bookUnasked(
        _ amount: Int64,
        reference: String,
        _ snapshot: PaymentSnapshot,
        _ asking: Asking
    ) {
        bookCapture(
            of: amount,
            reference: reference,
            asking.nested(attempts.count),
            origin: .vendor,
            at: holdingAttempt
        )
        if snapshot.status == .captured { intent.capturable = 0 }
        moveBySums(otherwise: .captured)
        flagUnless(false)
    }

    private var openCaptures: [Attempt] {
        attempts.filter { $0.operation == .capture && $0.state.isOpen }
    }

    private func isAmbiguous(_ snapshot: PaymentSnapshot) -> Bool {
        snapshot.captures.isEmpty && snapshot.captured > ownCaptured
            && snapshot.status != .captured && !openCaptures.isEmpty
            && explanation(of: snapshot).isEmpty
    }

    /// The captures of ours that a snapshot shows as done. A sum names none of them: one that
    /// overtook others on its way, or came late, may hold any, and then none is returned.
    private func explanation(of snapshot: PaymentSnapshot) -> [Attempt] {
        let excess = snapshot.captured - ownCaptured
        let open = openCaptures
        if open.map(\.amount).reduce(0, +) <= excess { return open }
        let matching = open.filter { $0.amount == excess }
        return matching.count == 1 ? matching : []
    }
}

extension CaptureSnapshot {
    /// Whether it is the capture that an attempt asked for: the vendor echoes it, or its reference.
    func isCapture(of attempt: Attempt) -> Bool {
        attempt.operation == .capture
            && (capture == CaptureID(attempt.movement) || attempt.reference == reference)
    }
}
