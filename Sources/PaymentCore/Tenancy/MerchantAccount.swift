/// A tenant's account at a vendor, with its secrets resolved.
package struct MerchantAccount: Sendable {
    package enum Mode: String, Sendable, CaseIterable {
        case test
        case live
    }

    package let id: MerchantAccountID
    package let tenant: TenantID
    package let vendor: VendorID
    package let name: String
    package let mode: Mode
    /// The account that a payment takes when several could.
    package let isDefault: Bool
    package let isActive: Bool
    /// The currency the vendor settles in; nil when it settles in the currency of each payment.
    package let settlementCurrency: Currency?
    /// Secret and public fields by the names in the vendor's descriptor.
    package let credentials: Credentials
    /// Where its notifications may come from; empty: the service's own list for the vendor, or
    /// anywhere.
    package let webhookNetworks: [IPNetwork]
    /// What the vendor's deliveries call this account; nil when they do not name it.
    package let webhookRoute: String?
    /// When it was last changed, so that an update finds out whether somebody else changed it
    /// since. Nil for one that was not read from a store.
    package var updatedAt: Timestamp?

    package init(
        id: MerchantAccountID,
        tenant: TenantID,
        vendor: VendorID,
        name: String,
        mode: Mode,
        isDefault: Bool,
        isActive: Bool,
        settlementCurrency: Currency?,
        credentials: Credentials,
        webhookNetworks: [IPNetwork] = [],
        webhookRoute: String? = nil,
        updatedAt: Timestamp? = nil
    ) {
        self.id = id
        self.tenant = tenant
        self.vendor = vendor
        self.name = name
        self.mode = mode
        self.isDefault = isDefault
        self.isActive = isActive
        self.settlementCurrency = settlementCurrency
        self.credentials = credentials
        self.webhookNetworks = webhookNetworks
        self.webhookRoute = webhookRoute
        self.updatedAt = updatedAt
    }
}

/// A vendor's credential fields by name. Prints the names, never the values.
package struct Credentials: Hashable, Sendable {
    /// One value per field; a list for those that rotate, such as webhook secrets.
    package let fields: [String: [String]]

    package init(_ fields: [String: [String]]) {
        self.fields = fields
    }

    /// The first value of a field.
    package subscript(name: String) -> String? { fields[name]?.first }

    /// All values of a field that can have several during a rotation.
    package func values(_ name: String) -> [String] { fields[name] ?? [] }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String {
        "Credentials(\(fields.keys.sorted().map { "\($0): •••" }.joined(separator: ", ")))"
    }

    package var debugDescription: String { description }
}
