internal import PaymentCore

/// A process's line to a vendor: where requests and answers get lost.
struct VendorLine: PaymentPort {
    let life: Life
    let target: SimulatedVendor

    var vendor: VendorID { target.manner.vendor }
    var capabilities: Capabilities { target.manner.capabilities }
    var questions: (any VendorQuestions)? { target.manner == .asking ? Asker() : nil }

    func perform(
        _ operation: VendorOperation,
        key: String,
        account: MerchantAccount
    ) async -> VendorOutcome {
        guard !life.isOver else { return .unknown(.interrupted) }
        let outcome = await ask(operation, key: keyAsBugged(key))
        life.world.note(
            .vendor,
            "\(life.number): \(target.manner) \(operation.word) \(key) -> \(outcome.word)"
        )
        guard life.bug == .unknownTakenForNo, case .unknown = outcome else { return outcome }
        return .declined(VendorPayment.decline, nil)
    }

    private func ask(_ operation: VendorOperation, key: String) async -> VendorOutcome {
        let world = life.world
        guard !world.fault(24) else {
            return .notDone(world.chance(2) ? .unreachable : .throttled)
        }
        guard !target.isOut else {
            return world.chance(2) ? .notDone(.unreachable) : .unknown(.timeout)
        }
        await world.turn(longest: 15)
        // The process died meanwhile; what it had sent may still arrive.
        if life.isOver, world.chance(2) { return .unknown(.interrupted) }
        guard !world.fault(24) else { return .unknown(.timeout) }
        let answer = target.perform(operation, key: key)
        await world.turn(longest: 15)
        guard !life.isOver else { return .unknown(.interrupted) }
        guard !world.fault(12) else {
            let reasons = [UnknownReason.timeout, .connectionLost, .vendorError, .unreadableReply]
            return .unknown(world.pick(reasons))
        }
        return answer
    }

    private func keyAsBugged(_ key: String) -> String {
        switch life.bug {
        case .vendorKeyLost: target.reference("key")
        case .recoveryUnderNewKey: target.answers[key] == nil ? key : target.reference("key")
        case .versionUnguarded, .attemptStoredAfterCall, .unknownTakenForNo,
            .lostCommitTakenForDone, .eventSkipped, .eventStale, .transferDropped,
            .clientKeyForgotten, .jobForgotten, .duplicateNoticeApplied, .leaseIgnored, nil:
            key
        }
    }

    func perform(
        _ operation: TokenOperation,
        key: String,
        account: MerchantAccount
    ) async -> TokenOutcome { .notDone(.unreachable) }

    func verify(
        _ delivery: WebhookDelivery,
        account: MerchantAccount,
        now: Timestamp
    ) async throws(NoticeRefusal) -> [VendorNotice] { try notices(in: delivery) }

    /// A delivery's body names the notice's place in the vendor's list, and which copy it is.
    func notices(in delivery: WebhookDelivery) throws(NoticeRefusal) -> [VendorNotice] {
        let words = delivery.text.split(separator: ":")
        guard words.count == 2, let place = Int(words[0]), target.notices.indices.contains(place)
        else { throw .unreadableBody }
        let notice = target.notices[place]
        guard life.bug == .duplicateNoticeApplied else { return [notice] }
        return [notice.renamed("\(words[1])")]
    }
}

extension VendorNotice {
    /// As an adapter would read it that takes the delivery's number for the event's.
    fileprivate func renamed(_ copy: String) -> VendorNotice {
        var content = content
        if case .snapshot(.refund(var refund)) = content, refund.attempt == nil {
            refund.reference += copy
            content = .snapshot(.refund(refund))
        }
        return VendorNotice(
            key: key + copy,
            type: type,
            occurredAt: occurredAt,
            isLive: isLive,
            content: content
        )
    }
}

extension VendorOperation {
    fileprivate var word: String {
        switch self {
        case .authorize: "authorize"
        case .capture(let capture): "capture \(capture.amount.minorUnits)"
        case .void: "void"
        case .refund(let refund): "refund \(refund.amount.minorUnits)"
        case .complete: "complete"
        case .lookUp(let lookUp): "look up \(lookUp.movement)"
        }
    }
}

extension VendorOutcome {
    fileprivate var word: String {
        switch self {
        case .found(.payment(let payment)):
            "found \(payment.status) \(payment.capturable)/\(payment.captured)"
        case .found(let snapshot): "found \(snapshot)"
        case .succeeded, .pending, .requiresAction, .declined, .rejected, .notDone, .unknown,
            .abandoned, .notFound:
            "\(self)"
        }
    }
}
