internal import JSON
internal import PaymentCore

/// Writes an intent in the shape that clients code against: fields may be added, never renamed.
struct IntentDocument {
    let intent: Intent
    /// Nil in lists, where the movements are not loaded.
    private let attempts: [Attempt]?
    /// What the payer's page needs, with its secret, when this answer may show it.
    private let action: NextAction?
    private let tellsTimeline: Bool

    /// - Parameter timeline: whether everything that happened is listed in order.
    init(_ payment: Payment, revealing action: NextAction? = nil, timeline: Bool = false) {
        intent = payment.intent
        attempts = payment.attempts
        self.action = action
        tellsTimeline = timeline
    }

    init(summary intent: Intent) {
        self.intent = intent
        attempts = nil
        action = nil
        tellsTimeline = false
    }

    /// The members of the document, into an object that is open.
    func write(to writer: inout JSONWriter) {
        writer.member("id", intent.id.description)
        writer.member("object", "intent")
        writer.member("status", intent.state.rawValue)
        writer.member("billing_status", intent.state.billingStatus.rawValue)
        writeSums(to: &writer)
        writer.member("capture_method", intent.captureMethod.rawValue)
        writer.member("gateway", intent.vendor?.name)
        writer.member("merchant_account_id", intent.account?.description)
        writer.object("method") { $0.members(of: intent.method) }
        writer.member("guarantee_method_id", intent.guarantee?.description)
        writer.member("customer_id", intent.customer?.description)
        writer.member("order_id", intent.order?.description)
        writer.member("property_id", intent.property)
        writer.member("country", intent.country?.code)
        writer.member("off_session", intent.offSession)
        writer.member("retry", retryOf: intent, attempts)
        writer.array("settlements") { array in
            for settlement in intent.plans.settlements {
                array.object { $0.members(of: settlement) }
            }
        }
        writer.member("return_url", intent.returnURL)
        writeAuthorization(to: &writer)
        if let attempts { writeMovements(attempts, to: &writer) }
        writeExchange(to: &writer)
        writer.member("details", rawObject: intent.details)
        writer.member("discrepancy", intent.hasDiscrepancy)
        writer.object("metadata") { $0.members(of: intent.metadata) }
        writer.member("created_at", intent.createdAt.rfc3339)
        writer.member("updated_at", intent.updatedAt.rfc3339)
        if tellsTimeline, let attempts {
            writer.member("routing", rawObject: intent.routing)
            writer.array("timeline") { array in
                for entry in TimelineEntry.all(of: intent, attempts) {
                    array.object { entry.write(to: &$0) }
                }
            }
        }
    }

    private func writeSums(to writer: inout JSONWriter) {
        writer.member("amount", intent.amount.minorUnits)
        writer.member("currency", intent.amount.currency.code)
        writer.member("amount_capturable", intent.capturable)
        writer.member("amount_captured", intent.captured)
        writer.member("amount_refunded", intent.refunded)
        writer.member("amount_capture_pending", intent.captureReserved)
        writer.member("amount_refund_pending", intent.refundReserved)
    }

    private func writeAuthorization(to writer: inout JSONWriter) {
        guard let authorization = intent.authorization else { return writer.null("authorization") }
        writer.object("authorization") {
            $0.member("id", authorization.id.description)
            $0.member("expires_at", authorization.expiresAt?.rfc3339)
            $0.member("multi_capture", authorization.multiCapture)
            let plan = intent.plans.hold.flatMap {
                $0.isActed || intent.capturable == 0 ? nil : $0
            }
            $0.member("at_expiry", plan?.action.rawValue)
            $0.member("acts_at", plan.flatMap { $0.action == .none ? nil : $0.actAt.rfc3339 })
        }
    }

    private func writeMovements(_ attempts: [Attempt], to writer: inout JSONWriter) {
        writeNextAction(attempts, to: &writer)
        writer.array("captures") { array in
            for attempt in attempts where attempt.operation == .capture && attempt.counts {
                array.object { $0.members(ofMovement: attempt) }
            }
        }
        writer.array("refunds") { array in
            for attempt in attempts where attempt.operation == .refund && attempt.counts {
                array.object { $0.members(ofMovement: attempt) }
            }
        }
        guard let last = attempts.last else { return writer.null("last_attempt") }
        writer.object("last_attempt") { $0.members(of: last) }
    }

    /// What the payer must do, while the latest authorization waits for it.
    private func writeNextAction(_ attempts: [Attempt], to writer: inout JSONWriter) {
        guard intent.state == .requiresAction,
            let attempt = attempts.last(where: { $0.operation == .authorize }),
            case .requiresAction(let stored) = attempt.state
        else { return writer.null("next_action") }
        writer.object("next_action") { $0.members(of: action ?? stored) }
    }

    private func writeExchange(to writer: inout JSONWriter) {
        guard let fx = intent.fx else { return writer.null("fx") }
        writer.object("fx") {
            $0.members(of: fx.rate)
            $0.member("provider", fx.provider.name)
            $0.member("settlement_amount", fx.settlementAmount.minorUnits)
            $0.member("settlement_currency", fx.settlementAmount.currency.code)
        }
    }
}

extension Attempt {
    /// Whether its money moved or may still move.
    fileprivate var counts: Bool {
        switch state {
        case .succeeded, .reversed, .asked, .pending, .requiresAction, .unknown,
            .awaitingApproval:
            true
        case .declined, .rejected, .notDone, .abandoned: false
        }
    }
}
