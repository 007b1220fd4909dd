/// What is asked of a vendor. Everything needed to repeat the call is stored with the attempt, so
/// that any replica can send the very same request again.
package indirect enum VendorOperation: Sendable {
    case authorize(Authorize)
    case capture(Capture)
    case void(Void)
    case refund(Refund)
    /// Finish a payment that the payer has agreed to on the vendor's page; see
    /// ``PaymentSnapshot/Status/approved``.
    case complete(Complete)
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
        /// What the payer handed over for this one payment; nobody has it any more when the call is
        /// over.
        package var oneTimeToken: VendorToken?
        /// The vendor's own reference of the customer.
        package var customerReference: String?
        package var offSession: Bool
        package var returnURL: String?
        package var orderReference: String?
        package var tenant: TenantID
        /// Who pays, when it is known and the vendor needs it for receipts or invoices.
        package var payer: Payer?
        /// What is bought, for vendors that print or tax it; empty when the intent has no order.
        package var items: [Order.Item]
        /// Where this account's notifications reach us, for vendors that must be given it with each
        /// payment; nil when the service's public address is not configured.
        package var notificationURL: String?

        package init(
            intent: IntentID,
            attempt: AttemptID,
            amount: Money,
            manualCapture: Bool,
            method: MethodKind,
            token: VendorToken?,
            oneTimeToken: VendorToken? = nil,
            customerReference: String?,
            offSession: Bool,
            returnURL: String?,
            orderReference: String?,
            tenant: TenantID,
            payer: Payer? = nil,
            items: [Order.Item] = [],
            notificationURL: String? = nil
        ) {
            self.intent = intent
            self.attempt = attempt
            self.amount = amount
            self.manualCapture = manualCapture
            self.method = method
            self.token = token
            self.oneTimeToken = oneTimeToken
            self.customerReference = customerReference
            self.offSession = offSession
            self.returnURL = returnURL
            self.orderReference = orderReference
            self.tenant = tenant
            self.payer = payer
            self.items = items
            self.notificationURL = notificationURL
        }
    }

    /// Who pays, as far as the caller told us.
    package struct Payer: Sendable, Hashable {
        package var customer: CustomerID
        package var name: String?
        package var email: String?
        package var phone: String?

        package init(customer: CustomerID, name: String?, email: String?, phone: String?) {
            self.customer = customer
            self.name = name
            self.email = email
            self.phone = phone
        }
    }

    /// The authorization that a later operation belongs to.
    package struct Original: Sendable, Hashable {
        package var attempt: AttemptID
        package var amount: Money
        package var askedAt: Timestamp
        /// What the vendor said about the payment, as it was kept: the JSON object of
        /// ``VendorReceipt/details``.
        package var details: String?

        package init(attempt: AttemptID, amount: Money, askedAt: Timestamp, details: String?) {
            self.attempt = attempt
            self.amount = amount
            self.askedAt = askedAt
            self.details = details
        }
    }

    package struct Complete: Sendable {
        package var intent: IntentID
        /// The authorization attempt that opened the page.
        package var attempt: AttemptID
        package var paymentReference: String
        package var amount: Money
        /// False: authorize and capture in one step.
        package var manualCapture: Bool
        package var original: Original?

        package init(
            intent: IntentID,
            attempt: AttemptID,
            paymentReference: String,
            amount: Money,
            manualCapture: Bool,
            original: Original? = nil
        ) {
            self.intent = intent
            self.attempt = attempt
            self.paymentReference = paymentReference
            self.amount = amount
            self.manualCapture = manualCapture
            self.original = original
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
        package var original: Original?

        package init(
            capture: CaptureID,
            attempt: AttemptID,
            paymentReference: String,
            amount: Money,
            isFinal: Bool,
            original: Original? = nil
        ) {
            self.capture = capture
            self.attempt = attempt
            self.paymentReference = paymentReference
            self.amount = amount
            self.isFinal = isFinal
            self.original = original
        }
    }

    package struct Void: Sendable {
        package var void: VoidID
        package var attempt: AttemptID
        package var paymentReference: String
        package var reason: VoidReason?
        package var original: Original?

        package init(
            void: VoidID,
            attempt: AttemptID,
            paymentReference: String,
            reason: VoidReason? = nil,
            original: Original? = nil
        ) {
            self.void = void
            self.attempt = attempt
            self.paymentReference = paymentReference
            self.reason = reason
            self.original = original
        }
    }

    package struct Refund: Sendable {
        package var refund: RefundID
        package var attempt: AttemptID
        package var paymentReference: String
        package var amount: Money
        package var reason: RefundReason?
        package var original: Original?
        /// When it was asked, or first claimed by the vendor; nil when that is not known.
        package var askedAt: Timestamp?
        /// The captures that the refund is taken from, decided and stored when it was asked; their
        /// amounts add up to the refund's. Empty for payments whose vendor named no captures.
        package var shares: [CaptureShare]
        /// Whether a second person has agreed to it.
        package var isApproved: Bool
        /// The account that the payment came from, for vendors that ask for it; nil when it was
        /// never given.
        package var payerAccount: VendorToken?

        package init(
            refund: RefundID,
            attempt: AttemptID,
            paymentReference: String,
            amount: Money,
            reason: RefundReason?,
            original: Original? = nil,
            askedAt: Timestamp? = nil,
            shares: [CaptureShare] = [],
            isApproved: Bool = false,
            payerAccount: VendorToken? = nil
        ) {
            self.refund = refund
            self.attempt = attempt
            self.paymentReference = paymentReference
            self.amount = amount
            self.reason = reason
            self.original = original
            self.askedAt = askedAt
            self.shares = shares
            self.isApproved = isApproved
            self.payerAccount = payerAccount
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
        package var original: Original?
        /// The refund as it was asked, when that is looked up: some vendors are asked about it by
        /// asking for it again.
        package var refund: Refund?
        /// What a notification said that proved too little by itself; see
        /// ``VendorNotice/Content/changed(reference:attempt:details:)``.
        package var told: String?
        /// What the attempt that is looked up had asked. A capture or void of a payment that stands
        /// as it stood never arrived: ``VendorOutcome/notFound``, where the vendor is sure of it.
        package var movement: Attempt.Operation

        package init(
            _ subject: Subject,
            original: Original? = nil,
            refund: Refund? = nil,
            told: String? = nil,
            movement: Attempt.Operation = .authorize
        ) {
            self.subject = subject
            self.original = original
            self.refund = refund
            self.told = told
            self.movement = movement
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
