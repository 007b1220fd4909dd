import HTTP
import JSON
import PaymentCore

extension Octo {
    /// Where a refund, or one part of it, stands (section 3.4).
    enum RefundStatus {
        case pending
        case succeeded
        case failed

        /// Nil: a word that we do not know, or Octo's own `unknown`.
        init?(_ word: String?) {
            switch word?.lowercased() {
            case "new", "pending": self = .pending
            case "succeeded", "ok": self = .succeeded
            case "canceled", "cancelled", "failed", "error": self = .failed
            default: return nil
            }
        }
    }

    /// The requests that one refund is made of: Octo takes at most 10,000,000 UZS in each.
    enum RefundParts {
        /// In minor units.
        static let maximum: Int64 = 1_000_000_000
        /// As many as fit into one call's time.
        static let maximumCount: Int64 = 12

        /// Parts as equal as can be, since a small rest could fall below Octo's minimum. The same
        /// for the same refund, so that each part keeps its identifier.
        static func of(
            _ refund: VendorOperation.Refund
        ) throws(VendorRejection) -> [(id: String, amount: Money)] {
            let id = refund.attempt.description
            let (units, currency) = (refund.amount.minorUnits, refund.amount.currency)
            guard currency.code == "UZS", units > maximum else { return [(id, refund.amount)] }
            let count = (units - 1) / maximum + 1
            guard count <= maximumCount else {
                let limit = DecimalAmount.text(Money(maximum * maximumCount, currency))
                throw .amount("refund_too_large", "at most \(limit) UZS in one refund")
            }
            return (0..<count).map { index in
                let share = units / count + (index < units % count ? 1 : 0)
                return ("\(id)-\(index + 1)", Money(share, currency))
            }
        }
    }
}

extension Octo.Dialect {
    /// Asks for every part; repeated with the same identifiers, it refunds nothing twice.
    func refund(
        _ asked: VendorOperation.Refund,
        _ conversation: inout Conversation
    ) throws(Conversation.Interruption) -> VendorOutcome {
        let parts: [(id: String, amount: Money)]
        do throws(VendorRejection) {
            parts = try Octo.RefundParts.of(asked)
        } catch {
            throw .refused(error)
        }
        var tally = Octo.RefundTally()
        for part in parts {
            let request = refund(part.amount, of: asked.paymentReference, id: part.id)
            switch try hear(request, .movesMoney, &conversation) {
            case .unknown(let why): return .unknown(why)
            case .refused(let failure):
                return tally.outcome(of: asked, endingWith: failure.outcome)
            case .good(let words, _):
                guard
                    words["octo_payment_UUID"] == nil
                        || words["octo_payment_UUID"] == .string(asked.paymentReference)
                else { return .unknown(.unreadableReply) }
                guard let status = Octo.RefundStatus(words.text("status")) else {
                    return .unknown(.unrecognizedStatus)
                }
                tally.add(status, part.amount.minorUnits, words, otherwise: part.id)
                guard status == .failed else { continue }
                let decline = Decline(.hard, code: words.text("status") ?? "failed")
                let receipt = tally.receipt(of: asked)
                return tally.outcome(of: asked, endingWith: .declined(decline, receipt))
            }
        }
        return tally.outcome(of: asked)
    }

    /// What became of a refund: asked again, which only reads it (section 3.4). An error in answer
    /// to that says nothing about the first request.
    func found(
        _ asked: VendorOperation.Refund,
        _ conversation: inout Conversation
    ) throws(Conversation.Interruption) -> VendorOutcome {
        let outcome = try refund(asked, &conversation)
        switch outcome {
        case .succeeded(let receipt): return .found(asked.snapshot(.succeeded, receipt))
        case .pending(let receipt): return .found(asked.snapshot(.pending, receipt))
        case .declined(let decline, let receipt):
            return .found(asked.snapshot(.failed(code: decline.code), receipt))
        case .rejected(let rejection) where rejection.reason != .configuration:
            return .unknown(.vendorError)
        case .rejected, .notDone, .unknown, .abandoned, .requiresAction, .found, .notFound:
            return outcome
        }
    }
}

extension Octo {
    /// The sums of a refund's parts.
    struct RefundTally {
        private var done: Int64 = 0
        private var isPending = false
        private var identifiers: [String] = []
        private var time: String?
        private var status: String?

        mutating func add(
            _ status: RefundStatus,
            _ amount: Int64,
            _ words: Words,
            otherwise id: String
        ) {
            switch status {
            case .succeeded: done += amount
            case .pending: isPending = true
            case .failed: break
            }
            identifiers.append(words.text("refund_id") ?? id)
            time = words.text("refund_time") ?? time
            self.status = words.text("status")
        }

        /// - Parameter end: the "no" to a part, after which no further one was asked. What was
        ///   refunded before it stays refunded; while a part of that is open, or a part was put off
        ///   and not refused, all is asked again.
        func outcome(
            of asked: VendorOperation.Refund,
            endingWith end: VendorOutcome? = nil
        ) -> VendorOutcome {
            guard let end else {
                return isPending ? .pending(receipt(of: asked)) : .succeeded(receipt(of: asked))
            }
            if isPending { return .unknown(.vendorError) }
            guard done > 0 else { return end }
            if case .notDone = end { return .unknown(.vendorError) }
            var receipt = receipt(of: asked)
            receipt.amount = done
            return .succeeded(receipt)
        }

        func receipt(of asked: VendorOperation.Refund) -> VendorReceipt {
            VendorReceipt(
                reference: identifiers.first ?? asked.attempt.description,
                details: VendorDetails.text { writer in
                    writer.word("octo_payment_uuid", asked.paymentReference)
                    writer.word("shop_refund_id", asked.attempt.description)
                    writer.word("refund_id", identifiers.joined(separator: ","))
                    writer.word("refund_status", status)
                    writer.word("refund_time", time)
                }
            )
        }
    }
}

extension VendorOperation.Refund {
    fileprivate func snapshot(
        _ status: RefundSnapshot.Status,
        _ receipt: VendorReceipt?
    ) -> VendorSnapshot {
        .refund(
            RefundSnapshot(
                reference: receipt?.reference ?? attempt.description,
                paymentReference: paymentReference,
                attempt: attempt,
                status: status,
                amount: Money(receipt?.amount ?? amount.minorUnits, amount.currency),
                details: receipt?.details
            )
        )
    }
}
