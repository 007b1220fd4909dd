import PaymentCore

// What we ask about money. Nothing of Payme's is idempotent by a key: each conversation is so made
// that the state of its receipt tells whether it was done before.
extension Payme.Dialect {
    /// A receipt is made, then paid with a stored card. Losing an answer leaves a receipt that the
    /// look-up finds by its order.
    func pay(
        _ asked: VendorOperation.Authorize,
        with token: VendorToken,
        _ replies: [Payme.Reply]
    ) throws(VendorRejection) -> VendorStep<VendorOutcome> {
        try requireSubscribe("a stored card")
        guard asked.amount.currency.code == "UZS" else { throw .notSoum }
        guard !asked.manualCapture || cashbox.holds else {
            throw VendorRejection(
                .invalidRequest,
                code: "holds_off",
                message: "Payme's holds are not enabled for this account"
            )
        }
        switch (replies.first, replies.last) {
        case (nil, _), (_, nil): return .ask(create(asked, step: 1), .movesMoney)
        case (let made?, _) where replies.count == 1:
            guard let receipt = made.receipt() else { return .finished(made.refusedCreation) }
            guard receipt.state == .created, receipt.amount == asked.amount else {
                return .finished(.unknown(.unrecognizedStatus))
            }
            return .ask(pay(receipt.id, asked, with: token, step: 2), .movesMoney)
        case (let made?, let paid?):
            guard let receipt = paid.receipt(made.receipt()?.id) else {
                return .finished(paid.verdict)
            }
            return .finished(paidOutcome(receipt, isHold: asked.manualCapture))
        }
    }

    private func paidOutcome(_ receipt: Payme.Receipt, isHold: Bool) -> VendorOutcome {
        switch receipt.state {
        case .paid: .succeeded(receipt.told)
        case .held where isHold: .succeeded(receipt.told)
        case .checking, .debiting, .closing, .holding, .paused, .cancelling, .queued:
            .pending(receipt.told)
        case .cancelled:
            .declined(Decline(.temporary, code: "receipt_cancelled"), receipt.told)
        // Older tables say that a receipt in the state of a hold is an archived one.
        case .created, .held, nil: .unknown(.unrecognizedStatus)
        }
    }

    func confirm(
        _ asked: VendorOperation.Capture,
        _ replies: [Payme.Reply]
    ) throws(VendorRejection) -> VendorStep<VendorOutcome> {
        try requireSubscribe("a capture")
        let id = try Self.receiptID(asked.paymentReference)
        return once("confirm_hold", about: id, replies) { receipt in
            switch receipt.state {
            case .paid: .succeeded(receipt.told)
            case .checking, .debiting, .closing, .holding, .paused, .queued:
                .pending(receipt.told)
            case .cancelling, .cancelled:
                .rejected(.receipt("cancelled", .authorizationExpired))
            case .created, .held, nil: nil
            }
        }
    }

    /// A link is let go by not honouring it: Payme asks before it takes money.
    func release(
        _ asked: VendorOperation.Void,
        _ replies: [Payme.Reply]
    ) throws(VendorRejection) -> VendorStep<VendorOutcome> {
        guard !Self.isLink(asked.paymentReference) else {
            return .finished(.succeeded(VendorReceipt(reference: asked.paymentReference)))
        }
        try requireSubscribe("letting a payment go")
        let id = try Self.receiptID(asked.paymentReference)
        return once("cancel", about: id, replies) { receipt in
            switch receipt.state {
            case .cancelled: .succeeded(receipt.told)
            case .cancelling: .pending(receipt.told)
            case .paid: .rejected(.receipt("paid", .wrongState))
            case .created, .checking, .debiting, .closing, .held, .holding, .paused, .queued, nil:
                nil
            }
        }
    }

    /// The whole amount or nothing.
    func giveBack(
        _ asked: VendorOperation.Refund,
        _ replies: [Payme.Reply]
    ) throws(VendorRejection) -> VendorStep<VendorOutcome> {
        guard cashbox.usesSubscribe else {
            throw VendorRejection(
                .invalidRequest,
                code: "refund_in_cabinet",
                message: "without the Subscribe API a refund is made in Payme's cabinet"
            )
        }
        guard asked.original == nil || asked.amount == asked.original?.amount else {
            throw .amount("partial_refund", "Payme gives back the whole amount only")
        }
        let id = try Self.receiptID(asked.paymentReference)
        return once("cancel", about: id, replies) { receipt in
            switch receipt.state {
            case .cancelled: .succeeded(receipt.told)
            case .cancelling: .pending(receipt.told)
            case .created, .checking, .debiting, .closing, .paid, .held, .holding, .paused,
                .queued, nil:
                nil
            }
        }
    }

    /// Asks once. When Payme refuses, its receipt is read: what was asked may have been done before.
    private func once(
        _ method: String,
        about id: String,
        _ replies: [Payme.Reply],
        _ outcome: (Payme.Receipt) -> VendorOutcome?
    ) -> VendorStep<VendorOutcome> {
        guard let answer = replies.first else {
            return .ask(about(id, method, step: 1), .movesMoney)
        }
        if let receipt = answer.receipt(id) {
            return .finished(outcome(receipt) ?? .unknown(.unrecognizedStatus))
        }
        guard case .failure = answer else { return .finished(answer.verdict) }
        guard replies.count > 1 else { return .ask(about(id, "get", step: 2), .none) }
        return .finished(replies[1].receipt(id).flatMap(outcome) ?? answer.verdict)
    }
}

extension Payme.Reply {
    /// What is known when no receipt came.
    var verdict: VendorOutcome {
        switch self {
        case .result: .unknown(.unreadableReply)
        case .failure(let fault): fault.verdict ?? .unknown(.vendorError)
        case .unknown(let reason): .unknown(reason)
        }
    }

    /// The same for making a receipt, which moves no money: where Payme failed because of our
    /// endpoint, nothing is left behind.
    var refusedCreation: VendorOutcome {
        guard case .failure(let fault) = self, fault.isOurs else { return verdict }
        return .declined(Decline(.temporary, code: String(fault.code)), nil)
    }
}

extension VendorRejection {
    fileprivate static func receipt(_ word: String, _ reason: Reason) -> VendorRejection {
        VendorRejection(reason, code: "receipt_\(word)", message: "the receipt is \(word) at Payme")
    }
}
