internal import JSON
internal import PaymentCore

// Parts of payments that several documents share: each writes members into an open object.
extension JSONWriter {
    mutating func members(of method: Intent.Method) {
        member("kind", method.kind.rawValue)
        member("id", method.id?.description)
        member("drawer_id", method.drawer)
        member("details", method.details)
    }

    mutating func member(_ name: String, _ details: MethodDetails?) {
        guard let details else { return null(name) }
        object(name) {
            $0.member("brand", details.brand)
            $0.member("last4", details.last4)
            $0.member("expiry_month", details.expiryMonth)
            $0.member("expiry_year", details.expiryYear)
            $0.member("fingerprint", details.fingerprint)
            $0.member("funding", details.funding)
            $0.member("country", details.country)
            $0.member("wallet", details.wallet)
        }
    }

    /// A capture or refund.
    mutating func members(ofMovement attempt: Attempt) {
        member("id", attempt.movementID)
        member("attempt_id", attempt.id.description)
        member("amount", attempt.movedAmount ?? attempt.amount)
        member("outcome", attempt.outcomeName)
        member("final", attempt.isFinal)
        member("reason", attempt.reason)
        member("gateway_reference", attempt.reference)
        member("created_at", attempt.askedAt.rfc3339)
        member("completed_at", attempt.state.isOpen ? nil : attempt.answeredAt?.rfc3339)
    }

    mutating func members(of attempt: Attempt) {
        member("id", attempt.id.description)
        member("operation", attempt.operation.rawValue)
        member("movement_id", attempt.movementID)
        member("outcome", attempt.outcomeName)
        member("amount", attempt.movedAmount ?? attempt.amount)
        member("gateway", attempt.vendor.name)
        member("merchant_account_id", attempt.account?.description)
        member("gateway_reference", attempt.reference)
        member("origin", attempt.origin.rawValue)
        member("escalated", attempt.isEscalated)
        switch attempt.state {
        case .declined(let decline):
            object("decline") { $0.members(of: decline, at: attempt.answeredAt) }
        case .rejected(let rejection): object("rejection") { $0.members(of: rejection) }
        case .unknown(let reason): member("reason", reason.rawValue)
        case .notDone(let reason): member("reason", reason.rawValue)
        case .reversed(let code): member("reason", code)
        case .asked, .pending, .requiresAction, .awaitingApproval, .succeeded, .abandoned: break
        }
        member("asked_at", attempt.askedAt.rfc3339)
        member("answered_at", attempt.answeredAt?.rfc3339)
    }

    /// The time to try again is counted from `moment`, when it was declined.
    mutating func members(of decline: Decline, at moment: Timestamp?) {
        member("class", decline.class.rawValue)
        member("code", decline.code)
        member("network_code", decline.networkCode)
        member("advice_code", decline.adviceCode)
        let retry = moment.flatMap { moment in decline.retryAfter.map { (moment + $0).rfc3339 } }
        member("retry_after", retry)
    }

    mutating func members(of rejection: VendorRejection) {
        member("reason", rejection.reason.rawValue)
        member("code", rejection.code)
    }

    mutating func members(of action: NextAction) {
        switch action {
        case .redirect(let url):
            member("type", "redirect")
            member("url", url)
        case .vendorLibrary(let clientSecret, let publishableKey):
            member("type", "vendor_library")
            member("client_secret", clientSecret.value)
            member("publishable_key", publishableKey)
        case .vendorLibraryWithheld:
            member("type", "vendor_library")
            null("client_secret")
            null("publishable_key")
        }
    }

    mutating func members(of rate: QuotedRate) {
        member("base", rate.base.code)
        member("quote", rate.quote.code)
        member("rate", rate.rate.text)
        member("source", rate.source)
        member("quoted_at", rate.quotedAt.rfc3339)
    }

    mutating func members(of metadata: [String: String]) {
        for (name, value) in metadata.sorted(by: { $0.key < $1.key }) { member(name, value) }
    }

    /// An object that is kept as JSON already; null when there is none.
    mutating func member(_ name: String, rawObject json: String?) {
        guard let json else { return null(name) }
        member(name, raw: Array(json.utf8))
    }
}

extension Attempt {
    /// The word for callers. Being asked and not knowing are the same to them.
    var outcomeName: String {
        switch state {
        case .asked: "unknown"
        case .pending, .requiresAction, .unknown, .awaitingApproval, .succeeded, .declined,
            .rejected, .notDone, .abandoned, .reversed:
            state.name
        }
    }
}
