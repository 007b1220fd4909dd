/// How much a vendor says is captured, held against the captures that we asked for.
extension Payment {
    /// Whether a snapshot tells of more than is booked, while a capture of ours is on its way that
    /// may or may not be a part of it: that capture's own answer must come first.
    package func awaitsCaptures(_ snapshot: VendorSnapshot) -> Bool {
        guard case .payment(let payment) = snapshot, payment.reference == intent.reference else {
            return false
        }
        return isAmbiguous(payment)
    }

    /// Brings the captured sum up to the vendor's, first by the captures that we asked for.
    mutating func bookCaptures(_ snapshot: PaymentSnapshot, _ asking: Asking) {
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
        let excess = snapshot.captured - intent.captured
        guard excess > 0 else { return }
        bookCapture(
            of: excess,
            reference: snapshot.captureReference ?? snapshot.reference,
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
        snapshot.captured > intent.captured && snapshot.status != .captured
            && !openCaptures.isEmpty && explanation(of: snapshot).isEmpty
    }

    /// The captures of ours that a snapshot shows as done. A sum names none of them: one that has
    /// passed others on its way, or that came late, may hold any, and then none is told.
    private func explanation(of snapshot: PaymentSnapshot) -> [Attempt] {
        let excess = snapshot.captured - intent.captured
        let open = openCaptures
        if open.map(\.amount).reduce(0, +) <= excess { return open }
        let matching = open.filter { $0.amount == excess }
        return matching.count == 1 ? matching : []
    }
}
