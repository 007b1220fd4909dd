/// What an API key may do. The raw value is the wire name.
package enum Permission: String, CaseIterable, Sendable {
    /// Read everything of the tenant.
    case view = "billing.view"
    /// Create and authorize payments, customers, orders, methods and receipts.
    case create = "billing.create"
    /// Capture a hold.
    case capture = "billing.capture"
    /// Refund, and ask for a cash refund.
    case refund = "billing.refund"
    /// Approve somebody else's cash refund.
    case approveRefund = "billing.refund.approve"
    /// Void a hold or cancel a payment that has not been captured.
    case cancel = "billing.cancel"
    /// Choose the vendor of a payment, past the tenant's default.
    case chooseGateway = "billing.gateways.choose"
    /// Change merchant accounts and exchange rates, and repeat dead webhooks.
    case manageGateways = "billing.gateways.manage"
    /// Run reconciliations and resolve discrepancies.
    case reconcile = "billing.reconcile"
    /// Change event subscriptions, and send events again.
    case manageEvents = "billing.events.manage"
    /// Send events in: they hold, capture and refund as reservations say.
    case sendEvents = "billing.events.send"
    /// Read who did what: the audit trail.
    case readAudit = "billing.audit.read"
    /// Create and revoke API keys.
    case manageKeys = "billing.keys.manage"
}
