package import PaymentCore
import Synchronization

/// A vendor in memory that asks us, opens pages that want our last word, and sends notifications
/// that prove nothing: what real vendors do one by one.
///
/// A question's body is `verb vendor-id attempt`; the answer's body is the record's state and
/// version. Bodies of notifications name an attempt, and behind `=` what else they tell.
package final class AskingVendor: PaymentPort, VendorQuestions, Sendable {
    struct World: Sendable {
        var approved: Set<AttemptID> = []
        var completed: [AttemptID: Int] = [:]
        var isSilent = false
        var isAuthenticityKnown = true
        var gaveBack = false
    }

    package let vendor = VendorID(known: "asker")
    package let capabilities = Capabilities(
        operations: [.authorize, .void, .refund, .lookUp],
        methodKinds: [.redirect],
        partialRefund: true,
        recovery: .lookUp,
        repeatsNotifications: false
    )
    package var questions: (any VendorQuestions)? { self }
    private let world = Mutex(World())

    package init() {}

    package func approve(_ attempt: AttemptID) {
        world.withLock { _ = $0.approved.insert(attempt) }
    }

    package func silence(_ isSilent: Bool) { world.withLock { $0.isSilent = isSilent } }

    package func hideAuthenticity(_ isHidden: Bool) {
        world.withLock { $0.isAuthenticityKnown = !isHidden }
    }

    /// What a look-up tells of a return that was claimed.
    package func giveBack(_ gaveBack: Bool) { world.withLock { $0.gaveBack = gaveBack } }

    /// How often our last word was heard.
    package func completions(of attempt: AttemptID) -> Int {
        world.withLock { $0.completed[attempt] ?? 0 }
    }

    package func perform(
        _ operation: VendorOperation,
        key: String,
        account: MerchantAccount
    ) async -> VendorOutcome {
        world.withLock { world in
            switch operation {
            case .authorize(let authorize):
                return .requiresAction(
                    .redirect(url: "https://asker.example/\(authorize.attempt)"),
                    VendorReceipt(reference: "page-\(authorize.attempt)")
                )
            case .complete(let complete):
                world.completed[complete.attempt, default: 0] += 1
                if world.isSilent { return .unknown(.timeout) }
                return .succeeded(
                    VendorReceipt(
                        reference: complete.paymentReference,
                        amount: complete.amount.minorUnits,
                        captured: !complete.manualCapture,
                        captureReference: "capture-1"
                    )
                )
            case .lookUp(let lookUp):
                guard let original = lookUp.original, !world.isSilent else {
                    return .unknown(.timeout)
                }
                if case .refund(let reference) = lookUp.subject {
                    return .found(
                        .refund(
                            refund(
                                world.gaveBack ? .succeeded : .failed(code: "payment_stands"),
                                of: reference,
                                lookUp.refund?.amount ?? original.amount
                            )
                        )
                    )
                }
                var snapshot = world.snapshot(of: original)
                snapshot.details = lookUp.told
                return .found(.payment(snapshot))
            case .refund(let refund):
                return .succeeded(
                    VendorReceipt(
                        reference: refund.shares.map(\.reference).joined(separator: "+"),
                        amount: refund.amount.minorUnits
                    )
                )
            case .void: return .succeeded(VendorReceipt(reference: "void"))
            case .capture: return .rejected(VendorRejection(.wrongState, code: "no", message: ""))
            }
        }
    }

    package func perform(
        _ operation: TokenOperation,
        key: String,
        account: MerchantAccount
    ) async -> TokenOutcome { .notDone(.unreachable) }

    package func verify(
        _ delivery: WebhookDelivery,
        account: MerchantAccount,
        now: Timestamp
    ) async throws(NoticeRefusal) -> [VendorNotice] {
        guard world.withLock({ $0.isAuthenticityKnown }) else { throw .unverifiable }
        guard !delivery.text.contains("forged") else { throw .signatureWrong }
        return try notices(in: delivery)
    }

    package func notices(in delivery: WebhookDelivery) throws(NoticeRefusal) -> [VendorNotice] {
        let parts = delivery.text.split(separator: "=", maxSplits: 1).map(String.init)
        guard let attempt = parts.first.flatMap(AttemptID.init) else { throw .unreadableBody }
        return [
            VendorNotice(
                key: "changed-\(delivery.text)",
                type: "payment.changed",
                occurredAt: nil,
                isLive: nil,
                content: .changed(
                    reference: nil,
                    attempt: attempt,
                    details: parts.count == 2 ? parts[1] : nil
                )
            )
        ]
    }

    // MARK: Questions

    package func read(
        _ delivery: WebhookDelivery,
        account: MerchantAccount,
        now: Timestamp
    ) -> QuestionReading {
        let words = delivery.text.split(separator: " ").map(String.init)
        guard words.count > 1 else { return .notification }
        guard words.count == 3 else { return .reply(reply("malformed")) }
        return .question(
            VendorQuestion(
                subject: .record(
                    kind: "transaction",
                    vendorID: words[1],
                    otherwise: AttemptID(words[2])
                ),
                account: account,
                name: words[0],
                delivery: delivery
            )
        )
    }

    package func decide(
        _ question: VendorQuestion,
        given facts: QuestionFacts
    ) -> QuestionDecision {
        guard let payment = facts.payment, let attempt = facts.attempt else {
            return QuestionDecision(reply: reply("unknown"))
        }
        let words = question.delivery.text.split(separator: " ").map(String.init)
        switch (question.name, facts.record) {
        case ("create", let known?): return QuestionDecision(reply: reply(known.state))
        case ("create", nil):
            guard !facts.records.contains(where: { $0.state != "cancelled" }) else {
                return QuestionDecision(reply: reply("busy"))
            }
            let record = VendorRecord(
                kind: "transaction",
                vendorID: words[1],
                number: facts.nextNumber,
                attempt: attempt.id,
                state: "created",
                occurredAt: facts.now,
                document: "{}"
            )
            return QuestionDecision(
                records: [record],
                snapshots: [snapshot(.processing, attempt, payment)],
                reply: reply("created")
            )
        case ("perform", var record?) where record.state == "created":
            record.state = "performed"
            return QuestionDecision(
                records: [record],
                snapshots: [snapshot(.captured, attempt, payment)],
                reply: reply("performed")
            )
        case ("cancel", let record?) where record.state == "performed":
            let left = payment.intent.captured - payment.intent.refunded
            let claim = refund(
                .claimed,
                of: payment.intent.reference ?? "",
                Money(left, payment.intent.amount.currency)
            )
            return QuestionDecision(
                snapshots: [.refund(claim)],
                reply: reply(record.state),
                asksVendor: true
            )
        case (_, let record): return QuestionDecision(reply: reply(record?.state ?? "none"))
        }
    }

    package func unavailable(_ question: VendorQuestion?) -> QuestionReply { reply("later") }

    private func snapshot(
        _ status: PaymentSnapshot.Status,
        _ attempt: Attempt,
        _ payment: Payment
    ) -> VendorSnapshot {
        .payment(
            PaymentSnapshot(
                reference: attempt.reference ?? "page",
                attempt: attempt.id,
                status: status,
                amount: payment.intent.amount,
                capturable: 0,
                captured: status == .captured ? payment.intent.amount.minorUnits : 0
            )
        )
    }

    /// A return of what is left of a payment, which is known by the payment's own name.
    private func refund(
        _ status: RefundSnapshot.Status,
        of reference: String,
        _ amount: Money
    ) -> RefundSnapshot {
        RefundSnapshot(
            reference: reference,
            paymentReference: reference,
            attempt: nil,
            status: status,
            amount: amount
        )
    }

    private func reply(_ text: String) -> QuestionReply { QuestionReply(body: Array(text.utf8)) }
}

extension AskingVendor.World {
    fileprivate func snapshot(of original: VendorOperation.Original) -> PaymentSnapshot {
        let isCaptured = completed[original.attempt] != nil
        let status: PaymentSnapshot.Status =
            if isCaptured {
                .captured
            } else if approved.contains(original.attempt) {
                .approved
            } else {
                .requiresAction(nil)
            }
        return PaymentSnapshot(
            reference: "page-\(original.attempt)",
            attempt: original.attempt,
            status: status,
            amount: original.amount,
            capturable: 0,
            captured: isCaptured ? original.amount.minorUnits : 0,
            captureReference: isCaptured ? "capture-1" : nil
        )
    }
}

extension WebhookDelivery {
    fileprivate var text: String { String(decoding: body, as: UTF8.self) }
}
