import PaymentCore

extension Adyen {
    enum Event {
        /// Section 6: what can happen to one dispute more than once.
        static let disputes: Set<String> = [
            "REQUEST_FOR_INFORMATION", "NOTIFICATION_OF_CHARGEBACK", "NOTIFICATION_OF_FRAUD",
            "CHARGEBACK", "INFORMATION_SUPPLIED", "CHARGEBACK_REVERSED", "SECOND_CHARGEBACK",
            "PREARBITRATION_OPEN", "PREARBITRATION_WON", "PREARBITRATION_LOST",
            "PREARBITRATION_ACCEPTED", "PREARBITRATION_DECLINED",
            "PREARBITRATION_ISSUER_WITHDRAWN", "SCHEME_ARBITRATION", "SCHEME_ARBITRATION_WON",
            "SCHEME_ARBITRATION_LOST", "DISPUTE_DEFENSE_PERIOD_ENDED",
            "ISSUER_RESPONSE_TIMEFRAME_EXPIRED", "ISSUER_COMMENTS",
        ]
    }
}

extension Adyen.Notification {
    /// Section 5.3 in our words. What cannot be read is kept, never refused: one refused message
    /// would hold up all that follow.
    var content: VendorNotice.Content {
        switch eventCode {
        case "AUTHORISATION": authorisation
        case "CAPTURE": movement(.capture, isSuccess ? .succeeded : .failed(code: code))
        case "CAPTURE_FAILED" where isSuccess: movement(.capture, .reversed(code: code))
        case "CANCELLATION", "TECHNICAL_CANCEL":
            movement(.void, isSuccess ? .succeeded : .failed(code: code))
        case "CANCEL_OR_REFUND" where isSuccess: cancelOrRefund
        case "EXPIRE" where isSuccess: movement(.expiry, .succeeded)
        case "REFUND": movement(.refund, isSuccess ? .succeeded : .failed(code: code))
        case "REFUND_FAILED" where isSuccess, "REFUNDED_REVERSED" where isSuccess:
            movement(.refund, .reversed(code: code))
        case "OFFER_CLOSED" where isSuccess: offerClosed
        case "RECURRING_CONTRACT" where isSuccess:
            // Here the token stands where the payment's reference stands elsewhere.
            session(token: additional["recurring.recurringDetailReference"] ?? pspReference)
        // Visible until something of ours reads them: adjustments, disputes, reviews, reports,
        // and every event that we do not know.
        default: .kept
        }
    }

    private var authorisation: VendorNotice.Content {
        if session != nil || amount?.minorUnits == 0 {
            return session(token: additional["tokenization.storedPaymentMethodId"])
        }
        guard let amount else { return .kept }
        return .snapshot(
            .payment(
                PaymentSnapshot(
                    reference: pspReference,
                    attempt: attempt,
                    status: isSuccess ? .authorized : .declined(decline),
                    amount: amount,
                    capturable: isSuccess ? amount.minorUnits : 0,
                    captured: 0,
                    method: additional.method(brand: brand),
                    details: details
                )
            )
        )
    }

    /// A method given without a payment. Its token may also come later, by another event.
    private func session(token: String?) -> VendorNotice.Content {
        guard session != nil || token != nil else { return .kept }
        let shopper =
            additional["tokenization.shopperReference"] ?? additional["recurring.shopperReference"]
            ?? additional["shopperReference"]
        let status: SessionSnapshot.Status =
            if !isSuccess {
                .failed(code: declineCode)
            } else if let token, let shopper {
                .succeeded(token: Adyen.StoredMethod(id: token, shopper: shopper).token)
            } else {
                .processing
            }
        return .session(
            SessionSnapshot(
                reference: payment,
                session: session,
                status: status,
                customerReference: shopper,
                details: additional.method(brand: brand)
            )
        )
    }

    private var cancelOrRefund: VendorNotice.Content {
        switch additional["modification.action"] {
        case "cancel": movement(.void, .succeeded)
        case "refund": movement(.refund, .succeeded)
        default: .kept
        }
    }

    /// The payer never finished.
    private var offerClosed: VendorNotice.Content {
        if session != nil {
            return .session(
                SessionSnapshot(
                    reference: pspReference,
                    session: session,
                    status: .canceled,
                    customerReference: nil,
                    details: nil
                )
            )
        }
        guard let amount else { return .kept }
        return .snapshot(
            .payment(
                PaymentSnapshot(
                    reference: pspReference,
                    attempt: attempt,
                    status: .expired,
                    amount: amount,
                    capturable: 0,
                    captured: 0,
                    details: details
                )
            )
        )
    }

    private func movement(
        _ kind: MovementSnapshot.Kind,
        _ status: MovementSnapshot.Status
    ) -> VendorNotice.Content {
        guard let amount else { return .kept }
        return .snapshot(
            .movement(
                MovementSnapshot(
                    kind,
                    reference: pspReference,
                    paymentReference: payment,
                    attempt: attempt,
                    status: status,
                    amount: amount,
                    details: kind == .refund ? details : nil
                )
            )
        )
    }

    private var decline: Decline {
        Adyen.Declines.decline(declineCode, additional, brand: brand)
    }

    /// The refusal's code, which a notification gives by its text.
    private var declineCode: String { Adyen.Declines.code(of: reason) }

    /// The reason as one word: `insufficient_balance_on_payment`.
    private var code: String {
        let words = reason.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
        return words.isEmpty ? "refused" : String(words.joined(separator: "_").prefix(64))
    }
}
