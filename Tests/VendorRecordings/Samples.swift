package import PaymentCore
package import Vendors

/// The one moment, tenant and set of identifiers that these tests speak of.
package enum Sample {
    package static let now = Timestamp(seconds: 1_735_689_600)
    package static let tenant = TenantID(uuid(1))
    package static let intent = IntentID(uuid(2))
    package static let attempt = AttemptID(uuid(3))
    package static let capture = CaptureID(uuid(4))
    package static let void = VoidID(uuid(5))
    package static let refund = RefundID(uuid(6))
    package static let session = MethodSessionID(uuid(7))
    package static let customer = CustomerID(uuid(8))
    package static let key = "key-1"

    package static func uuid(_ number: UInt64) -> UUID7 {
        UUID7(milliseconds: 1_735_689_600_000, randomHigh: 0, randomLow: number)
    }

    /// An account that every field of the vendor is filled in for, as its recording `sample` wants.
    package static func account(
        of vendor: VendorDescriptor,
        mode: MerchantAccount.Mode = .test,
        changing changes: [String: [String]] = [:]
    ) -> MerchantAccount {
        var fields: [String: [String]] = [:]
        for field in vendor.fields {
            fields[field.name] = [field.defaultValue ?? field.sample]
        }
        fields.merge(Recording.account(of: vendor.name)) { $1 }
        fields.merge(changes) { $1 }
        return MerchantAccount(
            id: MerchantAccountID(uuid(9)),
            tenant: tenant,
            vendor: vendor.id,
            name: "Sample",
            mode: mode,
            isDefault: true,
            isActive: true,
            settlementCurrency: nil,
            credentials: Credentials(fields)
        )
    }
}

extension CredentialField {
    fileprivate var sample: String {
        switch shape {
        case .text, .phrase: "sample-\(name)"
        case .integer(let range): "\(range.lowerBound)"
        case .json: "{}"
        case .baseURL: "https://api.example.com"
        case .choice(let words): words.first ?? ""
        }
    }
}

extension VendorOperation {
    /// One of each kind.
    package static let samples: [VendorOperation] = [
        .authorize(.sample()), .capture(.sample()), .void(.sample()), .refund(.sample()),
        .lookUp(.init(.payment(reference: "pi_3QcAuth01"))),
    ]
}

extension VendorOperation.Original {
    package static func sample(_ amount: Money, details: String? = nil) -> VendorOperation.Original
    {
        VendorOperation.Original(
            attempt: Sample.attempt,
            amount: amount,
            askedAt: Sample.now,
            details: details
        )
    }
}

extension TokenOperation {
    /// One of each kind.
    package static let samples: [TokenOperation] = [
        .registerCustomer(customer: Sample.customer, email: "guest@example.com", name: "Guest"),
        .openSession(
            session: Sample.session,
            customerReference: "cus_Rk1",
            kind: .card,
            offSession: true,
            returnURL: nil
        ),
        .readSession(reference: "seti_1QcSet01"),
        .readMethod(token: VendorToken("pm_1QcVisa")),
        .attach(token: VendorToken("pm_1QcVisa"), customerReference: "cus_Rk1"),
        .detach(token: VendorToken("pm_1QcVisa")),
    ]
}

extension VendorOperation.Authorize {
    package static func sample(
        _ amount: Money = Money(1_099, .eur),
        manualCapture: Bool = true,
        method: MethodKind = .card,
        token: VendorToken? = VendorToken("pm_1QcVisa"),
        oneTimeToken: VendorToken? = nil,
        customerReference: String? = "cus_Rk1",
        offSession: Bool = false,
        returnURL: String? = nil,
        orderReference: String? = nil,
        payer: VendorOperation.Payer? = nil,
        items: [Order.Item] = [],
        notificationURL: String? = "https://pay.example/webhooks/v1/sample/mac_1"
    ) -> VendorOperation.Authorize {
        VendorOperation.Authorize(
            intent: Sample.intent,
            attempt: Sample.attempt,
            amount: amount,
            manualCapture: manualCapture,
            method: method,
            token: token,
            oneTimeToken: oneTimeToken,
            customerReference: customerReference,
            offSession: offSession,
            returnURL: returnURL,
            orderReference: orderReference,
            tenant: Sample.tenant,
            payer: payer,
            items: items,
            notificationURL: notificationURL
        )
    }
}

extension VendorOperation.Complete {
    package static func sample(
        _ amount: Money = Money(1_099, .eur),
        of reference: String,
        manualCapture: Bool = true,
        original: VendorOperation.Original? = nil
    ) -> VendorOperation.Complete {
        VendorOperation.Complete(
            intent: Sample.intent,
            attempt: Sample.attempt,
            paymentReference: reference,
            amount: amount,
            manualCapture: manualCapture,
            original: original
        )
    }
}

extension VendorOperation.Capture {
    package static func sample(
        _ amount: Money = Money(500, .eur),
        of reference: String = "pi_3QcAuth01",
        isFinal: Bool = true,
        original: VendorOperation.Original? = nil
    ) -> VendorOperation.Capture {
        VendorOperation.Capture(
            capture: Sample.capture,
            attempt: Sample.attempt,
            paymentReference: reference,
            amount: amount,
            isFinal: isFinal,
            original: original
        )
    }
}

extension VendorOperation.Void {
    package static func sample(
        of reference: String = "pi_3QcAuth01",
        reason: VoidReason? = nil,
        original: VendorOperation.Original? = nil
    ) -> VendorOperation.Void {
        VendorOperation.Void(
            void: Sample.void,
            attempt: Sample.attempt,
            paymentReference: reference,
            reason: reason,
            original: original
        )
    }
}

extension VendorOperation.Refund {
    package static func sample(
        _ amount: Money = Money(300, .eur),
        of reference: String = "pi_3QcAuth01",
        reason: RefundReason? = nil,
        original: VendorOperation.Original? = nil,
        askedAt: Timestamp? = nil,
        shares: [CaptureShare] = [],
        isApproved: Bool = false,
        payerAccount: VendorToken? = nil
    ) -> VendorOperation.Refund {
        VendorOperation.Refund(
            refund: Sample.refund,
            attempt: Sample.attempt,
            paymentReference: reference,
            amount: amount,
            reason: reason,
            original: original,
            askedAt: askedAt,
            shares: shares,
            isApproved: isApproved,
            payerAccount: payerAccount
        )
    }
}
