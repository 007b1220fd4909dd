/// What an attempt asks, rebuilt from what is stored: the first sending and every repetition are
/// the same request, because they come from the same rows.
extension VendorOperation {
    /// Nil when the attempt cannot be sent: a stored method's token is gone, or a movement has no
    /// payment at the vendor to refer to.
    package init?(
        _ attempt: Attempt,
        of payment: Payment,
        method: PaymentMethod?,
        orderReference: String?,
        tenant: TenantID
    ) {
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
                    customerReference: method?.customerReference,
                    offSession: intent.offSession,
                    returnURL: intent.returnURL,
                    orderReference: orderReference,
                    tenant: tenant
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
                    isFinal: attempt.isFinal
                )
            )
        case .void:
            guard let reference = intent.reference else { return nil }
            self = .void(
                Void(
                    void: VoidID(attempt.movement),
                    attempt: attempt.id,
                    paymentReference: reference,
                    reason: attempt.reason.flatMap(VoidReason.init)
                )
            )
        case .refund:
            guard let reference = intent.reference else { return nil }
            self = .refund(
                Refund(
                    refund: RefundID(attempt.movement),
                    attempt: attempt.id,
                    paymentReference: reference,
                    amount: amount,
                    reason: attempt.reason.flatMap(RefundReason.init)
                )
            )
        }
    }
}
