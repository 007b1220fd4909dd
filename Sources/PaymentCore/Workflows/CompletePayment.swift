/// The last word on a payment that its payer has agreed to on the vendor's page.
///
/// It belongs to the attempt that opened the page: committed before the page was, and asked under
/// a key derived from the attempt's, so that a crash before the answer is stored leads back here
/// and to the same answer.
extension PaymentWorkflows {
    /// What the vendor says to our last word when `outcome` shows that it waits for one; otherwise
    /// `outcome` itself. A payment that is being given up is not completed.
    func completing(
        _ outcome: VendorOutcome,
        of attempt: Attempt,
        of payment: Payment,
        at access: VendorAccess
    ) async -> VendorOutcome {
        guard case .found(.payment(let snapshot)) = outcome, snapshot.status == .approved,
            attempt.operation == .authorize, attempt.state.isOpen, !payment.intent.isReleasing
        else { return outcome }
        let complete = VendorOperation.Complete(
            intent: payment.intent.id,
            attempt: attempt.id,
            paymentReference: snapshot.reference,
            amount: payment.intent.amount,
            manualCapture: payment.intent.captureMethod == .manual,
            original: payment.original(of: attempt)
        )
        let answer = await access.perform(
            .complete(complete),
            key: "\(attempt.vendorKey)-complete"
        )
        observe(answer, of: attempt.id, payment, repeated: false)
        return answer
    }
}
