// One kind and one alias per thing that has an identifier: design words and their prefixes.

package enum TenantKind: IdentifierKind {
    package static let prefix = "ten"
}

/// Names an isolated customer of the platform: `ten_…`.
package typealias TenantID = Identifier<TenantKind>

package enum IntentKind: IdentifierKind {
    package static let prefix = "pay"
}

/// Names one payment: what is paid: `pay_…`.
package typealias IntentID = Identifier<IntentKind>

package enum AttemptKind: IdentifierKind {
    package static let prefix = "att"
}

/// Names one immutable try at one vendor: `att_…`.
package typealias AttemptID = Identifier<AttemptKind>

package enum AuthorizationKind: IdentifierKind {
    package static let prefix = "auth"
}

/// Names a hold at a vendor: `auth_…`.
package typealias AuthorizationID = Identifier<AuthorizationKind>

package enum CaptureKind: IdentifierKind {
    package static let prefix = "cap"
}

/// Names a claim on a hold: `cap_…`.
package typealias CaptureID = Identifier<CaptureKind>

package enum RefundKind: IdentifierKind {
    package static let prefix = "rfd"
}

/// Names money given back: `rfd_…`.
package typealias RefundID = Identifier<RefundKind>

package enum VoidKind: IdentifierKind {
    package static let prefix = "void"
}

/// Names a hold released: `void_…`.
package typealias VoidID = Identifier<VoidKind>

package enum PaymentMethodKind: IdentifierKind {
    package static let prefix = "pm"
}

/// Names how a customer pays: `pm_…`.
package typealias PaymentMethodID = Identifier<PaymentMethodKind>

package enum MethodSessionKind: IdentifierKind {
    package static let prefix = "ses"
}

/// Names a hosted tokenization session: `ses_…`.
package typealias MethodSessionID = Identifier<MethodSessionKind>

package enum CustomerKind: IdentifierKind {
    package static let prefix = "cus"
}

/// Names the guest who pays: `cus_…`.
package typealias CustomerID = Identifier<CustomerKind>

package enum OrderKind: IdentifierKind {
    package static let prefix = "ord"
}

/// Names what is bought: `ord_…`.
package typealias OrderID = Identifier<OrderKind>

package enum MerchantAccountKind: IdentifierKind {
    package static let prefix = "mac"
}

/// Names a tenant's account at a vendor: `mac_…`.
package typealias MerchantAccountID = Identifier<MerchantAccountKind>

package enum WebhookKind: IdentifierKind {
    package static let prefix = "whk"
}

/// Names one vendor event: `whk_…`.
package typealias WebhookID = Identifier<WebhookKind>

package enum EventKind: IdentifierKind {
    package static let prefix = "evt"
}

/// Names one outgoing event: `evt_…`.
package typealias EventID = Identifier<EventKind>

package enum APIKeyKind: IdentifierKind {
    package static let prefix = "key"
}

/// Names a bearer key: `key_…`.
package typealias APIKeyID = Identifier<APIKeyKind>

package enum ReceiptKind: IdentifierKind {
    package static let prefix = "rcp"
}

/// Names a cash receipt: `rcp_…`.
package typealias ReceiptID = Identifier<ReceiptKind>

package enum TransferKind: IdentifierKind {
    package static let prefix = "trf"
}

/// Names one movement of the books: `trf_…`.
package typealias TransferID = Identifier<TransferKind>
