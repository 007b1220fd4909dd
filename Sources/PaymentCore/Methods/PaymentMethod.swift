/// How a customer pays. The raw value is the wire name.
package enum MethodKind: String, Sendable, CaseIterable {
    case card
    case wallet
    case mobileMoney = "mobile_money"
    case pix
    case bankAccount = "bank_account"
    case cash
    /// The payer chooses on the vendor's page.
    case redirect
}

/// What may be shown of a method: never a number, only its tail.
package struct MethodDetails: Sendable, Hashable {
    package var brand: String?
    package var last4: String?
    package var expiryMonth: Int?
    package var expiryYear: Int?
    /// The same card has the same fingerprint within one vendor account.
    package var fingerprint: String?
    package var funding: String?
    package var country: String?
    /// The payer's wallet in front of the card, as the vendor spells it: `apple_pay`, `google_pay`.
    package var wallet: String?

    package init(
        brand: String? = nil,
        last4: String? = nil,
        expiryMonth: Int? = nil,
        expiryYear: Int? = nil,
        fingerprint: String? = nil,
        funding: String? = nil,
        country: String? = nil,
        wallet: String? = nil
    ) {
        self.brand = brand
        self.last4 = last4
        self.expiryMonth = expiryMonth
        self.expiryYear = expiryYear
        self.fingerprint = fingerprint
        self.funding = funding
        self.country = country
        self.wallet = wallet
    }
}

/// A vendor's token of a customer's way to pay, encrypted at rest.
package struct PaymentMethod: Sendable, Hashable {
    package enum State: String, Sendable, CaseIterable {
        case active
        case detached
    }

    package let id: PaymentMethodID
    package let customer: CustomerID?
    package let vendor: VendorID
    package let account: MerchantAccountID
    package let kind: MethodKind
    package let token: VendorToken
    /// The vendor's own reference of the customer, where the token belongs to one.
    package let customerReference: String?
    package var details: MethodDetails
    package var isDefault: Bool
    package var state: State
    package let createdAt: Timestamp
    /// The code of a decline that speaks against it; cleared by new card data. It is not retried.
    package var flag: String?

    package init(
        id: PaymentMethodID,
        customer: CustomerID?,
        vendor: VendorID,
        account: MerchantAccountID,
        kind: MethodKind,
        token: VendorToken,
        customerReference: String?,
        details: MethodDetails,
        isDefault: Bool,
        state: State,
        createdAt: Timestamp,
        flag: String? = nil
    ) {
        self.flag = flag
        self.id = id
        self.customer = customer
        self.vendor = vendor
        self.account = account
        self.kind = kind
        self.token = token
        self.customerReference = customerReference
        self.details = details
        self.isDefault = isDefault
        self.state = state
        self.createdAt = createdAt
    }
}
