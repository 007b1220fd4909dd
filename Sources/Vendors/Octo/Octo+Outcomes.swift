import JSON
import PaymentCore

// What a payment's state means for what was asked (section 4).
extension Octo.Dialect {
    func authorized(
        _ asked: VendorOperation.Authorize,
        _ payment: Octo.Payment
    ) -> VendorOutcome {
        var receipt = receipt(of: payment, asked.askedAt)
        switch payment.status {
        case .created, .waitUserAction:
            // Nothing has moved, and nobody must be sent to pay another amount.
            guard payment.total == nil || payment.total == asked.amount else {
                return .rejected(.otherAmount)
            }
            guard let page = page(of: payment) else { return .unknown(.unreadableReply) }
            return .requiresAction(.redirect(url: page), receipt)
        case .waitingForCapture:
            receipt.amount = payment.total?.minorUnits
            return .succeeded(receipt)
        case .succeeded, .refunded, .partiallyRefunded:
            receipt.amount = payment.captured(before: nil)
            receipt.captured = true
            return .succeeded(receipt)
        case .canceled, .failed: return .declined(decline(of: payment), receipt)
        case nil: return .unknown(.unrecognizedStatus)
        }
    }

    /// Nil while the hold waits for our word.
    ///
    /// - Parameter isAnswer: whether the state came from this very capture.
    func captureOutcome(
        _ payment: Octo.Payment,
        of asked: VendorOperation.Capture,
        isAnswer: Bool
    ) -> VendorOutcome? {
        switch payment.status {
        case .waitingForCapture: return nil
        case .succeeded:
            let kept = payment.kept
            // Another amount is another capture: somebody else's.
            guard isAnswer || kept == nil || kept == asked.amount.minorUnits else {
                return .rejected(.state("captured_otherwise", "another amount was captured"))
            }
            var receipt = receipt(of: payment, asked.original?.askedAt)
            receipt.amount = kept
            receipt.captured = true
            return .succeeded(receipt)
        case .canceled, .failed:
            return .rejected(
                VendorRejection(
                    .authorizationExpired,
                    code: payment.statusWord,
                    message: "the hold has ended at Octo"
                )
            )
        case .created, .waitUserAction:
            return .rejected(.state(payment.statusWord, "the payer has not agreed yet"))
        // Captured, and given back since: how much was captured is no longer shown.
        case .refunded, .partiallyRefunded, nil: return .unknown(.unrecognizedStatus)
        }
    }

    /// Nil while the hold waits for our word.
    func voidOutcome(
        _ payment: Octo.Payment,
        _ original: VendorOperation.Original?
    ) -> VendorOutcome? {
        switch payment.status {
        case .waitingForCapture: nil
        case .canceled, .failed, .created, .waitUserAction:
            .succeeded(receipt(of: payment, original?.askedAt))
        case .succeeded, .refunded, .partiallyRefunded:
            .rejected(.state(payment.statusWord, "what was captured can only be refunded"))
        case nil: .unknown(.unrecognizedStatus)
        }
    }

    func receipt(of payment: Octo.Payment, _ askedAt: Timestamp?) -> VendorReceipt {
        let holdEnd = holdEnd(of: payment, askedAt)
        return VendorReceipt(
            reference: payment.uuid,
            authorizationExpiresAt: holdEnd,
            method: payment.method(told: nil),
            details: payment.details(holdEnd: holdEnd)
        )
    }

    /// When a hold lapses. Octo gives neither its end nor, always, its beginning: then it counts
    /// from when it was seen.
    func holdEnd(of payment: Octo.Payment, _ askedAt: Timestamp?) -> Timestamp? {
        guard payment.status == .waitingForCapture else { return nil }
        let began = payment.words.text("payed_time").flatMap {
            LocalTime.moment($0, offset: clockOffset)
        }
        return (began ?? payment.at ?? askedAt).map { $0 + holdLifetime }
    }

    /// The page, when it is one that a payer can be sent to.
    func page(of payment: Octo.Payment) -> String? {
        guard let page = payment.page else { return nil }
        let isPlain = page.hasPrefix("http://") && base.text.hasPrefix("http://")
        return page.hasPrefix("https://") || isPlain ? page : nil
    }
}

extension Octo.Payment {
    /// What was captured, as far as a payment shows it: releases and refunds are one sum.
    ///
    /// - Parameter known: the status that was kept with the authorization, when it had succeeded:
    ///   then we know our captures, and no more may be concluded than what is left of them.
    func captured(before known: Octo.Status?) -> Int64? {
        switch (status, known) {
        case (.refunded, nil), (.partiallyRefunded, nil): total?.minorUnits
        default: kept
        }
    }
}

extension VendorRejection {
    fileprivate static func state(_ code: String, _ message: String) -> VendorRejection {
        VendorRejection(.wrongState, code: code, message: message)
    }
}
