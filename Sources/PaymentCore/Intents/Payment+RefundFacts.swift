/// What vendors report of refunds: the end of those that we asked for, and those that were made, or
/// are said to have been made, at the vendor.
extension Payment {
    mutating func observe(_ snapshot: RefundSnapshot, _ asking: Asking) {
        guard let index = index(of: snapshot) else { return bookForeignRefund(snapshot, asking) }
        let id = attempts[index].id
        let receipt = VendorReceipt(
            reference: snapshot.reference,
            amount: snapshot.amount.minorUnits,
            details: snapshot.details
        )
        switch (snapshot.status, attempts[index].state.isOpen) {
        case (.pending, true): answer(id, with: .pending(receipt), capture: asking)
        case (.succeeded, true): answer(id, with: .succeeded(receipt), capture: asking)
        case (.failed(let code), true):
            answer(id, with: .rejected(.unpayable(code)), capture: asking)
            // The vendor had claimed it, and now knows nothing of it.
            flagUnless(attempts[index].origin == .gateway)
        case (.failed(let code), false) where attempts[index].state == .succeeded:
            reverse(index, code: code, at: asking.now)
        // It was taken for not done, and was done.
        case (.succeeded, false)
        where attempts[index].state.isNo && !attempts[index].state.isRefused:
            answer(id, with: .succeeded(receipt), capture: asking)
        // What it had claimed failed, and it claims it again: it is asked again about what is left.
        // What ended stays ended, for the books have let go of what was announced for it.
        case (.claimed, false) where attempts[index].state != .succeeded:
            awaitClaimed(snapshot, asking)
        case (.claimed, _), (.pending, false), (.succeeded, false), (.failed, false): break
        }
    }

    /// The refund that a vendor reports, by our identifier or by the vendor's. Where the vendor has
    /// one name for several, it is the one that is still open, else the one that was made.
    private func index(of snapshot: RefundSnapshot) -> Int? {
        let refunds = attempts.indices.filter { attempts[$0].operation == .refund }
        let named =
            refunds.filter { attempts[$0].id == snapshot.attempt }
            + refunds.reversed().filter { attempts[$0].reference == snapshot.reference }
        return named.first { attempts[$0].state.isOpen }
            ?? named.first { attempts[$0].state == .succeeded } ?? named.first
    }

    /// A refund that had succeeded came back: the money is in the merchant's balance again.
    private mutating func reverse(_ index: Int, code: String, at now: Timestamp) {
        intent.refunded -= attempts[index].movedAmount ?? attempts[index].amount
        settle(index, as: .reversed(code: code), at: now)
        moveBySums(otherwise: .captured)
        record(.transactionUpdated, attempts[index].id)
    }

    /// A refund that the vendor claims, which nobody asked for. What is left to refund is reserved
    /// for it until the vendor has been asked.
    private mutating func awaitClaimed(_ snapshot: RefundSnapshot, _ asking: Asking) {
        let reserved = min(snapshot.amount.minorUnits, max(0, freeToRefund))
        intent.refundReserved.add(clamped: reserved)
        append(
            .refund,
            asking.nested(attempts.count),
            amount: snapshot.amount.minorUnits,
            reserved: reserved,
            isFinal: true,
            reason: "claimed_by_vendor",
            origin: .vendor,
            at: place(of: snapshot)
        )
        attempts[attempts.count - 1].reference = snapshot.reference
        settleLast(as: .pending, at: asking.now)
        markUpdated()
    }

    /// A refund of the vendor's dashboard that failed, and the failure was reported first. It is
    /// kept, so that the older notification, when it comes, moves nothing.
    private mutating func keepFailed(
        _ snapshot: RefundSnapshot,
        _ rejection: VendorRejection,
        _ asking: Asking
    ) {
        append(
            .refund,
            asking.nested(attempts.count),
            amount: snapshot.amount.minorUnits,
            reserved: 0,
            isFinal: true,
            reason: "made_at_vendor",
            origin: .vendor,
            at: place(of: snapshot)
        )
        attempts[attempts.count - 1].reference = snapshot.reference
        settleLast(as: .rejected(rejection), at: asking.now)
        markUpdated()
    }

    /// A refund made in the vendor's dashboard.
    private mutating func bookForeignRefund(_ snapshot: RefundSnapshot, _ asking: Asking) {
        guard concerns(snapshot) else { return }
        switch snapshot.status {
        case .claimed: return awaitClaimed(snapshot, asking)
        case .failed(let code): return keepFailed(snapshot, .unpayable(code), asking)
        case .pending: return
        case .succeeded: break
        }
        let isOfCapture = captures.contains { $0.reference == snapshot.paymentReference }
        let booked = asking.nested(attempts.count)
        append(
            .refund,
            booked,
            amount: snapshot.amount.minorUnits,
            reserved: 0,
            isFinal: true,
            reason: "made_at_vendor",
            origin: .vendor,
            at: place(of: snapshot),
            // What is left of the capture is less, for refunds that we ask later.
            shares: isOfCapture
                ? [
                    CaptureShare(
                        reference: snapshot.paymentReference,
                        amount: snapshot.amount.minorUnits
                    )
                ] : []
        )
        let index = attempts.count - 1
        attempts[index].reference = snapshot.reference
        attempts[index].movedAmount = snapshot.amount.minorUnits
        settle(index, as: .succeeded, at: asking.now)
        intent.refunded.add(clamped: snapshot.amount.minorUnits)
        moveBySums(otherwise: .captured)
        record(.transactionRefunded, booked.attempt)
        flagUnless(intent.refunded + intent.refundReserved <= intent.captured)
    }

    /// Where the money of a refund had been taken.
    private func place(of refund: RefundSnapshot) -> Attempt? {
        captures.first { $0.reference == refund.paymentReference } ?? holdingAttempt
    }

    /// Whether a refund is of this payment: vendors name it, one of its captures, or our attempt.
    private func concerns(_ refund: RefundSnapshot) -> Bool {
        refund.paymentReference == intent.reference
            || attempts.contains {
                $0.id == refund.attempt
                    || ($0.operation == .capture && $0.reference == refund.paymentReference)
            }
    }
}

extension VendorRejection {
    fileprivate static func unpayable(_ code: String) -> VendorRejection {
        VendorRejection(
            .methodNotUsable,
            code: code,
            message: "the vendor could not pay the refund out"
        )
    }
}
