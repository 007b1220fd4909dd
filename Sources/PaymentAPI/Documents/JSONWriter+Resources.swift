internal import JSON
internal import PaymentCore

// The other things that have documents of their own: each writes members into an open object.
extension JSONWriter {
    /// Never the token: it is the vendor's secret.
    mutating func members(of method: PaymentMethod) {
        member("id", method.id.description)
        member("object", "payment_method")
        member("kind", method.kind.rawValue)
        member("status", method.state.rawValue)
        member("customer_id", method.customer?.description)
        member("gateway", method.vendor.name)
        member("merchant_account_id", method.account.description)
        member("details", method.details)
        member("default", method.isDefault)
        member("flag", method.flag)
        member("created_at", method.createdAt.rfc3339)
    }

    mutating func members(of session: MethodSession, _ action: NextAction?) {
        member("id", session.id.description)
        member("object", "payment_method_session")
        member("status", session.state.rawValue)
        member("customer_id", session.customer.description)
        member("kind", session.kind.rawValue)
        member("gateway", session.vendor.name)
        member("merchant_account_id", session.account.description)
        member("off_session", session.offSession)
        member("return_url", session.returnURL)
        member("payment_method_id", session.method?.description)
        member("failure_code", session.failureCode)
        if let action {
            object("next_action") { $0.members(of: action) }
        } else {
            null("next_action")
        }
        member("created_at", session.createdAt.rfc3339)
    }

    mutating func members(of order: Order) {
        member("id", order.id.description)
        member("object", "order")
        member("reference", order.reference)
        member("currency", order.currency.code)
        member("amount", order.total)
        member("customer_id", order.customer?.description)
        member("property_id", order.property)
        array("items") { array in
            for item in order.items {
                array.object {
                    $0.member("description", item.description)
                    $0.member("sku", item.sku)
                    $0.member("quantity", item.quantity)
                    $0.member("unit_amount", item.unitAmount)
                }
            }
        }
        object("metadata") { $0.members(of: order.metadata) }
        member("created_at", order.createdAt.rfc3339)
    }

    mutating func members(of customer: Customer) {
        member("id", customer.id.description)
        member("object", "customer")
        member("reference", customer.reference)
        member("name", customer.name)
        member("email", customer.email)
        member("phone", customer.phone)
        object("metadata") { $0.members(of: customer.metadata) }
        member("created_at", customer.createdAt.rfc3339)
        member("updated_at", customer.updatedAt.rfc3339)
    }

    mutating func members(of receipt: CashReceipt) {
        member("id", receipt.id.description)
        member("object", "cash_receipt")
        member("intent_id", receipt.intent.description)
        member("attempt_id", receipt.attempt.description)
        member("drawer_id", receipt.drawer)
        member("property_id", receipt.property)
        member("direction", receipt.direction.rawValue)
        member("amount", receipt.amount.minorUnits)
        member("currency", receipt.amount.currency.code)
        member("recorded_by", receipt.recordedBy.person)
        member("key_id", receipt.recordedBy.key?.description)
        member("recorded_at", receipt.recordedAt.rfc3339)
    }

    /// Which credential fields are set, never what they hold.
    mutating func members(of account: MerchantAccount) {
        member("id", account.id.description)
        member("object", "merchant_account")
        member("vendor", account.vendor.name)
        member("name", account.name)
        member("mode", account.mode.rawValue)
        member("default", account.isDefault)
        member("active", account.isActive)
        member("settlement_currency", account.settlementCurrency?.code)
        array("credential_fields") { array in
            for name in account.credentials.fields.keys.sorted() { array.element(name) }
        }
        array("webhook_networks") { array in
            for network in account.webhookNetworks { array.element(network.description) }
        }
    }

    mutating func members(of key: APIKey) {
        member("id", key.id.description)
        member("object", "api_key")
        member("name", key.name)
        array("permissions") { array in
            for permission in key.permissions.map(\.rawValue).sorted() { array.element(permission) }
        }
        member("rate_limit", key.rateLimit)
        member("revoked", key.isRevoked)
        member("expires_at", key.expiresAt?.rfc3339)
        member("created_at", key.createdAt.rfc3339)
    }

    mutating func members(of webhook: Webhook) {
        member("id", webhook.id.description)
        member("object", "webhook")
        member("vendor", webhook.vendor.name)
        member("merchant_account_id", webhook.account.description)
        member("event_id", webhook.eventKey)
        member("event_type", webhook.eventType)
        member("status", webhook.state.rawValue)
        member("runs", webhook.run)
        member("last_error", webhook.lastError)
        member("duplicates", webhook.duplicates)
        member("received_at", webhook.receivedAt.rfc3339)
    }

    mutating func members(of record: IdempotencyRecord, status: Int?) {
        member("key", record.key)
        member("object", "idempotency_key")
        member("operation", record.operation)
        member("recovery_point", record.recoveryPoint.rawValue)
        member("running", record.isRunning)
        member("intent_id", record.intent?.description)
        member("attempt_id", record.attempt?.description)
        member("status", status)
        member("created_at", record.createdAt.rfc3339)
    }
}
