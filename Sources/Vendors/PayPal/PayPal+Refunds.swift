import HTTP
import JSON
import PaymentCore

// Section 2.5: refunds attach to captures, so a refund can be several of PayPal's.
extension PayPal.Dialect {
    func refund(
        _ asked: VendorOperation.Refund,
        _ key: String,
        _ heard: inout PayPal.Heard
    ) throws(VendorRejection) -> PayPal.Step {
        var shares = asked.shares
        // A capture that we only know the order of.
        if shares.isEmpty || shares.contains(where: { $0.reference == asked.paymentReference }) {
            guard let reply = heard.next() else {
                return .ask(try readOrder(asked.paymentReference), .none)
            }
            guard let order = reply.order else { return .finished(refused(reply)) }
            let captures = order.captures.filter { !$0.isRefused }
            guard captures.count == 1 else {
                let own = order.refunds.filter { $0.attempt == asked.attempt }
                guard own.isEmpty else { return .finished(PayPal.Refunded(own, reply).outcome) }
                return .finished(.rejected(.captureUnknown))
            }
            shares = [CaptureShare(reference: captures[0].id, amount: asked.amount.minorUnits)]
        }
        var parts: [PayPal.Refund] = []
        var lastReply: PayPal.Reply?
        for (index, share) in shares.enumerated() {
            let part = shares.count > 1 ? index + 1 : nil
            guard let reply = heard.next() else {
                return .ask(try refund(asked, of: share, part: part, key), .movesMoney)
            }
            lastReply = reply
            var found = reply.refund
            if reply.issue == .readState {
                guard let state = heard.next() else {
                    return .ask(try readOrder(asked.paymentReference), .none)
                }
                guard let order = state.order else { return .finished(.unknown(.vendorError)) }
                found = order.refunds.first { $0.isPart(part, of: asked) }
            }
            guard let found, found.amount.currency == asked.amount.currency else {
                return .finished(refused(reply, after: parts))
            }
            parts.append(found)
        }
        return .finished(PayPal.Refunded(parts, lastReply).outcome)
    }

    /// A share was refused. What was refunded before it stays refunded: that much is reported, and
    /// the books see that it is less than was asked.
    private func refused(
        _ reply: PayPal.Reply,
        after parts: [PayPal.Refund]
    ) -> VendorOutcome {
        var outcome = refused(reply)
        if let failure = reply.failure, reply.issue == .readState {
            outcome = .rejected(failure.rejection(.wrongState))
        }
        guard !parts.isEmpty else { return outcome }
        switch outcome {
        case .declined, .rejected: return PayPal.Refunded(parts, reply).outcome
        case .succeeded, .pending, .requiresAction, .notDone, .unknown, .abandoned, .found,
            .notFound:
            return .unknown(.vendorError)
        }
    }
}

extension PayPal {
    /// One refund of ours: as many of PayPal's as it was taken from captures.
    struct Refunded {
        let parts: [Refund]
        let debugID: String?

        init(_ parts: [Refund], _ reply: Reply?) {
            self.parts = parts
            debugID = reply?.debugID
        }

        /// Between the identifiers of several parts.
        static let separator: Character = "+"

        /// The parts that moved money, or will.
        private var moving: [Refund] {
            parts.filter { $0.status == .completed || $0.status == .pending }
        }
        private var shown: [Refund] { moving.isEmpty ? parts : moving }
        private var reference: String {
            shown.map(\.id).joined(separator: String(Self.separator))
        }
        private var details: String? { shown.last?.details(debugID) }

        /// Nil: a status that we do not know, or a sum beyond our integers.
        private var status: RefundSnapshot.Status? {
            guard !parts.isEmpty, parts.allSatisfy({ $0.status != nil }) else { return nil }
            if moving.isEmpty { return .failed(code: failureCode) }
            return moving.contains { $0.status == .pending } ? .pending : .succeeded
        }

        private var failureCode: String {
            parts.last?.json.statusReason ?? parts.last?.json["status"]?.stringValue ?? "FAILED"
        }

        private var amount: Money? {
            guard let currency = parts.first?.amount.currency else { return nil }
            return Money.sum(of: shown.map(\.amount), in: currency)
        }

        var outcome: VendorOutcome {
            guard let status, let amount else { return .unknown(.unrecognizedStatus) }
            let receipt = VendorReceipt(
                reference: reference,
                amount: amount.minorUnits,
                details: details
            )
            return switch status {
            case .pending, .claimed: .pending(receipt)
            case .succeeded: .succeeded(receipt)
            case .failed(let code): .declined(Decline(.hard, code: code), receipt)
            }
        }

        /// A refund knows its capture, not its order.
        var snapshot: RefundSnapshot? {
            guard let status, let amount, let capture = parts.first?.capture else { return nil }
            return RefundSnapshot(
                reference: reference,
                paymentReference: capture,
                attempt: parts.first?.attempt,
                status: status,
                amount: amount,
                details: details
            )
        }
    }
}

extension PayPal.Refund {
    /// Our attempt, whatever part of it this is. The payment's own attempt, where PayPal inherits
    /// it for a refund that is not ours.
    var attempt: AttemptID? {
        json.customID.flatMap { text in
            AttemptID(String(text.prefix { $0 != "-" }))
        }
    }

    /// Whether this is a share of a refund from several captures.
    var isShare: Bool { json.customID?.contains("-") ?? false }

    fileprivate func isPart(_ part: Int?, of asked: VendorOperation.Refund) -> Bool {
        json.customID == asked.attempt.description + (part.map { "-\($0)" } ?? "")
    }
}

extension Money {
    /// Nil when it overflows or a currency differs.
    static func sum(of amounts: [Money], in currency: Currency) -> Money? {
        // Silence is right: a sum that cannot be made is no sum.
        try? amounts.reduce(.zero(currency)) { (sum, amount) throws(MoneyError) in
            try sum.adding(amount)
        }
    }
}

extension VendorRejection {
    fileprivate static let captureUnknown = VendorRejection(
        .wrongState,
        code: "capture_unknown",
        message: "the payment has several captures, or none, and the refund names none"
    )
}
