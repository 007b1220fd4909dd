/// What is asked of a vendor. Everything needed to repeat the call is stored with the attempt, so
/// that any replica can send the very same request again.
package enum VendorOperation: Sendable {
    case authorize(Authorize)
    case capture(Capture)
    case void(Void)
    case refund(Refund)
    /// Ask for the state of a payment.
    case lookUp(LookUp)

    package struct Authorize: Sendable {
        package var intent: IntentID
        package var attempt: AttemptID
        package var amount: Money
        /// False: authorize and capture in one step.
        package var manualCapture: Bool
        package var method: MethodKind
        /// The vendor's token of a stored method; nil when the payer chooses on the vendor's page.
        package var token: VendorToken?
        /// The vendor's own reference of the customer.
        package var customerReference: String?
        package var offSession: Bool
        package var returnURL: String?
        package var orderReference: String?
        package var tenant: TenantID

        package init(
            intent: IntentID,
            attempt: AttemptID,
            amount: Money,
            manualCapture: Bool,
            method: MethodKind,
            token: VendorToken?,
            customerReference: String?,
            offSession: Bool,
            returnURL: String?,
            orderReference: String?,
            tenant: TenantID
        ) {
            self.intent = intent
            self.attempt = attempt
            self.amount = amount
            self.manualCapture = manualCapture
            self.method = method
            self.token = token
            self.customerReference = customerReference
            self.offSession = offSession
            self.returnURL = returnURL
            self.orderReference = orderReference
            self.tenant = tenant
        }
    }

    package struct Capture: Sendable {
        package var capture: CaptureID
        package var attempt: AttemptID
        /// The vendor's reference of the authorized payment.
        package var paymentReference: String
        package var amount: Money
        /// True: whatever remains of the hold is released.
        package var isFinal: Bool

        package init(
            capture: CaptureID,
            attempt: AttemptID,
            paymentReference: String,
            amount: Money,
            isFinal: Bool
        ) {
            self.capture = capture
            self.attempt = attempt
            self.paymentReference = paymentReference
            self.amount = amount
            self.isFinal = isFinal
        }
    }

    package struct Void: Sendable {
        package var void: VoidID
        package var attempt: AttemptID
        package var paymentReference: String
        package var reason: VoidReason?

        package init(
            void: VoidID,
            attempt: AttemptID,
            paymentReference: String,
            reason: VoidReason? = nil
        ) {
            self.void = void
            self.attempt = attempt
            self.paymentReference = paymentReference
            self.reason = reason
        }
    }

    package struct Refund: Sendable {
        package var refund: RefundID
        package var attempt: AttemptID
        package var paymentReference: String
        package var amount: Money
        package var reason: RefundReason?

        package init(
            refund: RefundID,
            attempt: AttemptID,
            paymentReference: String,
            amount: Money,
            reason: RefundReason?
        ) {
            self.refund = refund
            self.attempt = attempt
            self.paymentReference = paymentReference
            self.amount = amount
            self.reason = reason
        }
    }

    /// Where the vendor's reference is known it is used; otherwise our own attempt id, which every
    /// request carries, is searched for among what was created since `askedAt`.
    package struct LookUp: Sendable {
        package enum Subject: Sendable {
            case payment(reference: String)
            case refund(reference: String)
            case paymentOfAttempt(AttemptID, askedAt: Timestamp)
            case refundOfAttempt(AttemptID, paymentReference: String)
        }

        package var subject: Subject

        package init(_ subject: Subject) {
            self.subject = subject
        }
    }
}

/// Why a hold is released: the closed list that vendors share.
package enum VoidReason: String, Sendable, CaseIterable {
    case duplicate
    case fraudulent
    case requestedByCustomer = "requested_by_customer"
    case abandoned
    case other
}

/// Why a refund is made: the closed list that vendors share.
package enum RefundReason: String, Sendable, CaseIterable {
    case duplicate
    case fraudulent
    case requestedByCustomer = "requested_by_customer"
    case other
}
