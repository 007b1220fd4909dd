internal import PaymentCore
internal import Vendors

extension VendorFuzz {
    private static func uuid(_ number: UInt64) -> UUID7 {
        UUID7(milliseconds: 1_735_689_600_000, randomHigh: 0, randomLow: number)
    }

    static let tenant = TenantID(uuid(1))
    private static let attempt = AttemptID(uuid(3))
    private static let amount = Money(1_099, .eur)

    static var account: MerchantAccountID { MerchantAccountID(uuid(9)) }

    /// One of each kind.
    static let operations: [VendorOperation] = [
        .authorize(
            VendorOperation.Authorize(
                intent: IntentID(uuid(2)),
                attempt: attempt,
                amount: amount,
                manualCapture: true,
                method: .card,
                token: VendorToken("token"),
                customerReference: "customer",
                offSession: false,
                returnURL: "https://shop.example/back",
                orderReference: nil,
                tenant: tenant
            )
        ),
        .capture(
            VendorOperation.Capture(
                capture: CaptureID(uuid(4)),
                attempt: attempt,
                paymentReference: "reference",
                amount: amount,
                isFinal: true
            )
        ),
        .void(
            VendorOperation.Void(
                void: VoidID(uuid(5)),
                attempt: attempt,
                paymentReference: "reference"
            )
        ),
        .refund(
            VendorOperation.Refund(
                refund: RefundID(uuid(6)),
                attempt: attempt,
                paymentReference: "reference",
                amount: amount,
                reason: nil
            )
        ),
        .lookUp(.init(.payment(reference: "reference"))),
        .lookUp(.init(.refund(reference: "reference"))),
        .lookUp(
            .init(.paymentOfAttempt(attempt, askedAt: Timestamp(seconds: 1_735_689_600)))
        ),
        .lookUp(.init(.refundOfAttempt(attempt, paymentReference: "reference"))),
    ]
}

extension VendorDescriptor {
    /// An account that has every field.
    var sampleAccount: MerchantAccount {
        let fields = fields.map { ($0.name, [$0.defaultValue ?? $0.sample]) }
        return MerchantAccount(
            id: VendorFuzz.account,
            tenant: VendorFuzz.tenant,
            vendor: id,
            name: "Sample",
            mode: .test,
            isDefault: true,
            isActive: true,
            settlementCurrency: nil,
            credentials: Credentials(Dictionary(fields) { first, _ in first })
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
