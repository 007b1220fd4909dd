package import HTTP
import JSON
package import PaymentCore

// Section 5. A signature covers no more of a body than its CRC-32, for which collisions are easy to
// make: so what a notification says of a payment only makes us ask, and what we take from its body
// is first confirmed by reading the object with our own token.
extension PayPal.Dialect {
    package func verification(
        of delivery: WebhookDelivery,
        now: Timestamp,
        after answers: [HTTPResponse]
    ) throws(NoticeRefusal) -> VerificationStep {
        guard let webhookID = webhook.id else { throw .notConfigured }
        let transmission = try PayPal.Transmission(delivery)
        guard webhook.admits(certificateURL: transmission.certificateURL) else {
            throw .signatureMalformed
        }
        try transmission.checkTime(now)
        let event = try PayPal.Event(delivery.body)
        var heard = PayPal.Heard(answers)
        if let next = try verify(transmission, delivery, webhookID, now, answers, &heard) {
            return .ask(next.request, isCacheable: next.isCacheable)
        }
        guard let object = event.object else { return .verified([event.notice]) }
        guard let reply = heard.next() else {
            return .ask(try read(object), isCacheable: false)
        }
        try event.confirm(reply)
        return .verified([event.notice])
    }

    package static func notices(
        in delivery: WebhookDelivery
    ) throws(NoticeRefusal) -> [VendorNotice] {
        [try PayPal.Event(delivery.body).notice]
    }

    /// By the certificate, or by PayPal's own word: when the account wants that, and when the
    /// certificate cannot be had. Returns what must be asked first; nil when it is genuine.
    private func verify(
        _ transmission: PayPal.Transmission,
        _ delivery: WebhookDelivery,
        _ webhookID: String,
        _ now: Timestamp,
        _ answers: [HTTPResponse],
        _ heard: inout PayPal.Heard
    ) throws(NoticeRefusal) -> (request: HTTPRequest, isCacheable: Bool)? {
        if !webhook.asksAPI {
            guard let reply = heard.next(), let certificate = answers.first else {
                return (HTTPRequest(method: .get, url: transmission.certificateURL), true)
            }
            if reply.status == 200 {
                try webhook.verify(
                    transmission,
                    of: delivery.body,
                    webhookID: webhookID,
                    certificate: certificate.body,
                    now: now
                )
                return nil
            }
            // A redirect would lead away from the places that were checked.
            guard !(300...399).contains(reply.status) else { throw .signatureMalformed }
        }
        guard let reply = heard.next() else {
            return (question(transmission, delivery.body, webhookID), false)
        }
        switch reply.body?["verification_status"]?.stringValue {
        case "SUCCESS" where reply.isSuccess: return nil
        case "FAILURE" where reply.isSuccess: throw .signatureWrong
        default: throw .unverifiable
        }
    }

    /// The body is passed on unchanged: re-encoded, it would not be what was signed.
    private func question(
        _ transmission: PayPal.Transmission,
        _ body: [UInt8],
        _ webhookID: String
    ) -> HTTPRequest {
        var writer = JSONWriter(capacity: body.count + 1_024)
        writer.object {
            $0.member("auth_algo", "SHA256withRSA")
            $0.member("cert_url", transmission.certificateURL)
            $0.member("transmission_id", transmission.id)
            $0.member("transmission_sig", transmission.signature)
            $0.member("transmission_time", transmission.timeText)
            $0.member("webhook_id", webhookID)
            $0.member("webhook_event", raw: body)
        }
        return HTTPRequest(
            method: .post,
            url: "\(base.text)/v1/notifications/verify-webhook-signature",
            fields: [.contentType: "application/json"],
            body: writer.bytes
        )
    }

    private func read(_ object: PayPal.Event.Object) throws(NoticeRefusal) -> HTTPRequest {
        do throws(VendorRejection) {
            return switch object {
            case .refund(let id): get("v2/payments/refunds/\(try segment(id))")
            case .token(let id): get("v3/vault/payment-tokens/\(try segment(id))")
            }
        } catch {
            throw .unreadableBody
        }
    }
}
