package import PaymentCore

// The one translation from what the core and the stores throw.
extension Problem {
    package init(_ error: WorkflowError) {
        switch error.code {
        case .keyReused: self.init(.idempotencyKeyReused)
        case .keyRunning(let delay): self.init(.idempotencyKeyInUse, retryAfter: delay)
        case .refused(let refusal): self.init(refusal)
        case .notFound(let subject): self.init(.notFound, ["what": subject.rawValue])
        case .invalidReference(let subject): self.init(unknown: subject, at: subject.pointer)
        case .orderCurrency(let currency):
            let reason = ["reason": "the order is in \(currency.code)"]
            self.init(FieldProblem("/order/id", .conflict, reason))
        case .methodNotUsable: self.init(.methodNotUsable)
        case .noAccount: self.init(.noMerchantAccount)
        case .ambiguousAccount: self.init(.ambiguousMerchantAccount)
        case .noRoute: self.init(.noRoute)
        case .vendorsIll(let delay): self.init(.vendorUnavailable, retryAfter: delay)
        case .rateMissing(let base, let quote):
            self.init(.rateMissing, ["base": base.code, "quote": quote.code])
        case .secondPersonRequired: self.init(.secondPersonRequired)
        case .otherProposal(let moment):
            self.init(.versionConflict, ["current": moment.rfc3339])
        case .duplicate: self.init(.alreadyExists)
        case .limitExceeded: self.init(.ledgerLimitExceeded)
        case .declined(let decline): self.init(.paymentDeclined, decline: decline)
        case .rejected(let rejection): self.init(rejection)
        case .vendorUnavailable: self.init(.vendorUnavailable, retryAfter: .seconds(5))
        case .vendorUnknown: self.init(.vendorUnknown, retryAfter: .seconds(5))
        case .unavailable: self.init(.unavailable, retryAfter: .seconds(1))
        case .filterTooBroad: self.init(.filterTooBroad)
        case .fault: self.init(.internalError)
        }
        cause = cause ?? error.message
    }

    package init(_ error: StoreError) {
        switch error.code {
        case .stale: self.init(.idempotencyKeyInUse, retryAfter: .seconds(1))
        case .duplicateKey: self.init(.idempotencyKeyInUse, retryAfter: .seconds(1))
        case .duplicate: self.init(.alreadyExists)
        case .limitExceeded: self.init(.ledgerLimitExceeded)
        case .filterTooBroad: self.init(.filterTooBroad)
        case .commitUnknown, .unavailable, .wrongSchemaVersion:
            self.init(.unavailable, retryAfter: .seconds(1))
        case .duplicateEffect, .missingReference, .fault: self.init(.internalError)
        }
        cause = "\(error.code.rawValue): \(error.message)"
    }

    package init(_ refusal: Refusal) {
        switch refusal {
        case .unexpectedState(let state, let operation):
            self.init(
                .stateConflict,
                ["state": state.rawValue, "operation": operation.rawValue]
            )
        case .amountExceeds(let limit):
            self.init(
                .amountExceedsLimit,
                ["limit": "\(limit)"],
                errors: [
                    FieldProblem("/amount", .outOfRange, ["minimum": "1", "maximum": "\(limit)"])
                ]
            )
        case .amountMismatch(let expected):
            self.init(.amountMismatch, ["expected": "\(expected)"])
        case .inProgress(let operation):
            self.init(
                .movementInProgress,
                ["operation": operation.rawValue],
                retryAfter: .seconds(1)
            )
        case .notSupported(let what): self.init(.notSupported, ["capability": what.rawValue])
        case .methodRequired: self.init(ProblemCode.methodRequired)
        case .cashOnly: self.init(ProblemCode.cashOnly)
        case .payerUnknown: self.init(ProblemCode.payerUnknown)
        }
    }

    package init(_ rejection: VendorRejection) {
        let reason = ["reason": rejection.reason.rawValue]
        switch rejection.reason {
        case .configuration: self.init(.gatewayMisconfigured)
        case .wrongState, .authorizationExpired, .disputed: self.init(.vendorConflict, reason)
        case .amountNotAccepted, .methodNotUsable, .notFound, .invalidRequest:
            self.init(.vendorRejected, reason)
        }
        cause = "\(rejection.code): \(rejection.message)"
    }

    /// The field at `pointer` names something that this tenant does not have.
    init(unknown subject: WorkflowError.Subject, at pointer: String) {
        self.init(FieldProblem(pointer, .unknownReference, ["what": subject.rawValue]))
    }
}

extension WorkflowError.Subject {
    /// Where requests name it, unless their endpoint knows better.
    fileprivate var pointer: String {
        switch self {
        case .intent: "/intent_id"
        case .attempt: "/attempt_id"
        case .customer: "/customer_id"
        case .order: "/order/id"
        case .method: "/method/id"
        case .session: "/session_id"
        case .refund: "/refund_id"
        case .account: "/merchant_account_id"
        case .provider: "/provider"
        case .webhook: "/webhook_id"
        case .event: "/event_id"
        case .tenant: "/tenant_id"
        }
    }
}
