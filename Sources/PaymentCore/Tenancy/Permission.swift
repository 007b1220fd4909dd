/// What an API key may do. The raw value is the wire name.
package enum Permission: String, CaseIterable, Sendable {
    /// Read everything of the tenant but its audit trail and its keys.
    case view = "billing.view"
    /// Create and authorize payments; create and change customers, orders, methods and receipts.
    case create = "billing.create"
    /// Capture a hold.
    case capture = "billing.capture"
    /// Refund, or ask for a refund that a second person approves.
    case refund = "billing.refund"
    /// Approve or turn down a refund that somebody else asked for.
    case approveRefund = "billing.refund.approve"
    /// Void a hold, cancel a payment that has not been captured, withdraw a planned retry.
    case cancel = "billing.cancel"
    /// Choose the vendor of a payment, past the tenant's routes.
    case chooseGateway = "billing.gateways.choose"
    /// Change merchant accounts, routes, exchange rates and policies, and repeat dead webhooks.
    case manageGateways = "billing.gateways.manage"
    /// Settle unknown outcomes, retry and cancel jobs, limit and monitor accounts of the ledger.
    case reconcile = "billing.reconcile"
    /// Change event subscriptions, send events again, replay dead letters of inbound events.
    case manageEvents = "billing.events.manage"
    /// Send events in: they hold, capture and refund as reservations say.
    case sendEvents = "billing.events.send"
    /// Read who did what: the audit trail.
    case readAudit = "billing.audit.read"
    /// Create and revoke API keys.
    case manageKeys = "billing.keys.manage"
}
