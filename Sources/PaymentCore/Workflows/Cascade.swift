/// The next attempt of a payment that one vendor definitely did not take, at another.
struct Onward: Sendable {
    let choice: VendorChoice
    let asking: Asking

    var attempt: AttemptID { asking.attempt }

    /// Asks the next vendor, unless the payment has moved otherwise.
    func ask(_ payment: inout Payment) {
        // Silence is right: what cannot be asked leaves the "no" as it is.
        try? payment.askAuthorization(
            asking,
            vendor: choice.account.vendor,
            account: choice.account.id,
            method: payment.intent.method,
            fx: choice.fx,
            capabilities: choice.capabilities
        )
    }
}

extension PaymentWorkflows {
    /// Where a payment goes on after an outcome; nil when it ends there.
    func onward(
        from choice: VendorChoice?,
        after outcome: VendorOutcome,
        of payment: Payment,
        _ caller: Caller,
        _ tenant: TenantID
    ) async -> Onward? {
        guard let choice, outcome.mayGoOnward,
            // A one-time token has been used, and belongs to one vendor.
            choice.prepared.oneTimeToken == nil,
            let next = await nextChoice(after: choice, for: payment.intent, tenant)
        else { return nil }
        return Onward(choice: next, asking: asking(caller.actor))
    }
}

extension VendorOutcome {
    /// Whether another vendor may be asked: nothing moved, for certain, and the reason is not the
    /// payer's method. An unknown outcome never allows it.
    var mayGoOnward: Bool {
        switch self {
        case .declined(let decline, _):
            switch decline.class {
            case .soft, .temporary: true
            case .hard, .fraud, .authenticationRequired: false
            }
        case .notDone: true
        case .succeeded, .pending, .requiresAction, .rejected, .unknown, .abandoned, .found,
            .notFound:
            false
        }
    }
}
