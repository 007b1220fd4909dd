/// What an attempt asks, rebuilt from what is stored: the first sending and every repetition are
/// the same request, because they come from the same rows. Only a token of one use is in no row: what
/// was asked with one is looked up, and never sent again.
extension VendorOperation {
    /// Nil when the attempt cannot be sent: a stored method's token is gone, or a movement has no
    /// payment at the vendor to refer to.
    init?(
        _ attempt: Attempt,
        of payment: Payment,
        _ prepared: PreparedMethod,
        tenant: TenantID
    ) {
        let method = prepared.method
        let intent = payment.intent
        let amount = Money(attempt.amount, intent.amount.currency)
        switch attempt.operation {
        case .authorize:
            if attempt.methodID != nil, method?.state != .active { return nil }
            self = .authorize(
                Authorize(
                    intent: intent.id,
                    attempt: attempt.id,
                    amount: amount,
                    manualCapture: intent.captureMethod == .manual,
                    method: attempt.method,
                    token: method?.token,
                    oneTimeToken: prepared.oneTimeToken,
                    customerReference: method?.customerReference,
                    offSession: intent.isUnattended(with: attempt.methodID),
                    returnURL: intent.returnURL,
                    orderReference: prepared.orderReference,
                    tenant: tenant,
                    payer: prepared.payer,
                    items: prepared.items,
                    notificationURL: prepared.notificationURL
                )
            )
        case .capture:
            guard let reference = intent.reference else { return nil }
            self = .capture(
                Capture(
                    capture: CaptureID(attempt.movement),
                    attempt: attempt.id,
                    paymentReference: reference,
                    amount: amount,
                    isFinal: attempt.isFinal,
                    original: payment.original
                )
            )
        case .void:
            guard let reference = intent.reference else { return nil }
            self = .void(
                Void(
                    void: VoidID(attempt.movement),
                    attempt: attempt.id,
                    paymentReference: reference,
                    reason: attempt.reason.flatMap(VoidReason.init),
                    original: payment.original
                )
            )
        case .refund:
            guard var refund = Refund(attempt, of: payment) else { return nil }
            refund.payerAccount = prepared.payerAccount
            self = .refund(refund)
        }
    }
}

extension VendorOperation.Refund {
    /// Nil when the attempt is not a refund, or has no payment at the vendor to refer to.
    init?(_ attempt: Attempt, of payment: Payment) {
        guard attempt.operation == .refund, let reference = payment.intent.reference else {
            return nil
        }
        self.init(
            refund: RefundID(attempt.movement),
            attempt: attempt.id,
            paymentReference: reference,
            amount: Money(attempt.amount, payment.intent.amount.currency),
            reason: attempt.reason.flatMap(RefundReason.init),
            original: payment.original,
            askedAt: attempt.sentAt,
            shares: attempt.shares,
            isApproved: attempt.approvedAt != nil
        )
    }
}

extension Payment {
    /// The authorization that later operations belong to: the one that holds or moved the money,
    /// else the latest that was tried.
    package var original: VendorOperation.Original? {
        let authorization =
            holdingAttempt ?? attempts.last { $0.operation == .authorize }
        return authorization.map(original(of:))
    }

    func original(of authorization: Attempt) -> VendorOperation.Original {
        VendorOperation.Original(
            attempt: authorization.id,
            amount: Money(authorization.amount, intent.amount.currency),
            askedAt: authorization.askedAt,
            details: authorization.details
        )
    }
}
