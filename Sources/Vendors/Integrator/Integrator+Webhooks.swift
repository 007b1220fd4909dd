import Cryptography
import JSON
package import PaymentCore

extension Integrator.Dialect {
    package func verify(
        _ delivery: WebhookDelivery,
        now: Timestamp
    ) throws(NoticeRefusal) -> [VendorNotice] {
        guard let id = delivery.field("webhook-id"), let time = delivery.field("webhook-timestamp"),
            let header = delivery.field("webhook-signature")
        else { throw .signatureMissing }
        try Integrator.Signature(id: id, time: time, body: delivery.body)
            .check(header, secrets, now: now)
        let notices = try Self.notices(in: delivery)
        guard notices.allSatisfy({ $0.isLive == (mode == .live) }) else { throw .wrongMode }
        return notices
    }

    package static func notices(
        in delivery: WebhookDelivery
    ) throws(NoticeRefusal) -> [VendorNotice] {
        let event: JSONValue
        do throws(JSONError) {
            event = try JSONValue.parse(delivery.body)
        } catch {
            throw .unreadableBody
        }
        guard let members = Integrator.Members(event), let id = members.reference("id"),
            let type = members.reference("type"),
            let mode = members.word("mode").flatMap(MerchantAccount.Mode.init(rawValue:))
        else { throw .unreadableBody }
        return [
            VendorNotice(
                key: id,
                type: type,
                occurredAt: members.time("created_at"),
                isLive: mode == .live,
                content: try content(of: type, event["data"])
            )
        ]
    }

    /// What the contract does not know is kept; what it knows and cannot be read is refused, so
    /// that whoever builds against it finds out.
    private static func content(
        of type: String,
        _ data: JSONValue?
    ) throws(NoticeRefusal) -> VendorNotice.Content {
        switch type {
        case "payment.updated":
            guard let payment = Integrator.Payment(data)?.snapshot else { throw .unreadableBody }
            return .snapshot(.payment(payment))
        case "movement.updated":
            guard let movement = Integrator.Movement(data) else { throw .unreadableBody }
            if movement.status == .pending { return .kept }
            guard let end = movement.snapshot else { throw .unreadableBody }
            return .snapshot(.movement(end))
        default: return .kept
        }
    }
}
