import Cryptography
package import HTTP
import JSON
package import PaymentCore

extension Integrator.Dialect {
    package func request(
        for operation: VendorOperation,
        key: String
    ) throws(VendorRejection) -> HTTPRequest {
        switch operation {
        case .authorize(let authorize):
            return try post(.authorize, key) { write(authorize, &$0) }
        case .capture(let capture):
            return try post(.capture, key) {
                $0.member("attempt", capture.attempt.description)
                $0.member("payment_reference", capture.paymentReference)
                $0.money(capture.amount)
                $0.member("final", capture.isFinal)
            }
        case .void(let void):
            return try post(.void, key) {
                $0.member("attempt", void.attempt.description)
                $0.member("payment_reference", void.paymentReference)
                if let reason = void.reason { $0.member("reason", reason.rawValue) }
            }
        case .refund(let refund):
            return try post(.refund, key) {
                $0.member("attempt", refund.attempt.description)
                $0.member("payment_reference", refund.paymentReference)
                $0.money(refund.amount)
                if let reason = refund.reason { $0.member("reason", reason.rawValue) }
                $0.captures(refund.shares)
            }
        case .lookUp(let lookUp):
            return try post(.lookUp, key) { write(lookUp.subject, &$0) }
        // A payer's agreement is the last word here.
        case .complete: throw .unsupported(.authorize, by: Integrator.descriptor.id)
        }
    }

    private func write(_ authorize: VendorOperation.Authorize, _ writer: inout JSONWriter) {
        writer.member("attempt", authorize.attempt.description)
        writer.member("payment", authorize.intent.description)
        writer.money(authorize.amount)
        writer.member("capture", authorize.manualCapture ? "manual" : "automatic")
        writer.member("method", authorize.method.rawValue)
        if let page = authorize.returnURL { writer.member("return_url", page) }
        if let address = authorize.notificationURL { writer.member("notification_url", address) }
        if let order = authorize.orderReference { writer.member("order", order) }
        if let payer = authorize.payer {
            writer.object("customer") {
                $0.member("id", payer.customer.description)
                if let name = payer.name { $0.member("name", name) }
                if let email = payer.email { $0.member("email", email) }
                if let phone = payer.phone { $0.member("phone", phone) }
            }
        }
        guard !authorize.items.isEmpty else { return }
        writer.array("items") { writer in
            for item in authorize.items {
                writer.object {
                    if let sku = item.sku { $0.member("sku", sku) }
                    $0.member("description", item.description)
                    $0.member("quantity", item.quantity)
                    $0.member("unit_amount", item.unitAmount)
                }
            }
        }
    }

    private func write(_ subject: VendorOperation.LookUp.Subject, _ writer: inout JSONWriter) {
        switch subject {
        case .payment(let reference):
            writer.member("object", "payment")
            writer.member("reference", reference)
        case .paymentOfAttempt(let attempt, _):
            writer.member("object", "payment")
            writer.member("attempt", attempt.description)
        case .refund(let reference):
            writer.member("object", "refund")
            writer.member("reference", reference)
        case .refundOfAttempt(let attempt, let payment):
            writer.member("object", "refund")
            writer.member("attempt", attempt.description)
            writer.member("payment_reference", payment)
        }
    }

    /// A signed request. The time and with it the signature change with every sending; the body
    /// and the key stay.
    private func post(
        _ operation: Capabilities.Operation,
        _ key: String,
        _ members: (inout JSONWriter) -> Void
    ) throws(VendorRejection) -> HTTPRequest {
        guard let address = addresses[operation] else {
            throw .unsupported(operation, by: Integrator.descriptor.id)
        }
        var writer = JSONWriter(capacity: 512)
        writer.object {
            $0.member("operation", operation.rawValue)
            $0.member("account", account.description)
            $0.member("mode", mode.rawValue)
            members(&$0)
        }
        let signature = Integrator.Signature(
            // A question is not a repetition of what it asks about.
            id: operation == .lookUp ? "look-up-\(key)" : key,
            time: String(now().seconds),
            body: writer.bytes
        )
        var fields: HTTPFields = [
            .contentType: "application/json",
            Integrator.Signature.idField: signature.id,
            Integrator.Signature.timeField: signature.time,
            Integrator.Signature.signatureField: signature.header(secrets),
        ]
        if operation != .lookUp { fields.append(.idempotencyKey, key) }
        return HTTPRequest(method: .post, url: address.text, fields: fields, body: writer.bytes)
    }
}

extension JSONWriter {
    fileprivate mutating func money(_ money: Money) {
        member("amount", money.minorUnits)
        member("currency", money.currency.code)
    }

    /// What a refund is taken from: when a payer paid twice, perhaps the other payment.
    fileprivate mutating func captures(_ shares: [CaptureShare]) {
        guard !shares.isEmpty else { return }
        array("captures") { list in
            for share in shares {
                list.object {
                    $0.member("reference", share.reference)
                    $0.member("amount", share.amount)
                }
            }
        }
    }
}
