/// What a look-up says of an attempt whose answer is missing.
extension Payment {
    /// Whether a look-up shows the work that an attempt asked for.
    func shows(_ found: VendorOutcome, of attempt: Attempt) -> Bool {
        guard case .found(.payment(let seen)) = found else { return true }
        if let isShown = seen.shows(captureOf: attempt) { return isShown }
        switch seen.status {
        case .processing: return attempt.operation != .void
        case .requiresAction, .approved: return attempt.operation == .authorize
        case .authorized:
            return attempt.operation == .authorize
                || attempt.operation == .capture && seen.captured > ownCaptured
        case .captured: return attempt.operation != .void
        case .voided, .expired: return attempt.operation == .void
        case .open, .declined: return false
        }
    }

    /// What a look-up says of a capture or void whose request cannot run any more: a hold that stands
    /// as it did before was not touched by it, and a capture that is not among those that are shown
    /// one by one was not made.
    func standing(of attempt: Attempt, by found: VendorOutcome) -> VendorOutcome {
        guard case .found(.payment(let seen)) = found, seen.reference == intent.reference else {
            return found
        }
        if seen.shows(captureOf: attempt) == false { return .notFound }
        guard seen.status == .authorized, seen.capturable == intent.capturable,
            seen.captured == ownCaptured
        else { return found }
        switch attempt.operation {
        case .capture, .void: return .notFound
        case .authorize, .refund: return found
        }
    }
}

extension PaymentSnapshot {
    /// Whether a capture is among those that the vendor shows one by one; nil for what is not a
    /// capture, and where only the sum is shown, or nothing is captured yet.
    fileprivate func shows(captureOf attempt: Attempt) -> Bool? {
        guard attempt.operation == .capture, !captures.isEmpty else { return nil }
        return captures.contains { $0.isCapture(of: attempt) }
    }
}
